import { percentProblems } from "#machinery/names.ts";
import { checkNonNegative } from "./checks.ts";
import type { Field } from "./field.ts";

type IntOrPercent = number | string;

/** A number of pods, or a share of them: `25%`. */
export function checkIntOrPercent(field: Field, value: IntOrPercent | undefined): void {
  if (typeof value === "string") field.problems(value, percentProblems(value));
  else checkNonNegative(field, value);
}

const shareOf = (value: IntOrPercent | undefined) => (typeof value === "string" && /^\d+%$/.test(value) ? Number.parseInt(value, 10) : undefined);

/** The number, of pods or of hundredths. What is neither counts as the number that it begins as. */
export const amountOf = (value: IntOrPercent | undefined): number => shareOf(value) ?? (/^[+-]?\d+$/.test(String(value)) ? Number(value) : 0);

export function checkAtMostAll(field: Field, value: IntOrPercent | undefined): void {
  if ((shareOf(value) ?? 0) > 100) field.invalid(value, "must not be greater than 100%");
}
