import { FileError, type FileStat, type FileSystem } from "../file-system.ts";
import { shellQuoted } from "../interpreter/expansion/quote.ts";
import type { Process } from "../process.ts";
import { strftime } from "../strftime.ts";
import { textWidth } from "../terminal/width.ts";
import { humanSize } from "./size.ts";
import { versions } from "./sort.ts";
import { defineTool, type ToolCall } from "./tool.ts";

interface Entry {
  name: string;
  path: string;
  stat: FileStat;
}

const halfYear = 15_778_476_000;
const kinds: Record<FileStat["kind"], string> = { file: "-", directory: "d", link: "l", device: "c" };

/** `drwxr-xr-x`. */
export function modeText(stat: FileStat): string {
  const { mode } = stat;
  const bits = (shift: number) => `${mode & (4 << shift) ? "r" : "-"}${mode & (2 << shift) ? "w" : "-"}`;
  const run = (shift: number, special: boolean, letter: string) => {
    const x = mode & (1 << shift);
    return special ? (x ? letter : letter.toUpperCase()) : x ? "x" : "-";
  };
  return `${kinds[stat.kind]}${bits(6)}${run(6, (mode & 0o4000) !== 0, "s")}${bits(3)}${run(3, (mode & 0o2000) !== 0, "s")}${bits(0)}${run(0, (mode & 0o1000) !== 0, "t")}`;
}

function colourOf(entry: Entry, target: FileStat | undefined): string | undefined {
  const { stat } = entry;
  if (stat.kind === "directory") return stat.mode & 0o1000 ? "30;42" : "01;34";
  if (stat.kind === "link") return target ? "01;36" : "40;31;01";
  if (stat.kind === "device") return "40;33;01";
  if (stat.mode & 0o111) return "01;32";
  if (/\.(tar|tgz|gz|zip|bz2|xz|zst|7z|rar|deb|rpm|jar)$/.test(entry.name)) return "01;31";
  if (/\.(jpe?g|png|gif|svg|webp|mp4|webm)$/.test(entry.name)) return "01;35";
  return undefined;
}

/** Lists files as `ls` was asked to. */
class Listing {
  readonly #call: ToolCall;
  readonly #process: Process;
  readonly #coloured: boolean;
  readonly #long: boolean;

  constructor(call: ToolCall) {
    const { options, process } = call;
    this.#call = call;
    this.#process = process;
    const colour = options.get("color");
    this.#coloured = options.has("color") && (colour === "always" || colour === "" || (colour === "auto" && process.isTerminal(1)));
    this.#long = ["l", "numeric-uid-gid", "g", "o", "full-time"].some((name) => options.has(name));
  }

