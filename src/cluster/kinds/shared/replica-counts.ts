import { checkNonNegative } from "./checks.ts";
import type { Field } from "./field.ts";

type Counts<N extends string> = { readonly [name in N]?: number };

/** The counts of a status: none below zero, in the order given. */
export function checkCounts<N extends string>(field: Field, status: Counts<N>, ...names: N[]): void {
  for (const name of names) checkNonNegative(field.at(name), status[name]);
}

/** Parts cannot be more than the whole. */
export function checkParts<N extends string>(field: Field, status: Counts<N>, whole: N, why: string, ...parts: N[]): void {
  for (const part of parts) if ((status[part] ?? 0) > (status[whole] ?? 0)) field.at(part).invalid(status[part], why);
}

/** How often two revisions had the same name only grows. */
export function checkCollisions(field: Field, now: number | undefined, before: number | undefined): void {
  if (before !== undefined && (now === undefined || now < before)) field.invalid(now ?? 0, "cannot be decremented");
}
