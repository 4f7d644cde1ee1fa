import type { Container, PodSpec } from "#machinery/types.ts";
import type { CatchUp } from "./catch-up.ts";
import type { BackOff, ContainerRecord } from "./record.ts";

const seconds = 1000;
export const firstBackOff = 10 * seconds;
export const longestBackOff = 300 * seconds;
/** A container that ran this long starts over without waiting. */
const quietRun = 2 * longestBackOff;

/** Whether a container that ended with `exitCode` runs again. https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#restart-policy */
export function restartsAfter(exitCode: number, container: Container, pod: PodSpec): boolean {
  const rule = container.restartPolicyRules?.find(({ exitCodes }) => {
    if (!exitCodes) return false;
    const listed = (exitCodes.values ?? []).includes(exitCode);
    return exitCodes.operator === "NotIn" ? !listed : listed;
  });
  if (rule) return rule.action === "Restart" || rule.action === "RestartAllContainers";

  const policy = container.restartPolicy ?? pod.restartPolicy ?? "Always";
  return policy === "Always" || (policy === "OnFailure" && exitCode !== 0);
}

/** Until when a container that ended must wait, or undefined when it may start now: the rule behind CrashLoopBackOff. */
export function waitsUntil(last: ContainerRecord, backOff: BackOff | undefined, now: number): number | undefined {
  if (!backOff || last.finishedAt - backOff.updatedAt > quietRun) return undefined;
  const until = last.finishedAt + backOff.wait;
  return now < until ? until : undefined;
}

/** The back-off after one more attempt: 10 s, doubling to 5 min, forgotten after a quiet run. `since` is when the thing that failed ended. */
export function nextBackOff(backOff: BackOff | undefined, since: number, now: number): BackOff {
  const forgotten = !backOff || since - backOff.updatedAt > quietRun;
  return { wait: forgotten ? firstBackOff : Math.min(backOff.wait * 2, longestBackOff), updatedAt: now };
}

/** What one more round costs, beside the step of a program. */
const costOfRestart = 20;
export const costOfRefusal = 4;
/** A container is started and found again a moment later. */
const overhead = 1.5 * seconds;

/**
 * Lets a container that ends again and again go through all the restarts that a long time brings which passes at once: it stands as if it had. Gives when
 * its next one is due, or undefined where it is to be lived through.
 */
export function restOfRestarts(catchUp: CatchUp, last: ContainerRecord, backOff: BackOff | undefined, until: number): number | undefined {
  if (!backOff || backOff.wait < longestBackOff) return undefined;
  const period = longestBackOff + last.finishedAt - last.startedAt + overhead;
  const rounds = catchUp.rounds(until, period, costOfRestart);
  if (rounds === 0) return undefined;
  const later = rounds * period;
  last.attempt += rounds;
  last.startedAt += later;
  last.finishedAt += later;
  backOff.updatedAt += later;
  return until + later;
}

/** The same for an image that cannot be pulled. */
export function restOfPulls(catchUp: CatchUp, backOff: BackOff, now: number): number | undefined {
  if (backOff.wait < longestBackOff) return undefined;
  const rounds = catchUp.rounds(now, longestBackOff, costOfRefusal);
  if (rounds === 0) return undefined;
  backOff.updatedAt += rounds * longestBackOff;
  return backOff.updatedAt + backOff.wait;
}
