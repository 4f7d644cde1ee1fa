import { parseTime } from "#machinery/time.ts";
import type { Pod } from "#machinery/types.ts";
import { conditionOf, isReady } from "../pods.ts";

/** What a pod uses, in thousandths, as it was measured over a window before a time. */
export interface Sample {
  value: number;
  at: number;
  window: number;
}

/** Why nothing can be worked out, in the real controller's words. */
export class Unknown extends Error {}

export interface Tolerance {
  up: number;
  down: number;
}

const isWithin = (ratio: number, { up, down }: Tolerance) => 1 - down <= ratio && ratio <= 1 + up;

/** While a pod starts, its use of CPU says nothing of its work. */
const startPeriod = 300_000;
const readinessDelay = 30_000;

export interface Question {
  pods: readonly Pod[];
  samples: ReadonlyMap<string, Sample>;
  current: number;
  tolerance: Tolerance;
  isCpu: boolean;
  now: number;
  /** By how much the samples are more than they should be. */
  ratio(samples: ReadonlyMap<string, number>): number;
  /** What a pod that was not measured is taken to use, where the others use too little. */
  full(pod: string): number;
}

/**
 * How many replicas would use what they should. Pods that were not measured, or not yet, count against the change: as idle when there would be more, as
 * busy when there would be fewer. https://kubernetes.io/docs/concepts/workloads/autoscaling/horizontal-pod-autoscale/#algorithm-details
 */
export function replicasFor(question: Question): { replicas: number; counted: ReadonlyMap<string, number> } {
  const { pods, current, tolerance } = question;
  if (pods.length === 0) throw new Unknown("no pods returned by selector while calculating replica count");
  const { counted, waiting, missing, busy } = sorted(question);
  if (counted.size === 0) throw new Unknown("did not receive metrics for targeted pods (pods might be unready)");
  const ratio = question.ratio(counted);
  const countsWaiting = waiting.length > 0 && ratio > 1;
  if (!countsWaiting && missing.length === 0) return { replicas: isWithin(ratio, tolerance) ? current : Math.ceil(ratio * busy), counted };

  const all = new Map(counted);
  if (ratio !== 1) for (const name of missing) all.set(name, ratio < 1 ? question.full(name) : 0);
  if (countsWaiting) for (const name of waiting) all.set(name, 0);
  const cautious = question.ratio(all);
  const turns = (ratio < 1 && cautious > 1) || (ratio > 1 && cautious < 1);
  if (isWithin(cautious, tolerance) || turns) return { replicas: current, counted };
  const replicas = Math.ceil(cautious * all.size);
  const isContrary = (cautious < 1 && replicas > current) || (cautious > 1 && replicas < current);
  return { replicas: isContrary ? current : replicas, counted };
}

function sorted({ pods, samples, isCpu, now }: Question) {
  const counted = new Map([...samples].map(([name, { value }]) => [name, value]));
  const waiting: string[] = [];
  const missing: string[] = [];
  let busy = 0;
  for (const pod of pods) {
    const { name } = pod.metadata;
    const sample = samples.get(name);
    if (pod.metadata.deletionTimestamp || pod.status.phase === "Failed") counted.delete(name);
    else if (pod.status.phase === "Pending" || (sample && isCpu && isStarting(pod, sample, now))) {
      waiting.push(name);
      counted.delete(name);
    } else if (!sample) missing.push(name);
    else busy++;
  }
  return { counted, waiting, missing, busy };
}

function isStarting(pod: Pod, { at, window }: Sample, now: number): boolean {
  const ready = conditionOf(pod, "Ready");
  const { startTime } = pod.status;
  if (!ready || !startTime) return true;
  const started = parseTime(startTime);
  const changed = parseTime(ready.lastTransitionTime ?? "");
  if (started + startPeriod > now) return !isReady(pod) || at < changed + window;
  return !isReady(pod) && started + readinessDelay > changed;
}
