import { conditionOf, newCondition, withCondition } from "./conditions.ts";
import type { Rollout } from "./rollout.ts";
import { hasDeadline } from "./status.ts";

/** A pause shows as a condition, so that the time spent paused does not count towards the progress deadline. */
export async function notePause(rollout: Rollout): Promise<void> {
  const { deployment, context } = rollout;
  const { paused } = deployment.spec;
  const progressing = conditionOf(deployment.status, "Progressing");
  if (!hasDeadline(deployment) || progressing?.reason === "ProgressDeadlineExceeded") return;
  const isNoted = progressing?.reason === "DeploymentPaused";
  if (Boolean(paused) === isNoted) return;
  const condition = paused
    ? newCondition("Progressing", "Unknown", "DeploymentPaused", "Deployment is paused", context.clock.now())
    : newCondition("Progressing", "Unknown", "DeploymentResumed", "Deployment is resumed", context.clock.now());
  rollout.deployment = await context.api.updateStatus("deployments.apps", {
    ...deployment,
    status: withCondition(deployment.status ?? {}, condition),
  });
}
