const gap = 3;
const shortest = 6;

/** Lays out rows as kubectl does: as wide as the longest cell and three spaces, at least six; the last is not padded. */
export function* columns(rows: readonly (readonly string[])[]): Iterable<string> {
  const widths: number[] = [];
  for (const row of rows)
    row.forEach((cell, i) => {
      widths[i] = Math.max(widths[i] ?? shortest, cell.length + gap);
    });

  for (const row of rows) yield row.map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i] ?? shortest))).join("");
}
