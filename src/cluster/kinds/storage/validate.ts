import type { TopologySelectorTerm } from "#machinery/types.ts";
import { checkQualifiedName, same } from "../shared/checks.ts";
import type { Field } from "../shared/field.ts";

const mostParameters = 512;
const mostParameterBytes = 256 * 1024;

export function checkProvisioner(field: Field, name: string | undefined): void {
  if (!name) field.required();
  else checkQualifiedName(field, name.toLowerCase());
}

/** What is passed on to whoever makes the volumes. */
export function checkParameters(field: Field, parameters: Readonly<Record<string, string>> = {}): void {
  const all = Object.entries(parameters);
  if (all.length > mostParameters) {
    field.tooLong(mostParameters);
    return;
  }
  for (const [key] of all) if (!key) field.invalid(key, "field can not be empty.");
  if (all.reduce((sum, [key, value]) => sum + key.length + value.length, 0) > mostParameterBytes) field.tooLong(mostParameterBytes);
}

/** Where volumes may be. */
export function checkTopologies(field: Field, terms: readonly TopologySelectorTerm[] = []): void {
  // The real server begins with a term that asks for nothing for each that there is, and tells of each that is the same.
  const seen: object[] = terms.map(() => ({}));
  for (const [i, { matchLabelExpressions = [] }] of terms.entries()) {
    const at = field.at(i, "matchLabelExpressions");
    const values: Record<string, readonly string[]> = {};
    for (const [j, { key = "", values: wanted = [] }] of matchLabelExpressions.entries()) {
      if (wanted.length === 0) at.at(j, "values").required();
      for (const [k, value] of wanted.entries()) if (wanted.indexOf(value) < k) at.at(j, "values", k).duplicate(value);
      checkQualifiedName(at.at(j, "key"), key);
      if (Object.hasOwn(values, key)) at.at(j, "key").duplicate(key);
      values[key] = [...new Set(wanted)].sort();
    }
    for (const other of seen) if (same(other, values)) at.duplicate("");
    seen.push(values);
  }
}
