import { controllerOf } from "#machinery/object.ts";
import type { Pod } from "#machinery/types.ts";
import { isTerminal } from "../pods.ts";
import { cleanUp } from "./clean-up.ts";
import { ensureCurrent } from "./current-set.ts";
import { scaleSet } from "./revisions.ts";
import { isActive, type Rollout, replaced, replicasOf } from "./rollout.ts";
import { isComplete, syncStatus } from "./status.ts";

/** All old pods go before the first new one comes. */
export async function recreate(rollout: Rollout): Promise<number | undefined> {
  await ensureCurrent(rollout, { create: false });
  if (await emptyOld(rollout)) return await syncStatus(rollout);
  if (oldPodsRun(rollout)) return await syncStatus(rollout);

  await ensureCurrent(rollout, { create: true });
  const replicas = rollout.deployment.spec.replicas ?? 1;
  if (rollout.current && replicasOf(rollout.current) !== replicas) replaced(rollout, await scaleSet(rollout, rollout.current, replicas));
  if (isComplete(rollout.deployment, rollout.deployment.status)) await cleanUp(rollout);
  return await syncStatus(rollout);
}

async function emptyOld(rollout: Rollout): Promise<boolean> {
  const full = rollout.old.filter(isActive);
  for (const set of full) replaced(rollout, await scaleSet(rollout, set, 0));
  return full.length > 0;
}

const oldPodsRun = ({ old, context }: Rollout): boolean =>
  old.some((set) => context.api.owned<Pod>("pods", set).some((pod) => controllerOf(pod)?.uid === set.metadata.uid && !isTerminal(pod)));
