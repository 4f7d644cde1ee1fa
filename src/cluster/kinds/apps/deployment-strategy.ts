import type { DeploymentStrategy } from "#machinery/types.ts";
import type { Field } from "../shared/field.ts";
import { goValue } from "../shared/go-value.ts";
import { amountOf, checkAtMostAll, checkIntOrPercent } from "../shared/int-or-percent.ts";

/** How the pods of a Deployment are replaced by newer ones. */
export function checkStrategy(field: Field, strategy: DeploymentStrategy = {}): void {
  const { type, rollingUpdate } = strategy;
  const at = field.at("rollingUpdate");
  if (type === "Recreate") {
    if (rollingUpdate) at.forbidden("may not be specified when strategy `type` is 'Recreate'");
  } else if (type !== "RollingUpdate") field.notSupported(goValue("apps.DeploymentStrategy", strategy), ["Recreate", "RollingUpdate"]);
  else if (!rollingUpdate) at.required("this should be defaulted and never be nil");
  else {
    const { maxUnavailable, maxSurge } = rollingUpdate;
    checkIntOrPercent(at.at("maxUnavailable"), maxUnavailable);
    checkIntOrPercent(at.at("maxSurge"), maxSurge);
    if (amountOf(maxUnavailable) === 0 && amountOf(maxSurge) === 0)
      at.at("maxUnavailable").invalid(maxUnavailable, "may not be 0 when `maxSurge` is 0");
    checkAtMostAll(at.at("maxUnavailable"), maxUnavailable);
  }
}
