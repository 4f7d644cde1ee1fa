/** One line of the bench: what was to be reached, and what was. */
export interface Figure {
  what: string;
  goal: string;
  measured: string;
  reached: boolean;
}

/** The figures as a table that can be read and pasted. */
export function table(figures: readonly Figure[]): string {
  const rows = [["", "what", "goal", "measured"], ...figures.map(({ what, goal, measured, reached }) => [reached ? "✓" : "✗", what, goal, measured])];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const line = (row: readonly string[]) => `| ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(" | ")} |`;
  const [head = [], ...body] = rows;
  return [line(head), `|${widths.map((width) => "-".repeat(width + 2)).join("|")}|`, ...body.map(line)].join("\n");
}

/** The middle one, and the one that 95% are below. */
export function percentiles(times: readonly number[]): { p50: number; p95: number } {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  return { p50: at(0.5), p95: at(0.95) };
}

export const ms = (time: number) => `${time < 10 ? time.toFixed(1) : Math.round(time)} ms`;
export const kib = (bytes: number) => `${Math.round(bytes / 1024)} KiB`;
