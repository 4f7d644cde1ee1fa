/** Breaks lines between words so that none is longer than `width`, but for words that are. */
export function wrap(text: string, width: number): string {
  return text
    .split("\n")
    .map((line) => wrappedLine(line, width))
    .join("\n");
}

function wrappedLine(line: string, width: number): string {
  let result = "";
  let column = 0;
  for (const [, spaces = "", word = ""] of line.matchAll(/(\s*)(\S+)/g)) {
    // A word that would not fit on a line of its own either stays where it is, once it stands at the line's beginning.
    const breaks = column + spaces.length + Math.min(word.length, width - 1) > width;
    result += breaks ? `\n${word}` : spaces + word;
    column = breaks ? word.length : column + spaces.length + word.length;
  }
  const [end = ""] = /\s*$/.exec(line) ?? [];
  return column + end.length <= width ? result + end : result;
}

/** Every line moved to the right. */
export const indented = (text: string, by: number): string => {
  const pad = " ".repeat(by);
  return pad + text.replaceAll("\n", `\n${pad}`);
};
