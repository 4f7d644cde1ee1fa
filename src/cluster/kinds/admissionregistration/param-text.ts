import type { ParamRef } from "#machinery/types.ts";
import { goSelector } from "../shared/selector-text.ts";

/** Which parameters a binding names: one by name, or those that a selector finds. */
export function paramText(ref: ParamRef | undefined): string {
  if (!ref) return "<unset>";
  if (ref.name) return `${ref.namespace || "*"}/${ref.name}`;
  return ref.selector ? goSelector(ref.selector) : "<unset>";
}
