import type { Field } from "../shared/field.ts";

/** Conditions of which only the type matters. */
export function checkTypes(field: Field, conditions: readonly { type?: string }[] = []): void {
  for (const [i, { type = "" }] of conditions.entries()) {
    const at = field.at(i, "type");
    if (conditions.findIndex((other) => (other.type ?? "") === type) < i) at.duplicate(type);
    if (!type) at.required();
  }
}
