const escapes: Record<string, string> = {
  a: "\x07",
  b: "\b",
  e: "\x1b",
  E: "\x1b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "\\": "\\",
  "'": "'",
  '"': '"',
  "?": "?",
};
const named = Object.fromEntries(["a", "b", "f", "n", "r", "t", "v"].map((letter) => [escapes[letter] ?? "", `\\${letter}`]));

/** A text as it could be typed: `'it'\''s'`, `$'a\nb'`; between double quotes where asked. */
export function shellQuoted(text: string, quote: "'" | '"' = "'"): string {
  if (/[\x00-\x1f\x7f]/.test(text)) {
    const body = text
      .replace(/[\\']/g, "\\$&")
      .replace(/[\x00-\x1f\x7f]/g, (one) => named[one] ?? (one === "\x1b" ? "\\E" : `\\${one.charCodeAt(0).toString(8).padStart(3, "0")}`));
    return `$'${body}'`;
  }
  if (quote === '"') return `"${text.replace(/[\\"$`]/g, "\\$&")}"`;
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** A text as `printf %q` and `set -x` show it: quoted only where it must be. */
export function quotedWhereNeeded(text: string): string {
  if (text === "") return "''";
  if (/[\x00-\x1f\x7f]/.test(text)) return shellQuoted(text);
  return text.replace(/[^A-Za-z0-9_@%+=:,./\-\u0080-\u{10ffff}]/gu, "\\$&").replace(/^([~#])/, "\\$1");
}

/** A word as `set -x` shows it. */
export const traced = (text: string): string =>
  text === "" ? "''" : /^[A-Za-z0-9_@%+=:,./\-\u0080-\u{10ffff}]+$/u.test(text) ? text : shellQuoted(text);

/** A text with its backslash sequences taken for what they mean, as `$'…'` does. */
export function ansiQuoted(text: string, octal: "zero" | "plain" = "plain"): string {
  const form =
    octal === "zero"
      ? /\\(0[0-7]{0,3}|x[0-9a-fA-F]{1,2}|u[0-9a-fA-F]{1,4}|U[0-9a-fA-F]{1,8}|[abeEfnrtv\\'"?])/g
      : /\\([0-7]{1,3}|x[0-9a-fA-F]{1,2}|u[0-9a-fA-F]{1,4}|U[0-9a-fA-F]{1,8}|c.|[abeEfnrtv\\'"?])/g;
  return text.replace(form, (whole, code: string) => {
    const first = code[0] ?? "";
    if (/[0-7]/.test(first)) return String.fromCharCode(Number.parseInt(code, 8) & 255);
    if (first === "c" && code.length === 2) return String.fromCharCode(code.charCodeAt(1) & 31);
    if (/[xuU]/.test(first) && code.length > 1) return String.fromCodePoint(Math.min(Number.parseInt(code.slice(1), 16), 0x10ffff));
    return escapes[first] ?? whole;
  });
}
