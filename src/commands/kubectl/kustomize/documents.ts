import { parseYaml } from "#machinery/yaml.ts";

/** The values of a text's documents, but for empty ones. */
export const documentsIn = (text: string): unknown[] =>
  text
    .split(/^---(?=\s|$).*\n?/m)
    .filter((piece) => piece.trim() !== "")
    .map((piece) => parseYaml(piece, "1.2").value)
    .filter((value) => value !== null && value !== undefined);

/** The objects among them, those of lists one by one. */
export function objectsIn(values: readonly unknown[]): unknown[] {
  return values.flatMap((value) => {
    const { kind, items } = value as { kind?: unknown; items?: unknown };
    return Array.isArray(items) && String(kind ?? "").endsWith("List") ? objectsIn(items) : [value];
  });
}
