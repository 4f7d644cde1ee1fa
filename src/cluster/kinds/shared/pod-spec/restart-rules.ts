import type { Container } from "#machinery/types.ts";
import type { Field } from "../field.ts";

const policies = ["Always", "Never", "OnFailure"];
const actions = ["Restart", "RestartAllContainers"];
const operators = ["In", "NotIn"];

/** A container's own restart policy, and when it does something else. Of an init container without one, the rules are not looked at. */
export function checkRestartRules(field: Field, { restartPolicy, restartPolicyRules: rules = [] }: Container, { init = false } = {}): void {
  const at = field.at("restartPolicyRules");
  if (restartPolicy === undefined) {
    if (rules.length > 0) field.at("restartPolicy").required("must specify restartPolicy when restart rules are used");
    if (init) return;
  } else if (!policies.includes(restartPolicy)) field.at("restartPolicy").notSupported(restartPolicy, policies);

  if (rules.length > 20) at.tooMany(rules.length, 20);
  for (const [i, { action, exitCodes }] of rules.entries()) {
    if (!actions.includes(action)) at.at(i, "action").notSupported(action ?? "", actions);
    const codes = at.at(i, "exitCodes");
    if (!exitCodes) codes.required("must be specified");
    else {
      if (!operators.includes(exitCodes.operator)) codes.at("operator").notSupported(exitCodes.operator ?? "", operators);
      const count = exitCodes.values?.length ?? 0;
      if (count > 255) codes.at("values").tooMany(count, 255);
    }
  }
}
