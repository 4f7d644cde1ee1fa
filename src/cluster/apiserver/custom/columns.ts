import { humanDuration } from "#machinery/duration.ts";
import { findAll } from "#machinery/json-path/evaluate.ts";
import { parseJsonPath, relaxed } from "#machinery/json-path/parse.ts";
import type { KubeObject } from "#machinery/object.ts";
import { readTime } from "#machinery/time.ts";
import type { CustomResourceColumnDefinition } from "#machinery/types.ts";
import type { Column } from "../kind.ts";
import { ageColumn, nameColumn } from "../table.ts";

/** The columns of a custom resource's table: its name, and what its definition asks for; the age where it asks for nothing. */
export function customColumns(columns: readonly CustomResourceColumnDefinition[] | undefined): readonly Column<KubeObject>[] {
  if (!columns?.length) return [nameColumn, { ...ageColumn, type: "date" }];
  return [nameColumn, ...columns.map(columnOf)];
}

function columnOf({ name, type, format, description, priority, jsonPath }: CustomResourceColumnDefinition): Column<KubeObject> {
  const template = parseJsonPath(relaxed(jsonPath));
  return {
    name,
    type: type as Column<KubeObject>["type"],
    description: description || `Custom resource definition column (in JSONPath format): ${jsonPath}`,
    ...(format ? { format } : {}),
    ...(priority ? { priority } : {}),
    cell(object, now) {
      const values = findAll(template, object, { allowMissing: true }).flat();
      return values.length === 0 ? undefined : cellOf(values, type, now);
    },
  };
}

/** A value as its column's type shows it; one that is of another type shows nothing. */
function cellOf(values: readonly unknown[], type: string, now: number): unknown {
  const value = values[0];
  switch (type) {
    case "string":
      return values.length > 1 ? JSON.stringify(values) : typeof value === "string" ? value : value === null ? undefined : textOf(value);
    case "integer":
      return typeof value === "number" ? Math.trunc(value) : undefined;
    case "number":
      return typeof value === "number" ? value : undefined;
    case "boolean":
      return typeof value === "boolean" ? value : undefined;
    case "date":
      return typeof value === "string" ? ageOf(value, now) : undefined;
    default:
      return undefined;
  }
}

const textOf = (value: unknown): string => (typeof value === "object" ? JSON.stringify(value) : String(value));

function ageOf(text: string, now: number): string {
  const time = readTime(text, "time");
  return typeof time === "number" ? humanDuration(now - time) : "<invalid>";
}
