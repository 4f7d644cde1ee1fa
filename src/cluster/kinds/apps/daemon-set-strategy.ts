import type { DaemonSetUpdateStrategy } from "#machinery/types.ts";
import type { Field } from "../shared/field.ts";
import { goValue } from "../shared/go-value.ts";
import { amountOf, checkAtMostAll, checkIntOrPercent } from "../shared/int-or-percent.ts";

/** How the pods of a DaemonSet are replaced: one goes first or one comes first, not both. */
export function checkUpdateStrategy(field: Field, strategy: DaemonSetUpdateStrategy): void {
  const { type, rollingUpdate } = strategy;
  if (type === "OnDelete") return;
  if (type !== "RollingUpdate") {
    field.notSupported(goValue("apps.DaemonSetUpdateStrategy", strategy), ["RollingUpdate", "OnDelete"]);
    return;
  }
  const at = field.at("rollingUpdate");
  if (!rollingUpdate) {
    at.required();
    return;
  }
  const { maxUnavailable, maxSurge } = rollingUpdate;
  checkIntOrPercent(at.at("maxUnavailable"), maxUnavailable);
  checkIntOrPercent(at.at("maxSurge"), maxSurge);
  checkAtMostAll(at.at("maxUnavailable"), maxUnavailable);
  checkAtMostAll(at.at("maxSurge"), maxSurge);
  const [unavailable, surge] = [amountOf(maxUnavailable) !== 0, amountOf(maxSurge) !== 0];
  if (unavailable && surge) at.at("maxSurge").invalid(maxSurge, "may not be set when maxUnavailable is non-zero");
  if (!unavailable && !surge) at.at("maxUnavailable").required("cannot be 0 when maxSurge is 0");
}
