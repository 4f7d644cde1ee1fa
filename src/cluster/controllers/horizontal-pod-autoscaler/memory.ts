import type { Clock } from "#base/clock.ts";

/** A number of replicas that was found right, or a change that was made, and when. */
interface Note {
  replicas: number;
  at: number;
}

/**
 * What an autoscaler remembers of the last minutes, so that it does not follow every flicker. As with the real controller nobody keeps it when the
 * controller starts anew: the size then stands for what was recommended until then.
 */
export interface Memory {
  recommendations: Note[];
  grown: Note[];
  shrunk: Note[];
}

const memories = new WeakMap<Clock, Map<string, Memory>>();

export function memoryOf(uid: string, replicas: number, clock: Clock): Memory {
  const known = memories.get(clock) ?? new Map<string, Memory>();
  memories.set(clock, known);
  let memory = known.get(uid);
  if (!memory) {
    memory = { recommendations: [{ replicas, at: clock.now() }], grown: [], shrunk: [] };
    known.set(uid, memory);
  }
  return memory;
}

export function forget(uid: string, clock: Clock): void {
  memories.get(clock)?.delete(uid);
}

/** The notes that are younger than that, with one more. */
export function noted(notes: readonly Note[], replicas: number, now: number, seconds: number): Note[] {
  return [...notes.filter(({ at }) => at >= now - seconds * 1000), { replicas, at: now }];
}

/** How much changed in the last seconds. */
export function changeWithin(notes: readonly Note[], now: number, seconds: number): number {
  return notes.reduce((sum, { replicas, at }) => sum + (at > now - seconds * 1000 ? replicas : 0), 0);
}
