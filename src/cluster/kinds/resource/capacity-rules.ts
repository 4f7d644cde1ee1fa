import { addQuantities, compareQuantities, formatQuantity, type Quantity, quantity, wholeUnits } from "#machinery/quantity.ts";
import type { CapacityRequestPolicy, CapacityRequestPolicyRange, DeviceCapacity } from "#machinery/types.ts";
import type { Field } from "../shared/field.ts";
import { compare } from "../shared/quantities.ts";
import { checkSet } from "./lists.ts";

const mostValues = 10;

/** How much of something a device has, and in what portions it can be had where several may share it. */
export function checkCapacity(field: Field, { value, requestPolicy }: DeviceCapacity, shared: boolean): void {
  if (!requestPolicy) return;
  const at = field.at("requestPolicy");
  if (shared) checkPolicy(at, requestPolicy, quantity(value));
  else at.forbidden("allowMultipleAllocations must be true");
}

function checkPolicy(field: Field, { default: usual, validValues = [], validRange }: CapacityRequestPolicy, whole: Quantity): void {
  if (validValues.length > 0 && validRange)
    field.forbidden('exactly one policy can be specified, cannot specify "validValues" and "validRange" at the same time');
  else if (validValues.length > 0) {
    if (usual === undefined) field.at("default").required("required when validValues is defined");
    else checkValues(field.at("validValues"), validValues, usual, whole);
  } else if (validRange) {
    if (usual === undefined) field.at("default").required("required when validRange is defined");
    else checkRange(field.at("validRange"), validRange, usual, whole);
  }
}

const written = (text: string): string => formatQuantity(quantity(text));

function checkValues(field: Field, values: readonly string[], usual: string, whole: Quantity): void {
  for (const [i, value] of values.entries())
    if (i > 0 && compare(values[i - 1], value) > 0) field.at(i).invalid(written(value), "values must be sorted in ascending order");
  checkSet(field, values, mostValues, checkValue, (value) => String(wholeUnits(value)));
  if (values.length > mostValues || !values.some((value) => compare(value, usual) === 0))
    field.invalid(written(usual), "default value is not valid according to the requestPolicy");

  function checkValue(at: Field, value: string): void {
    if (compareQuantities(quantity(value), whole) > 0) at.invalid(written(value), `option is larger than capacity value: ${formatQuantity(whole)}`);
  }
}

function checkRange(field: Field, { min, max, step }: CapacityRequestPolicyRange, usual: string, whole: Quantity): void {
  if (min === undefined) {
    field.at("min").required("required when validRange is defined");
    return;
  }
  const [least, all] = [quantity(min), formatQuantity(whole)];
  if (compareQuantities(least, whole) > 0) field.at("min").invalid(written(min), `min is larger than capacity value: ${all}`);
  if (compare(usual, min) < 0) field.at("min").invalid(written(usual), `default is less than min: ${written(min)}`);
  if (max !== undefined) {
    const at = field.at("max");
    if (compare(min, max) > 0) at.invalid(written(min), `min is larger than max: ${written(max)}`);
    if (compareQuantities(quantity(max), whole) > 0) at.invalid(written(max), `max is larger than capacity value: ${all}`);
    if (compare(usual, max) > 0) at.invalid(written(usual), `default is more than max: ${written(max)}`);
  }
  if (step === undefined) return;
  const at = field.at("step");
  const first = addQuantities(least, quantity(step));
  if (compareQuantities(first, whole) > 0) at.invalid(written(step), `one step ${formatQuantity(first)} is larger than capacity value: ${all}`);
  for (const value of max === undefined ? [usual] : [usual, max])
    if ((wholeUnits(value) - wholeUnits(min)) % wholeUnits(step) !== 0)
      at.invalid(written(value), `value is not a multiple of a given step (${written(step)}) from (${written(min)})`);
}
