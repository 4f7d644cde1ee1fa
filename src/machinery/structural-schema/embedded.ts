import { isMap } from "../conform.ts";
import { invalidValue, required } from "../field-error.ts";
import { validateMetadata } from "../metadata.ts";
import { nameForms } from "../names.ts";
import type { FieldError, FieldPath } from "../status.ts";
import type { JSONSchemaProps, ObjectMeta } from "../types.ts";

/** What is wrong with the heads of objects that are parts of another: `x-kubernetes-embedded-resource`. */
export function* embeddedProblems(props: JSONSchemaProps, value: unknown, path: FieldPath = []): Iterable<FieldError> {
  if (Array.isArray(value)) {
    if (isMap(props.items)) for (const [i, item] of value.entries()) yield* embeddedProblems(props.items as JSONSchemaProps, item, [...path, i]);
    return;
  }
  if (!isMap(value)) return;
  if (props["x-kubernetes-embedded-resource"]) yield* headProblems(value, path);
  for (const key of Object.keys(value).sort()) {
    const declared = props.properties && Object.hasOwn(props.properties, key) ? props.properties[key] : undefined;
    const inner = declared ?? (isMap(props.additionalProperties) ? (props.additionalProperties as JSONSchemaProps) : undefined);
    if (inner) yield* embeddedProblems(inner, value[key], [...path, declared ? key : { key }]);
  }
}

function* headProblems(value: Record<string, unknown>, path: FieldPath): Iterable<FieldError> {
  const { apiVersion, kind, metadata } = value;
  if (typeof apiVersion !== "string" || apiVersion === "") yield required([...path, "apiVersion"]);
  else if (apiVersion.split("/").length > 2) yield invalidValue([...path, "apiVersion"], apiVersion, `unexpected GroupVersion string: ${apiVersion}`);
  if (typeof kind !== "string" || kind === "") yield required([...path, "kind"]);
  else if (!/^[a-z]([-a-z0-9]*[a-z0-9])?$/.test(kind.toLowerCase()))
    yield invalidValue(
      [...path, "kind"],
      kind,
      "may have mixed case, but should otherwise match: a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')",
    );
  if (!isMap(metadata)) return;
  const meta = metadata as unknown as ObjectMeta;
  const named: ObjectMeta = { ...meta, name: meta.name || "fake-name" };
  for (const problem of validateMetadata(named, Boolean(meta.namespace), nameForms.path)) yield { ...problem, path: [...path, ...problem.path] };
}
