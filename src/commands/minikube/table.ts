/** A table drawn with lines: headers in the middle of their columns, cells at the left. */
export function drawn(headers: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = (cell: string) => cell.split("\n");
  const widths = headers.map((header, i) => Math.max(header.length, ...rows.flatMap((row) => lines(row[i] ?? "").map((line) => line.length))));
  const rule = (left: string, middle: string, right: string) => left + widths.map((width) => "─".repeat(width + 2)).join(middle) + right;
  const centred = (text: string, width: number) => {
    const before = Math.floor((width - text.length) / 2);
    return " ".repeat(before) + text.padEnd(width - before);
  };
  const written = (cells: readonly string[]) => `│ ${cells.join(" │ ")} │`;
  const body = rows.flatMap((row) => {
    const height = Math.max(...headers.map((_, i) => lines(row[i] ?? "").length));
    return Array.from({ length: height }, (_, at) => written(widths.map((width, i) => (lines(row[i] ?? "")[at] ?? "").padEnd(width))));
  });
  return `${[rule("┌", "┬", "┐"), written(headers.map((header, i) => centred(header, widths[i] ?? 0))), rule("├", "┼", "┤"), ...body, rule("└", "┴", "┘")].join("\n")}\n`;
}
