import { TryAgain } from "#machinery/controller.ts";
import { StatusError } from "#machinery/status.ts";
import type { Pod } from "#machinery/types.ts";
import { isTerminal } from "../pods.ts";
import { applyPolicy, followPolicy, isStale, makeClaims } from "./claims.ts";
import { isRunningAndReady, ordinalOf, podFor, podName, withIdentity } from "./identity.ts";
import { forEachOf, hasBeenReady, type Look, removePod, revisionFor } from "./look.ts";

/** Makes what is missing and mends what is there, in the order of the ordinals. Says whether the rest has to wait. */
export const keepReplicas = (look: Look): Promise<boolean> =>
  forEachOf(look.isOrdered, look.replicas, async (pod, i) => (pod ? await keep(pod, look.start + i, look) : await make(look.start + i, look)));

async function make(ordinal: number, look: Look): Promise<boolean> {
  const { set, context } = look;
  if (isStale(set, ordinal, context)) return true;
  const { template, name } = revisionFor(look, ordinal);
  const what = `Create Pod ${podName(set, ordinal)} in StatefulSet ${set.metadata.name}`;
  try {
    await makeClaims(set, ordinal, context);
    const pod = await context.api.create<Pod>("pods", podFor(set, template, name, ordinal));
    await applyPolicy(set, pod, ordinal, context);
    await context.event(set, "Normal", "SuccessfulCreate", `${what} successful`);
  } catch (error) {
    if (!(error instanceof StatusError || error instanceof TryAgain)) throw error;
    const isTold = error instanceof StatusError && error.reason === "AlreadyExists";
    if (!isTold) await context.event(set, "Warning", "FailedCreate", `${what} failed error: ${error.message}`);
    throw error;
  }
  return true;
}

async function keep(pod: Pod, ordinal: number, look: Look): Promise<boolean> {
  const { set, context } = look;
  const isTerminating = pod.metadata.deletionTimestamp !== undefined;
  if (isTerminal(pod)) {
    // Its place is taken by a new one when it has gone.
    if (!isTerminating) await removePod(pod, look);
    return true;
  }
  if (pod.status.phase === "Pending") {
    await makeClaims(set, ordinal, context);
    await applyPolicy(set, pod, ordinal, context);
  }
  const isSettled = !isTerminating && isRunningAndReady(pod) && hasBeenReady(set, pod, context.clock.now());
  if (look.isOrdered && !isSettled) return true;
  await mend(pod, ordinal, look);
  return false;
}

/** Gives a pod back what it should be called and have. */
async function mend(pod: Pod, ordinal: number, { set, context }: Look): Promise<void> {
  const mended = withIdentity(set, pod, ordinal);
  const follows = followPolicy(set, pod, ordinal, context);
  if (mended === pod && follows) return;
  const what = `Update Pod ${pod.metadata.name} in StatefulSet ${set.metadata.name}`;
  try {
    if (mended.spec !== pod.spec) await makeClaims(set, ordinal, context);
    if (!follows) await applyPolicy(set, pod, ordinal, context);
    await context.api.update<Pod>("pods", mended);
  } catch (error) {
    if (error instanceof StatusError || error instanceof TryAgain)
      await context.event(set, "Warning", "FailedUpdate", `${what} failed error: ${error.message}`);
    throw error;
  }
  await context.event(set, "Normal", "SuccessfulUpdate", `${what} successful`);
}

/** Lets go of the pods that the set should not have, the highest ordinal first. Says whether the rest has to wait. */
export async function dismissCondemned(look: Look): Promise<boolean> {
  const { set, context, condemned, isOrdered } = look;
  const mustWait = await forEachOf(isOrdered, condemned, async (pod) => {
    const ordinal = ordinalOf(set, pod.metadata.name) ?? 0;
    if (!followPolicy(set, pod, ordinal, context)) await applyPolicy(set, pod, ordinal, context);
    return false;
  });
  return (
    mustWait ||
    (await forEachOf(isOrdered, condemned, async (pod) => {
      if (pod.metadata.deletionTimestamp) return isOrdered;
      const isSettled = isRunningAndReady(pod) && hasBeenReady(set, pod, context.clock.now());
      if (isOrdered && !isSettled && pod !== look.firstUnavailable) return true;
      await removePod(pod, look);
      return true;
    }))
  );
}