  entry(name: string, shown = name): Entry | undefined {
    const { fs } = this.#process.machine;
    const path = fs.resolve(this.#process.cwd, name);
    const { options } = this.#call;
    const follow =
      options.has("dereference") ||
      (name.endsWith("/") && name !== "/") ||
      (!this.#long && !options.has("directory") && fs.stat(path)?.kind === "directory");
    const stat = fs.stat(path, { follow }) ?? fs.stat(path, { follow: false });
    return stat && { name: shown, path, stat };
  }

  sorted(entries: Entry[]): Entry[] {
    const { options } = this.#call;
    const by = options.get("sort");
    const order = [...entries].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
    if (options.has("U") || by === "none" || options.has("f")) return entries;
    if (options.has("S") || by === "size") order.sort((a, b) => b.stat.sizeBytes - a.stat.sizeBytes);
    else if (options.has("t") || by === "time") order.sort((a, b) => b.stat.modifiedAt - a.stat.modifiedAt);
    else if (options.has("X") || by === "extension") order.sort((a, b) => extension(a.name).localeCompare(extension(b.name)));
    else if (options.has("v") || by === "version") order.sort((a, b) => versions(a.name, b.name));
    if (options.has("reverse")) order.reverse();
    if (options.has("group-directories-first")) order.sort((a, b) => Number(b.stat.kind === "directory") - Number(a.stat.kind === "directory"));
    return order;
  }

  async directory(name: string): Promise<void> {
    const { options, out } = this.#call;
    const { fs } = this.#process.machine;
    const path = fs.resolve(this.#process.cwd, name);
    const names = fs.list(path).filter((one) => options.has("all") || options.has("almost-all") || options.has("f") || !one.startsWith("."));
    const entries: Entry[] = [];
    for (const one of names) {
      const child = path === "/" ? `/${one}` : `${path}/${one}`;
      const stat = fs.stat(child, { follow: options.has("dereference") }) ?? fs.stat(child, { follow: false });
      if (stat) entries.push({ name: one, path: child, stat });
    }
    if ((options.has("all") || options.has("f")) && !options.has("almost-all"))
      for (const dot of [".", ".."]) {
        const stat = fs.stat(fs.resolve(path, dot));
        if (stat) entries.push({ name: dot, path: fs.resolve(path, dot), stat });
      }
    const shown = this.sorted(entries);
    if (this.#long || options.has("size")) await out.line(`total ${this.#total(shown)}`);
    await this.print(shown);
    if (!options.has("recursive")) return;
    for (const entry of shown) {
      if (entry.stat.kind !== "directory" || entry.name === "." || entry.name === "..") continue;
      const below = name.endsWith("/") ? name + entry.name : `${name}/${entry.name}`;
      await out.text(`\n${below}:\n`);
      await this.directory(below);
    }
  }

  #total(entries: readonly Entry[]): string {
    const kilobytes = entries.reduce((sum, { stat }) => sum + blocksOf(stat), 0);
    return this.#call.options.has("human-readable") ? humanSize(kilobytes * 1024) : String(kilobytes);
  }

  async print(entries: readonly Entry[]): Promise<void> {
    const { options, out } = this.#call;
    if (this.#long) return this.#printLong(entries);
    const cells = entries.map((entry) => ({
      text: this.#prefix(entry) + this.#shown(entry),
      width: textWidth(this.#prefix(entry) + this.#name(entry) + this.#mark(entry)),
    }));
    const terminal = this.#process.isTerminal(1);
    if (options.has("m")) return out.text(cells.length > 0 ? `${cells.map((cell) => cell.text).join(", ")}\n` : "");
    if (!(terminal || options.has("C") || options.has("x")) || options.has("1")) {
      for (const cell of cells) await out.line(cell.text);
      return;
    }
    await out.text(columnsOf(cells, Number(options.get("width") ?? this.#process.tty?.columns ?? 80), options.has("x")));
  }

  #prefix({ stat }: Entry): string {
    const { options } = this.#call;
    return options.has("inode") || options.has("size") ? `${options.has("size") ? `${blocksOf(stat)} ` : ""}` : "";
  }

  #name(entry: Entry): string {
    const { options } = this.#call;
    if (options.has("quote-name")) return `"${entry.name}"`;
    return this.#process.isTerminal(1) && /[\s'"\\$&|;<>()*?[\]!#`]/.test(entry.name) && !options.has("literal")
      ? shellQuoted(entry.name)
      : entry.name;
  }

  #mark({ stat }: Entry): string {
    const { options } = this.#call;
    if (stat.kind === "directory" && (options.has("p") || options.has("classify") || options.has("file-type"))) return "/";
    if (!options.has("classify") && !options.has("file-type")) return "";
    return stat.kind === "link" ? (this.#long ? "" : "@") : stat.kind === "file" && stat.mode & 0o111 && options.has("classify") ? "*" : "";
  }

  #shown(entry: Entry): string {
    const name = this.#name(entry);
    const colour = this.#coloured ? colourOf(entry, this.#process.machine.fs.stat(entry.path)) : undefined;
    return (colour ? `\x1b[0m\x1b[${colour}m${name}\x1b[0m` : name) + this.#mark(entry);
  }

  async #printLong(entries: readonly Entry[]): Promise<void> {
    const { options, out } = this.#call;
    const { fs, accounts } = this.#process.machine;
    const numeric = options.has("numeric-uid-gid");
    const owner = (name: string) => (numeric ? String(accounts.user(name)?.uid ?? name) : name);
    const group = (name: string) => (numeric ? String(accounts.group(name)?.gid ?? name) : name);
    const rows = entries.map((entry) => {
      const { stat } = entry;
      const size = stat.kind === "device" ? "1, 3" : options.has("human-readable") ? humanSize(stat.sizeBytes) : String(stat.sizeBytes);
      const links = stat.kind === "directory" ? String(2 + directoriesIn(fs, entry.path)) : String(stat.links ?? 1);
      return { entry, links, owner: owner(stat.owner), group: group(stat.group), size, time: this.#time(stat.modifiedAt) };
    });
    const width = (pick: (row: (typeof rows)[number]) => string) => Math.max(0, ...rows.map((row) => pick(row).length));
    const [linksWidth, ownerWidth, groupWidth, sizeWidth] = [
      width((row) => row.links),
      width((row) => row.owner),
      width((row) => row.group),
      width((row) => row.size),
    ];
    for (const row of rows) {
      const { entry } = row;
      const target = entry.stat.kind === "link" ? ` -> ${fs.readlink(entry.path)}` : "";
      const who = `${options.has("g") ? "" : `${row.owner.padEnd(ownerWidth)} `}${options.has("o") || options.has("no-group") ? "" : `${row.group.padEnd(groupWidth)} `}`;
      await out.line(
        `${this.#prefix(entry)}${modeText(entry.stat)} ${row.links.padStart(linksWidth)} ${who}${row.size.padStart(sizeWidth)} ${row.time} ${this.#shown(entry)}${target}`,
      );
    }
  }

  #time(at: number): string {
    const { options } = this.#call;
    const style = options.get("time-style");
    if (options.has("full-time") || style === "full-iso") return strftime("%F %T.%N %z", at);
    if (style === "long-iso") return strftime("%F %R", at);
    if (style?.startsWith("+")) return strftime(style.slice(1), at);
    const now = this.#process.machine.clock.now();
    return strftime(at > now || at < now - halfYear ? "%b %e  %Y" : "%b %e %H:%M", at);
  }
}

const extension = (name: string): string => /\.[^.]*$/.exec(name)?.[0] ?? "";
const blocksOf = (stat: FileStat): number => (stat.kind === "file" ? Math.ceil(stat.sizeBytes / 4096) * 4 : stat.kind === "directory" ? 4 : 0);

/** Cells in as many columns as fit a screen, filled from top to bottom. */
function columnsOf(cells: readonly { text: string; width: number }[], screen: number, across: boolean): string {
  if (cells.length === 0) return "";
  for (let count = Math.min(cells.length, Math.max(1, Math.floor(screen / 3))); ; count--) {
    const rows = Math.ceil(cells.length / count);
    const at = (row: number, column: number) => cells[across ? row * count + column : column * rows + row];
    const widths = Array.from({ length: count }, (_, column) =>
      Math.max(0, ...Array.from({ length: rows }, (_, row) => at(row, column)?.width ?? 0)),
    );
    const used = across ? count : Math.ceil(cells.length / rows);
    const total = widths.slice(0, used).reduce((sum, width) => sum + width + 2, -2);
    if (total > screen && count > 1) continue;
    let text = "";
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < used; column++) {
        const cell = at(row, column);
        if (!cell) continue;
        const last = column === used - 1 || !at(row, column + 1);
        text += cell.text + (last ? "" : " ".repeat((widths[column] ?? 0) + 2 - cell.width));
      }
      text += "\n";
    }
    return text;
  }
}

export const ls = defineTool({
  name: "ls",
  usage: "[OPTION]... [FILE]...",
  summary: "List information about the FILEs (the current directory by default).",
  options: [
    "a,all",
    "A,almost-all",
    "author",
    "b,escape",
    "block-size=",
    "B,ignore-backups",
    "c",
    "C",
    "color?",
    "d,directory",
    "D,dired",
    "f",
    "F,classify?",
    "file-type",
    "format=",
    "full-time",
    "g",
    "group-directories-first",
    "G,no-group",
    "h,human-readable",
    "si",
    "H",
    "hide=",
    "i,inode",
    "I,ignore=",
    "k,kibibytes",
    "l",
    "L,dereference",
    "m",
    "n,numeric-uid-gid",
    "N,literal",
    "o",
    "p",
    "q",
    "Q,quote-name",
    "r,reverse",
    "R,recursive",
    "s,size",
    "S",
    "sort=",
    "t",
    "time=",
    "time-style=",
    "T=",
    "u",
    "U",
    "v",
    "w,width=",
    "x",
    "X",
    "Z",
    "1",
    "zero",
  ],
  misused: 2,

  async run(call) {
    const { options, out, fail } = call;
    const listing = new Listing(call);
    const names = options.operands.length > 0 ? options.operands : ["."];
    const files: Entry[] = [];
    const directories: string[] = [];
    let code = 0;
    for (const name of names) {
      const entry = listing.entry(name);
      if (!entry) code = await fail(`cannot access '${name}': No such file or directory`, 2);
      else if (entry.stat.kind === "directory" && !options.has("directory")) directories.push(name);
      else files.push(entry);
    }
    await listing.print(listing.sorted(files));
    const titled = names.length > 1 || options.has("recursive");
    let first = files.length === 0;
    for (const name of directories.sort()) {
      if (titled) await out.text(`${first ? "" : "\n"}${name}:\n`);
      first = false;
      try {
        await listing.directory(name);
      } catch (error) {
        if (!(error instanceof FileError)) throw error;
        code = await fail(`cannot open directory '${name}': ${error.reason}`, 2);
      }
    }
    return code;
  },
});

/** How many directories lie in one; of one that may not be read, none are seen. */
function directoriesIn(fs: FileSystem, path: string): number {
  try {
    return fs.list(path).filter((name) => fs.stat(`${path}/${name}`, { follow: false })?.kind === "directory").length;
  } catch (error) {
    if (error instanceof FileError) return 0;
    throw error;
  }
}
