import { canonicalQuantity } from "#machinery/quantity.ts";
import { immutable, same } from "./checks.ts";
import type { Field } from "./field.ts";
import { goStructs } from "./go-structs.ts";

/**
 * A value as the API server's own struct holds it, for messages that print it: every field under its Go name, whether set or not.
 * `{"Name":"web","Image":"nginx","Command":null,…}`.
 */
export function goValue(type: string, value: unknown): unknown {
  const isUnset = value === undefined || value === null;
  if (type.startsWith("*")) return isUnset ? null : goValue(type.slice(1), value);
  if (type === "[]byte") return isUnset ? null : value;
  if (type.startsWith("[]")) return Array.isArray(value) ? value.map((item) => goValue(type.slice(2), item)) : null;
  if (type.startsWith("map[")) return isUnset ? null : mapValue(type.slice(4, -1), value);
  switch (type) {
    case "quantity":
      return isUnset ? "0" : (canonicalQuantity(String(value)) ?? value);
    case "string":
      return value ?? "";
    case "bool":
      return value ?? false;
    case "int32":
    case "int64":
    case "intOrString":
      return value ?? 0;
    default:
      return goStructs[type] === undefined ? (value ?? null) : structValue(type, value ?? {});
  }
}

/** Notes that a value of one of the server's types is no longer what it was. */
export function checkSame(field: Field, type: string, now: unknown, before: unknown, why = immutable): void {
  if (!same(now, before)) field.invalid(goValue(type, now), why);
}

interface StructField {
  /** Undefined where the fields of the type stand in the struct around it. */
  name: string | undefined;
  omitsEmpty: boolean;
  type: string;
}

const known = new Map<string, readonly StructField[]>();

function fieldsOf(struct: string): readonly StructField[] {
  let fields = known.get(struct);
  if (!fields) {
    fields = (goStructs[struct] ?? "").split(" ").map((text) => {
      const [name = "", type = ""] = text.split("=");
      return { name: name === "^" ? undefined : name.replace("?", ""), omitsEmpty: name.endsWith("?"), type };
    });
    known.set(struct, fields);
  }
  return fields;
}

function structValue(struct: string, value: object): Record<string, unknown> {
  const given = struct === "core.PodSpec" ? withHostFields(value) : value;
  const parts = new Map(Object.entries(given).map(([name, part]) => [name.toLowerCase(), part]));
  const result: Record<string, unknown> = {};
  for (const { name, omitsEmpty, type } of fieldsOf(struct)) {
    if (name === undefined) Object.assign(result, structValue(type, value));
    else {
      const part = goValue(type, parts.get(name.toLowerCase()));
      if (!omitsEmpty || (part !== null && part !== "" && part !== 0 && part !== false)) result[name] = part;
    }
  }
  return result;
}

const hostFields = ["hostNetwork", "hostPID", "hostIPC", "shareProcessNamespace", "hostUsers"];

/** What the API says of a pod beside its security context is part of that in the server. */
function withHostFields(spec: object): object {
  const fields = Object.entries(spec).filter(([name]) => hostFields.includes(name));
  return { ...spec, securityContext: { ...(spec as { securityContext?: object }).securityContext, ...Object.fromEntries(fields) } };
}

function mapValue(type: string, map: object): Record<string, unknown> {
  const entries = Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, value]) => [key, goValue(type, value)]));
}
