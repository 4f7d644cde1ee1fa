import { yamlText } from "#machinery/go-yaml.ts";
import type { Format } from "./flags.ts";
import { goJson, plainOf } from "./functions/encoding.ts";

/** A table as helm prints it: a tab behind each column that is as wide as its widest cell. */
export function tableText(rows: readonly (readonly string[])[], widest = 0): string {
  const width = (text: string) => [...text].length;
  const cut = (text: string) => (widest > 0 && width(text) > widest ? `${[...text].slice(0, widest - 3).join("")}...` : text);
  const cells = rows.map((row) => row.map(cut));
  const widths: number[] = [];
  for (const row of cells)
    row.forEach((cell, i) => {
      widths[i] = Math.max(widths[i] ?? 0, width(cell));
    });
  return cells.map((row) => `${row.map((cell, i) => cell + " ".repeat(Math.max(0, (widths[i] ?? 0) - width(cell)))).join("\t")}\n`).join("");
}

/** Prints what a command found in the format that was asked for. */
export function formatted(format: Format, value: unknown, table: () => string): string {
  if (format === "table") return table();
  return format === "json" ? `${goJson(value)}\n` : yamlText(plainOf(value));
}

/** JSON with the keys in the order in which they stand, as Go writes structs. */
export function structJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(structJson).join(",")}]`;
  if (typeof value === "object" && value !== null)
    return `{${Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .map(([key, item]) => `${goJson(key)}:${structJson(item)}`)
      .join(",")}}`;
  return goJson(value);
}
