import { compareQuantities, formatQuantity, milliUnits, quantity, zero } from "#machinery/quantity.ts";
import { negative } from "./checks.ts";
import type { Field } from "./field.ts";
import { isWhole } from "./resource-names.ts";

export const compare = (a: string | undefined, b: string | undefined): number => compareQuantities(quantity(a), quantity(b));

/** An amount of a resource: not less than nothing, and whole where parts make no sense. */
export function checkAmount(field: Field, resource: string, amount: string): void {
  checkNonNegativeAmount(field, amount);
  if (isWhole(resource) && milliUnits(amount) % 1000 !== 0) field.invalid(amount, "must be an integer");
}

export function checkNonNegativeAmount(field: Field, amount: string): void {
  if (compareQuantities(quantity(amount), zero) < 0) field.invalid(formatQuantity(quantity(amount)), negative);
}

/** More than nothing; says whether it is. */
export function checkPositiveAmount(field: Field, amount: string): boolean {
  const positive = compareQuantities(quantity(amount), zero) > 0;
  if (!positive) field.invalid(formatQuantity(quantity(amount)), "must be greater than zero");
  return positive;
}
