import { formProblem } from "#machinery/names.ts";
import type { Condition } from "#machinery/types.ts";
import { checkQualifiedName } from "./checks.ts";
import type { Field } from "./field.ts";

const longestReason = 1024;
const longestMessage = 32 * 1024;
const reasonForm = "[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?";
const says =
  "a condition reason must start with alphabetic character, optionally followed by a string of alphanumeric characters or '_,:', and must end with an alphanumeric character or '_'";

/** Conditions of the usual shape. */
export function checkConditions(field: Field, conditions: readonly Condition[] = []): void {
  for (const [i, condition] of conditions.entries()) {
    const { type, status, observedGeneration = 0, lastTransitionTime, reason, message = "" } = condition;
    const at = field.at(i);
    if (conditions.findIndex((other) => other.type === type) < i) at.at("type").duplicate(type);
    checkQualifiedName(at.at("type"), type ?? "");
    const statuses = ["False", "True", "Unknown"];
    if (!statuses.includes(status)) at.at("status").notSupported(status ?? "", statuses);
    if (observedGeneration < 0) at.at("observedGeneration").invalid(observedGeneration, "must be greater than or equal to zero");
    if (!lastTransitionTime) at.at("lastTransitionTime").required();
    if (!reason) at.at("reason").required();
    else {
      if (!new RegExp(`^${reasonForm}$`).test(reason))
        at.at("reason").invalid(reason, formProblem(says, reasonForm, "my_name", "MY_NAME", "MyName", "ReasonA,ReasonB", "ReasonA:ReasonB"));
      if (reason.length > longestReason) at.at("reason").tooLong(longestReason);
    }
    if (message.length > longestMessage) at.at("message").tooLong(longestMessage);
  }
}
