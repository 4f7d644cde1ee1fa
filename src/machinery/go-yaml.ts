import { base64Of } from "./base64-text.ts";

/**
 * A value as YAML, byte for byte as Kubernetes' tools write it: keys sorted, two spaces, lists not indented under their key, strings plain
 * where they would be read back as strings, else in double quotes, several lines as a literal block, and long lines folded. `indentLists` is the
 * other way of theirs, which folds nothing.
 */
export function yamlText(value: unknown, { indentLists = false }: { indentLists?: boolean } = {}): string {
  const style = indentLists ? { shift: 2, width: Number.POSITIVE_INFINITY } : { shift: 0, width: 80 };
  if (isEmpty(value) || typeof value !== "object" || value === null) return `${inline(value, { ...style, indent: -2, column: 0 })}\n`;
  return block(value, 0, style);
}

/** By how much a list stands to the right of its key, and after which column a line is folded. */
interface Style {
  readonly shift: number;
  readonly width: number;
}

/** Where a scalar stands: the indent of what holds it, and the column at which it begins. */
interface Place extends Style {
  readonly indent: number;
  readonly column: number;
}

function block(value: object, indent: number, style: Style): string {
  const pad = " ".repeat(indent);
  if (Array.isArray(value)) return value.map((item) => `${pad}- ${listItem(item, indent, style)}`).join("");
  return entries(value)
    .map(([key, item]) => {
      const name = `${pad}${keyText(key)}:`;
      return name + mapItem(item, { ...style, indent, column: name.length + 1 });
    })
    .join("");
}

function listItem(item: unknown, indent: number, style: Style): string {
  if (typeof item === "object" && item !== null && !isEmpty(item)) return block(item, indent + 2, style).slice(indent + 2);
  return `${inline(item, { ...style, indent, column: indent + 2 })}\n`;
}

function mapItem(item: unknown, place: Place): string {
  const { indent, shift } = place;
  if (typeof item === "object" && item !== null && !isEmpty(item))
    return `\n${block(item, Array.isArray(item) ? indent + shift : indent + 2, place)}`;
  return ` ${inline(item, place)}\n`;
}

const isEmpty = (value: unknown): boolean =>
  typeof value === "object" && value !== null && (Array.isArray(value) ? value.length === 0 : entries(value).length === 0);

const entries = (value: object): [string, unknown][] =>
  Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .sort(([a], [b]) => naturalOrder(a, b));

function inline(value: unknown, place: Place): string {
  if (value === null || value === undefined) return "null";
  if (typeof value === "string") return scalar(value, place);
  if (typeof value === "number") return numberText(value);
  if (typeof value === "object") return Array.isArray(value) ? "[]" : "{}";
  return String(value);
}

const keyText = (key: string): string => scalar(key);

/** A number as Go prints it: whole ones in full, others shortest, with an exponent of two digits from 1e+21 and below 1e-06 on. */
export function numberText(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e21) return BigInt(value).toString();
  return String(value).replace(/e([+-])(\d)$/, "e$10$2");
}

/** Text as a scalar; without a place it is a key, which stays on its line. */
function scalar(text: string, place?: Place): string {
  // A lone surrogate is what bytes that are no UTF-8 have become.
  if (/[\ud800-\udfff]/.test(text.replace(/[\ud800-\udbff][\udc00-\udfff]/g, ""))) return `!!binary ${base64Of(text)}`;

  const shape = shapeOf(text);
  if (text.includes("\n") && place && shape.block) return literal(text, place.indent < 0 ? 2 : place.indent + 2);
  if (!text.includes("\n") && readsAsText(text)) {
    if (text !== "" && shape.plain) return folded([...text], place, "plain");
    if (shape.single)
      return `'${folded(
        [...text].map((c) => (c === "'" ? "''" : c)),
        place,
        "single",
      )}'`;
  }
  return `"${folded(
    [...text].map((c) => (isPrintable(c) ? c : escapedCharacter(c))),
    place,
    "double",
  )}"`;
}

/** Joins the characters of a scalar; beyond the width, a single space becomes the end of the line. */
function folded(characters: readonly string[], place: Place | undefined, quotes: "plain" | "single" | "double"): string {
  if (!place || place.column + characters.length <= place.width) return characters.join("");
  const { indent, width } = place;
  const last = characters.length - 1;
  let column = place.column + (quotes === "plain" ? 0 : 1);
  let text = "";
  let afterSpace = false;
  for (const [i, c] of characters.entries()) {
    const breaks = c === " " && !afterSpace && column > width && (quotes === "plain" || (i > 0 && i < last));
    const beforeSpace = characters[i + 1] === " ";
    if (breaks && (quotes === "double" || !beforeSpace)) {
      text += `\n${" ".repeat(indent + 2)}${beforeSpace ? "\\" : ""}`;
      column = indent + 2 + (beforeSpace ? 1 : 0);
    } else {
      text += c;
      column += c.length;
    }
    afterSpace = c === " ";
  }
  return text;
}

