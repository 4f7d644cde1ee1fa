import { qualifiedNameProblems } from "#machinery/names.ts";
import { wholeUnits } from "#machinery/quantity.ts";
import type { PersistentVolumeClaim } from "#machinery/types.ts";
import { sortedKeys } from "../../shared/checks.ts";
import type { Field } from "../../shared/field.ts";
import { checkNonNegativeAmount, compare } from "../../shared/quantities.ts";
import { isNative } from "../../shared/resource-names.ts";

const resizes = [
  "ControllerResizeInProgress",
  "ControllerResizeInfeasible",
  "NodeResizeInProgress",
  "NodeResizeInfeasible",
  "NodeResizePending",
].sort();

export function checkClaimStatus(field: Field, { spec, status = {} }: PersistentVolumeClaim): void {
  if (!spec.accessModes?.length) field.at("Spec", "accessModes").required();
  for (const resource of sortedKeys(status.capacity)) checkBasic(field.at("status", "capacity").key(resource), status.capacity?.[resource] ?? "0");

  const resizing = field.at("status", "allocatedResourceStatuses");
  for (const resource of sortedKeys(status.allocatedResourceStatuses)) {
    checkKey(resizing, resource);
    if (!resizes.includes(status.allocatedResourceStatuses?.[resource] ?? "")) resizing.notSupported(resource, resizes);
  }
  const allocated = field.at("status", "allocatedResources");
  for (const resource of sortedKeys(status.allocatedResources)) {
    const amount = status.allocatedResources?.[resource] ?? "0";
    if (checkKey(allocated, resource) && checkBasic(allocated.key(resource), amount)) checkNonNegativeAmount(allocated.key(resource), amount);
  }
}

function checkBasic(field: Field, amount: string): boolean {
  const isAmount = compare(amount, "0") >= 0;
  if (!isAmount) field.invalid(wholeUnits(amount), "must be a valid resource quantity");
  return isAmount;
}

function checkKey(field: Field, resource: string): boolean {
  const before = field.count;
  field.problems(resource, qualifiedNameProblems(resource));
  if (field.count === before && isNative(resource) && resource !== "storage") field.notSupported(resource, ["storage"]);
  return field.count === before;
}
