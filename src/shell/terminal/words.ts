// Where words begin and end in a line, as readline counts them.
const isWord = (one: string | undefined) => /[\p{L}\p{N}]/u.test(one ?? "");
const isSpace = (one: string | undefined) => /\s/.test(one ?? "");

/** The start of the word before a place. */
export function wordBefore(text: readonly string[], from: number): number {
  let at = from;
  while (at > 0 && !isWord(text[at - 1])) at--;
  while (at > 0 && isWord(text[at - 1])) at--;
  return at;
}

/** The end of the word after a place. */
export function wordAfter(text: readonly string[], from: number): number {
  let at = from;
  while (at < text.length && !isWord(text[at])) at++;
  while (at < text.length && isWord(text[at])) at++;
  return at;
}

/** The start of what stands between spaces before a place. */
export function spaceBefore(text: readonly string[], from: number): number {
  let at = from;
  while (at > 0 && isSpace(text[at - 1])) at--;
  while (at > 0 && !isSpace(text[at - 1])) at--;
  return at;
}

/** Characters in upper or lower case, or with a capital at the first letter. */
export function cased(text: readonly string[], how: "upper" | "lower" | "capital"): string[] {
  const first = text.findIndex(isWord);
  return text.map((one, i) => (how === "upper" || (how === "capital" && i === first) ? one.toUpperCase() : one.toLowerCase()));
}

/** The last word of a line; empty where there is none. */
export const lastWord = (line: string | undefined): string => line?.trim().split(/\s+/).at(-1) ?? "";

/** A line as it is shown: control characters as `^C`. */
export const visible = (text: readonly string[]): string =>
  text.map((one) => (one === "\n" ? "\n" : one < " " || one === "\x7f" ? `^${String.fromCharCode(one.charCodeAt(0) ^ 64)}` : one)).join("");
