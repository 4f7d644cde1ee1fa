import { isMap } from "../conform.ts";
import { equal } from "../field-comparison.ts";
import { duplicate } from "../field-error.ts";
import type { FieldError, FieldPath } from "../status.ts";
import type { JSONSchemaProps } from "../types.ts";

/** Items that stand twice in lists that are sets, or maps by their keys. */
export function* listTypeProblems(props: JSONSchemaProps, value: unknown, path: FieldPath = []): Iterable<FieldError> {
  if (Array.isArray(value)) {
    yield* duplicates(props, value, path);
    if (isMap(props.items)) for (const [i, item] of value.entries()) yield* listTypeProblems(props.items as JSONSchemaProps, item, [...path, i]);
    return;
  }
  if (!isMap(value)) return;
  for (const key of Object.keys(value).sort()) {
    const inner = props.properties && Object.hasOwn(props.properties, key) ? props.properties[key] : undefined;
    if (inner) yield* listTypeProblems(inner, value[key], [...path, key]);
    else if (isMap(props.additionalProperties))
      yield* listTypeProblems(props.additionalProperties as JSONSchemaProps, value[key], [...path, { key }]);
  }
}

function* duplicates(props: JSONSchemaProps, list: readonly unknown[], path: FieldPath): Iterable<FieldError> {
  const type = props["x-kubernetes-list-type"];
  if (type !== "set" && type !== "map") return;
  const keys = props["x-kubernetes-list-map-keys"] ?? [];
  const named = type === "set" ? list : list.map((item) => keysOf(keys, item));
  for (const [i, name] of named.entries()) {
    // An item that stands three times is told of once.
    const before = named.slice(0, i).filter((other) => equal(other, name)).length;
    if (before === 1) yield duplicate([...path, i], name);
  }
}

const keysOf = (keys: readonly string[], item: unknown) =>
  Object.fromEntries(keys.filter((key) => isMap(item) && item[key] !== undefined).map((key) => [key, isMap(item) ? item[key] : undefined]));
