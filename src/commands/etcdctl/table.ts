/** A table as etcd's tools draw it. */
export function drawnTable(headers: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = headers.map((header, i) => Math.max(header.length, ...rows.map((row) => (row[i] ?? "").length)));
  const rule = `+${widths.map((width) => "-".repeat(width + 2)).join("+")}+`;
  const centred = (text: string, width: number) => {
    const before = Math.floor((width - text.length) / 2);
    return `${" ".repeat(before)}${text}`.padEnd(width);
  };
  const line = (cells: readonly string[], place: (text: string, width: number) => string) =>
    `|${widths.map((width, i) => ` ${place(cells[i] ?? "", width)} `).join("|")}|`;
  const right = (text: string, width: number) => (/^[\d.]+( ?[kMG]?B|%)?$/.test(text) ? text.padStart(width) : text.padStart(width));
  return `${[rule, line(headers, centred), rule, ...rows.map((row) => line(row, right)), rule].join("\n")}\n`;
}

/** Sizes as etcd's tools say them: `2.1 MB`. */
export function sizeText(bytes: number): string {
  const units = ["B", "kB", "MB", "GB"];
  let [value, at] = [bytes, 0];
  while (value >= 1000 && at < units.length - 1) {
    value /= 1000;
    at++;
  }
  return at === 0 ? `${bytes} B` : `${value < 10 ? Math.round(value * 10) / 10 : Math.round(value)} ${units[at]}`;
}