/** Which styles the characters of a text allow. */
function shapeOf(text: string): { plain: boolean; single: boolean; block: boolean } {
  const special = /[^\x20-\x7e\n\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd]/u.test(text);
  const breaks = /[\n\r\x85\u2028\u2029]/;
  const spaceBreak = / [\n\r\x85\u2028\u2029]/.test(text);
  if (special || spaceBreak) return { plain: false, single: false, block: false };

  const marked = /^(---|\.\.\.)/.test(text) || /^[#,[\]{}&*!|>'"%@`]/.test(text) || /^[?:](?=[\s]|$)/.test(text) || /^-(?=[\s]|$)/.test(text);
  const inside = /:(?=[\s]|$)/.test(text) || /(?<=[\s])#/.test(text);
  const edges = /^[ \n\r]|[ \n\r]$/.test(text);
  return { plain: !marked && !inside && !edges && !breaks.test(text), single: !(/^ /.test(text) && breaks.test(text)), block: !text.endsWith(" ") };
}

function literal(text: string, indent: number): string {
  const hint = /^[ \n\r]/.test(text) ? "2" : "";
  const chomp = !text.endsWith("\n") ? "-" : text === "\n" || text.endsWith("\n\n") ? "+" : "";
  const pad = " ".repeat(indent);
  const body = text.endsWith("\n") ? text.slice(0, -1) : text;
  return `|${hint}${chomp}\n${body
    .split("\n")
    .map((line) => (line === "" ? "" : pad + line))
    .join("\n")}`;
}

const escapes: Readonly<Record<string, string>> = {
  "\0": "\\0",
  "\x07": "\\a",
  "\b": "\\b",
  "\t": "\\t",
  "\n": "\\n",
  "\v": "\\v",
  "\f": "\\f",
  "\r": "\\r",
  "\x1b": "\\e",
  '"': '\\"',
  "\\": "\\\\",
  "\x85": "\\N",
  "\xa0": "\\_",
  "\u2028": "\\L",
  "\u2029": "\\P",
};

const isPrintable = (c: string): boolean =>
  c.length === 1 && /[^\P{ASCII}"\\\x00-\x1f\x7f]|[\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]/u.test(c);

/** A character as it stands in double quotes, where it may not stand as it is. */
export function escapedCharacter(c: string): string {
  if (escapes[c]) return escapes[c];
  const code = c.codePointAt(0) ?? 0;
  if (code <= 0xff) return `\\x${code.toString(16).toUpperCase().padStart(2, "0")}`;
  return code <= 0xffff ? `\\u${code.toString(16).toUpperCase().padStart(4, "0")}` : `\\U${code.toString(16).toUpperCase().padStart(8, "0")}`;
}

const words = new Set(
  ["y", "yes", "on", "n", "no", "off", "true", "false", "null", ".nan", ".inf", "+.inf", "-.inf"].flatMap((word) => {
    const cap = word.replace(/[a-z]/, (c) => c.toUpperCase());
    const forms = [word, cap, word.toUpperCase()];
    return word === ".nan" ? [word, ".NaN", ".NAN"] : forms;
  }),
);

/** Whether a text that stands without quotes would be read back as that text, by a reader of YAML 1.1. */
function readsAsText(text: string): boolean {
  if (text === "" || text === "~" || words.has(text)) return false;
  if (!/^[-+.\d]/.test(text)) return true;
  // Times, and numbers to the base 60, which YAML 1.1 knows.
  if (/^\d{4}-\d\d?-\d\d?([Tt ]\s*\d\d?:\d\d?:\d\d?(\.\d*)?(\s*(Z|[+-]\d\d?(:\d\d)?))?)?$/.test(text)) return false;
  if (/^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/.test(text)) return false;
  const bare = text.replaceAll("_", "");
  if (
    /^[-+]?(0[0-7]*|[1-9]\d*)$/.test(bare) ||
    /^[-+]?0[xX][0-9a-fA-F]+$/.test(bare) ||
    /^[-+]?0[bB][01]+$/.test(bare) ||
    /^[-+]?0[oO][0-7]+$/.test(bare)
  )
    return false;
  return !/^[-+]?(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?$/.test(bare);
}

/** Keys as Kubernetes' YAML sorts them: digits within words by their value, letters before other characters. */
function naturalOrder(a: string, b: string): number {
  const [x, y] = [[...a], [...b]];
  let digits = false;
  for (let i = 0; i < x.length && i < y.length; i++) {
    const [p, q] = [x[i] ?? "", y[i] ?? ""];
    if (p === q) {
      digits = isDigit(p);
      continue;
    }
    const [pLetter, qLetter] = [isLetter(p), isLetter(q)];
    if (pLetter && qLetter) return p < q ? -1 : 1;
    if (pLetter || qLetter) return digits ? (pLetter ? -1 : 1) : pLetter ? 1 : -1;

    let [m, n] = [i, i];
    let [pNumber, qNumber] = [0, 0];
    // With a shared zero in front, the shorter run of digits is not the smaller one.
    if (p === "0" || q === "0") {
      for (let j = i - 1; j >= 0 && isDigit(x[j] ?? ""); j--) {
        if (x[j] !== "0") {
          pNumber = 1;
          qNumber = 1;
          break;
        }
      }
    }
    for (; m < x.length && isDigit(x[m] ?? ""); m++) pNumber = pNumber * 10 + Number(x[m]);
    for (; n < y.length && isDigit(y[n] ?? ""); n++) qNumber = qNumber * 10 + Number(y[n]);
    if (pNumber !== qNumber) return pNumber - qNumber;
    if (m !== n) return m - n;
    return p < q ? -1 : 1;
  }
  return x.length - y.length;
}

const isDigit = (c: string): boolean => c >= "0" && c <= "9" && c.length === 1;
const isLetter = (c: string): boolean => /\p{L}/u.test(c);
