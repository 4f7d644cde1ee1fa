/** Ranges of characters that take two cells. */
const wide: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0x33ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0x9fff],
  [0xa000, 0xa4cf],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe4f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1f64f],
  [0x1f680, 0x1f6ff],
  [0x1f900, 0x1f9ff],
  [0x20000, 0x3fffd],
];

/** How many cells a character takes on a screen. */
export function widthOf(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  if (code < 32 || code === 127) return 2;
  if (code < 0x300) return 1;
  if (/^(?:\p{Mn}|\p{Me}|[\u200b-\u200f])/u.test(character)) return 0;
  return wide.some(([from, to]) => code >= from && code <= to) ? 2 : 1;
}

/** The cells of a text without escape sequences. */
export const textWidth = (text: string): number => [...text].reduce((sum, character) => sum + widthOf(character), 0);

/** A text without what only colours or moves. */
export const withoutEscapes = (text: string): string => text.replace(/\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b./g, "");

/** Where a cursor goes that leaves its line; afterwards it is taken to be at a line's start. */
const moves = /[\r\n]|\x1b\[[0-9;]*[A-HdfsuX]|\x1b\[\?(?:47|104[79])[hl]/g;

/** The column of a cursor after a text was written from a column on, on a screen so wide. Backspaces and tabs are followed, other moves begin anew. */
export function columnAfter(text: string, column: number, columns: number): number {
  const parts = text.split(moves);
  let at = parts.length > 1 ? 0 : column;
  for (const character of withoutEscapes(parts.at(-1) ?? "")) {
    if (character === "\b") at = Math.max(0, at - 1);
    else if (character === "\t") at = Math.min(columns - 1, (Math.floor(at / 8) + 1) * 8);
    else if (character >= " " && character !== "\x7f") {
      const cells = widthOf(character);
      at = at + cells > columns ? cells : at + cells;
    }
  }
  return at >= columns ? 0 : at;
}

/** Where a cursor stands that wrote a text from a column on, on a screen so wide. */
export function placeAfter(text: string, column: number, columns: number): { row: number; column: number } {
  let row = 0;
  let at = column;
  for (const character of text) {
    if (character === "\n") {
      row++;
      at = 0;
      continue;
    }
    const cells = widthOf(character);
    if (at + cells > columns) {
      row++;
      at = 0;
    }
    at += cells;
  }
  // The cursor waits beyond the last column until something follows: then it stands on the next row.
  if (at >= columns) {
    row++;
    at = 0;
  }
  return { row, column: at };
}
