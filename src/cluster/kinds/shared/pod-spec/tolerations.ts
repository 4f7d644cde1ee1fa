import { labelValueProblems } from "#machinery/names.ts";
import type { Toleration } from "#machinery/types.ts";
import { checkQualifiedName } from "../checks.ts";
import type { Field } from "../field.ts";

export const taintEffects = ["NoSchedule", "PreferNoSchedule", "NoExecute"];

export function checkTolerations(field: Field, tolerations: readonly Toleration[]): void {
  for (const [i, { key = "", operator = "", value = "", effect = "", tolerationSeconds }] of tolerations.entries()) {
    const at = field.at(i);
    if (key) checkQualifiedName(at.at("key"), key);
    else if (operator !== "Exists")
      at.at("operator").invalid(operator, 'operator must be Exists when `key` is empty, which means "match all values and all keys"');
    if (tolerationSeconds !== undefined && effect !== "NoExecute")
      at.at("effect").invalid(effect, "effect must be 'NoExecute' when `tolerationSeconds` is set");

    if (operator === "Equal" || operator === "") {
      const problems = labelValueProblems(value);
      if (problems.length > 0) at.at("operator").invalid(value, problems.join(";"));
    } else if (operator === "Exists") {
      if (value) at.at("operator").invalid(value, "value must be empty when `operator` is 'Exists'");
    } else if (operator === "Lt" || operator === "Gt") at.at("operator").notSupported(operator, ["Equal", "Exists", "Lt", "Gt"]);
    else at.at("operator").notSupported(operator, ["Equal", "Exists"]);

    if (effect && !taintEffects.includes(effect)) at.at("effect").notSupported(effect, taintEffects);
  }
}
