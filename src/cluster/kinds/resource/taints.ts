import { labelValueProblems } from "#machinery/names.ts";
import type { DeviceTaint, DeviceToleration } from "#machinery/types.ts";
import { checkQualifiedName } from "../shared/checks.ts";
import type { Field } from "../shared/field.ts";

const effects = ["NoExecute", "NoSchedule", "None"];

/** Why a device is not for everybody. */
export function checkDeviceTaint(field: Field, { key = "", value = "", effect }: DeviceTaint): void {
  checkQualifiedName(field.at("key"), key);
  if (value) field.at("value").problems(value, labelValueProblems(value));
  if (!effect) field.at("effect").required();
  else if (!effects.includes(effect)) field.at("effect").notSupported(effect, effects);
}

export function checkDeviceToleration(field: Field, { key, operator, value = "", effect }: DeviceToleration): void {
  if (key) checkQualifiedName(field.at("key"), key);
  if (operator === "Exists") {
    if (value) field.at("value").invalid(value, "must be empty for operator `Exists`");
  } else if (operator === "Equal") field.at("value").problems(value, labelValueProblems(value));
  else if (operator) field.at("operator").notSupported(operator, ["Equal", "Exists"]);
  else field.at("operator").required();
  if (effect && !effects.includes(effect)) field.at("effect").notSupported(effect, effects);
}
