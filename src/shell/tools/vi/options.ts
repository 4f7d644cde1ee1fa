/** What `:set` knows: options that do something here, and with what they begin. */
export const optionDefaults = {
  autoindent: false,
  expandtab: false,
  hlsearch: false,
  ignorecase: false,
  incsearch: true,
  list: false,
  number: false,
  paste: false,
  readonly: false,
  relativenumber: false,
  ruler: true,
  scrolloff: 0,
  shiftwidth: 8,
  showcmd: false,
  showmode: true,
  smartcase: false,
  smartindent: false,
  softtabstop: 0,
  startofline: true,
  tabstop: 8,
  tildeop: false,
  wrap: true,
  wrapscan: true,
};

export type Settings = { [K in keyof typeof optionDefaults]: (typeof optionDefaults)[K] extends boolean ? boolean : number };
export type OptionName = keyof Settings;

const shorts: Readonly<Record<string, OptionName>> = {
  ai: "autoindent",
  et: "expandtab",
  hls: "hlsearch",
  ic: "ignorecase",
  is: "incsearch",
  nu: "number",
  ro: "readonly",
  rnu: "relativenumber",
  ru: "ruler",
  so: "scrolloff",
  sw: "shiftwidth",
  sc: "showcmd",
  smd: "showmode",
  scs: "smartcase",
  si: "smartindent",
  sts: "softtabstop",
  sol: "startofline",
  ts: "tabstop",
  top: "tildeop",
  ws: "wrapscan",
};

/** Options of the real one that change nothing that can be seen here. */
const others = new Set(
  "autoread autowrite background backspace backup belloff clipboard cmdheight colorcolumn compatible cc cul cursorline directory encoding enc errorbells eb fileencoding fenc fileformat ff filetype ft foldmethod fdm foldenable guifont hidden history laststatus ls lazyredraw lz linebreak lbr matchpairs modeline modelines mouse nocompatible nrformats pastetoggle shortmess showmatch sm smarttab sta spell splitbelow splitright swapfile swf syntax syn t_Co termguicolors textwidth tw title ttyfast ttymouse undofile updatetime viminfo virtualedit visualbell vb wildmenu wildmode bs bg nu".split(
    " ",
  ),
);

export const isOption = (name: string): name is OptionName => Object.hasOwn(optionDefaults, name);

export const optionOf = (name: string): OptionName | undefined => (isOption(name) ? name : shorts[name]);

export const isKnownOption = (name: string): boolean => optionOf(name) !== undefined || others.has(name);

/** Applies a word of `:set`; gives what to tell, or throws the complaint as text. */
export function set(settings: Settings, word: string): string | undefined {
  const [, no = "", name = "", mark = "", value] = /^(no|inv)?([a-zA-Z_]+)(!|\?|&|\+=|-=|=|:)?(.*)$/s.exec(word) ?? [];
  const whole = optionOf(no + name);
  const option = whole ?? optionOf(name);
  if (!option) {
    if (isKnownOption(no + name) || isKnownOption(name)) return undefined;
    throw new Error(`E518: Unknown option: ${word}`);
  }
  const negated = whole === undefined && no === "no";
  const inverted = (whole === undefined && no === "inv") || mark === "!";
  const now = settings[option];
  const shown = () => (typeof now === "boolean" ? `${now ? "  " : "no"}${option}` : `  ${option}=${now}`);
  if (mark === "?") return shown();
  if (mark === "&") assign(settings, option, optionDefaults[option]);
  else if (typeof now === "boolean") {
    if (mark === "=" || mark === ":") throw new Error(`E474: Invalid argument: ${word}`);
    assign(settings, option, inverted ? !now : !negated);
  } else if (mark === "") {
    if (negated || inverted) throw new Error(`E474: Invalid argument: ${word}`);
    return shown();
  } else {
    if (!/^\d+$/.test(value ?? "")) throw new Error(`E521: Number required after =: ${word}`);
    assign(settings, option, mark === "+=" ? now + Number(value) : mark === "-=" ? Math.max(0, now - Number(value)) : Number(value));
  }
  return undefined;
}

function assign(settings: Settings, option: OptionName, value: boolean | number): void {
  Object.assign(settings, { [option]: value });
}
