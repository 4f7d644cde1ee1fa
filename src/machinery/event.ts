import type { Clock } from "#base/clock.ts";
import type { Api } from "./client.ts";
import { fnv32a } from "./hash.ts";
import type { Draft, KubeObject } from "./object.ts";
import { StatusError } from "./status.ts";
import { formatMicroTime, formatTime } from "./time.ts";
import type { Event, EventsEvent, ObjectReference } from "./types.ts";

type Type = "Normal" | "Warning";

/** Similar events, of the same reason about the same object, are told apart up to so many, while each comes within so long after the last. */
const mostSimilar = 10;
const similarFor = 600_000;
/** A component may say so much about one object at once, and one thing more every five minutes. */
const burst = 25;
const refill = 300_000;
/** How many objects a recorder remembers having spoken about. */
const mostRemembered = 4096;

/** Who records: a component, and the machine that it runs on if that matters. */
export interface EventSource {
  component: string;
  host?: string;
}

export interface EventDetails {
  /** The part that it is about: `spec.containers{nginx}`. */
  fieldPath?: string;
}

export interface Recorder {
  /** Records that something happened to `object`. An event that is there already is counted; where there are too many like it, they are combined or dropped. */
  event(object: KubeObject, type: Type, reason: string, message: string, details?: EventDetails): Promise<void>;
}

/**
 * Records core/v1 Events as a component of Kubernetes does. An event's name follows from what it says, so that the earlier one is found without
 * remembering it.
 */
export function recorder(api: Api, clock: Clock, source: EventSource): Recorder {
  const similar = new Remembered<{ messages: Set<string>; last: number }>();
  const spoken = new Remembered<{ tokens: number; at: number }>();

  return {
    async event(object, type, reason, message, { fieldPath } = {}) {
      const now = clock.now();
      const about = `${source.component}/${source.host ?? ""} ${object.kind} ${object.metadata.namespace ?? ""}/${object.metadata.name} ${object.metadata.uid ?? ""}`;
      const isCombined = combines(similar, `${about} ${type} ${reason}`, message, now);
      if (!maySpeak(spoken, about, now)) return;
      const text = isCombined ? `(combined from similar events): ${message}` : message;
      const name = `${object.metadata.name}.${hash64(isCombined ? `${about} ${type} ${reason}` : `${about} ${type} ${reason} ${fieldPath ?? ""} ${message}`)}`;
      await record(api, now, { name, object, type, reason, message: text, source, fieldPath, isCombined });
    },
  };
}

interface Wanted {
  name: string;
  object: KubeObject;
  type: Type;
  reason: string;
  message: string;
  source: EventSource;
  fieldPath: string | undefined;
  isCombined: boolean;
}

async function record(api: Api, now: number, wanted: Wanted): Promise<void> {
  const namespace = wanted.object.metadata.namespace || "default";
  const time = formatTime(now);
  try {
    const old = api.get<Event>("events", wanted.name, namespace);
    if (old) await api.update<Event>("events", { ...old, message: wanted.message, count: (old.count ?? 1) + 1, lastTimestamp: time });
    else await api.create<Event>("events", draftOf(wanted, namespace, time));
  } catch (error) {
    // An event is not worth failing for: the namespace may be going away, or the event itself was removed meanwhile.
    if (!(error instanceof StatusError)) throw error;
  }
}

function draftOf({ name, object, type, reason, message, source, fieldPath, isCombined }: Wanted, namespace: string, time: string): Draft<Event> {
  const { component, host } = source;
  return {
    apiVersion: "v1",
    kind: "Event",
    metadata: { name, namespace },
    involvedObject: { ...referenceTo(object), ...(fieldPath ? { fieldPath } : {}) },
    reason,
    message,
    source: { component, ...(host ? { host } : {}) },
    firstTimestamp: time,
    lastTimestamp: time,
    count: 1,
    type,
    reportingComponent: isCombined ? "" : component,
    reportingInstance: isCombined ? "" : (host ?? ""),
  };
}

export function referenceTo({ apiVersion, kind, metadata }: KubeObject): ObjectReference {
  const { namespace, name, uid, resourceVersion } = metadata;
  return { kind, ...(namespace ? { namespace } : {}), name, ...(uid ? { uid } : {}), apiVersion, ...(resourceVersion ? { resourceVersion } : {}) };
}

/** Whether the event is one of too many similar ones: those are combined into one. */
function combines(similar: Remembered<{ messages: Set<string>; last: number }>, key: string, message: string, now: number): boolean {
  let known = similar.get(key);
  if (!known || now - known.last > similarFor) known = { messages: new Set(), last: now };
  known.messages.add(message);
  known.last = now;
  similar.set(key, known);
  if (known.messages.size < mostSimilar) return false;
  const [oldest] = known.messages;
  if (oldest !== undefined) known.messages.delete(oldest);
  return true;
}

function maySpeak(spoken: Remembered<{ tokens: number; at: number }>, key: string, now: number): boolean {
  const known = spoken.get(key);
  const tokens = known ? Math.min(burst, known.tokens + (now - known.at) / refill) : burst;
  spoken.set(key, { tokens: tokens >= 1 ? tokens - 1 : tokens, at: now });
  return tokens >= 1;
}

/** The objects that were last spoken about. */
class Remembered<V> {
  readonly #values = new Map<string, V>();

  get(key: string): V | undefined {
    return this.#values.get(key);
  }

  set(key: string, value: V): void {
    this.#values.delete(key);
    this.#values.set(key, value);
    const [oldest] = this.#values.keys();
    if (this.#values.size > mostRemembered && oldest !== undefined) this.#values.delete(oldest);
  }
}

/** Sixteen hexadecimal digits that differ for what differs. */
function hash64(text: string): string {
  return hex(fnv32a(text)) + hex(fnv32a(`${text}#`));
}

const hex = (value: number) => value.toString(16).padStart(8, "0");

export interface SeriesRecorder {
  event(object: KubeObject, type: Type, reason: string, action: string, note: string): Promise<void>;
}

/** An event that repeats is written down again at this interval; in between it is counted. */
const refreshSeries = 1_800_000;

/**
 * Records events.k8s.io/v1 Events as the scheduler does: with the action that was taken, and, where the same happens again to the same version of
 * the object, as a series.
 */
export function seriesRecorder(api: Api, clock: Clock, controller: string): SeriesRecorder {
  const known = new Remembered<{ name: string; count: number; writtenAt: number }>();

  return {
    async event(object, type, reason, action, note) {
      const now = clock.now();
      const namespace = object.metadata.namespace || "default";
      const regarding = referenceTo(object);
      const key = JSON.stringify([type, reason, action, regarding]);
      const before = known.get(key);
      const old = before && api.get<EventsEvent>("events.events.k8s.io", before.name, namespace);
      try {
        if (before && old) {
          const count = before.count + 1;
          const isDue = before.count === 1 || now - before.writtenAt >= refreshSeries;
          known.set(key, { ...before, count, writtenAt: isDue ? now : before.writtenAt });
          if (isDue) await api.update("events.events.k8s.io", { ...old, series: { count, lastObservedTime: formatMicroTime(now) } });
          return;
        }
        const name = `${object.metadata.name}.${hash64(`${key} ${note}`)}`;
        known.set(key, { name, count: 1, writtenAt: now });
        await api.create<EventsEvent>("events.events.k8s.io", {
          apiVersion: "events.k8s.io/v1",
          kind: "Event",
          metadata: { name, namespace },
          eventTime: formatMicroTime(now),
          reportingController: controller,
          reportingInstance: controller,
          action,
          reason,
          regarding,
          note,
          type,
        });
      } catch (error) {
        if (!(error instanceof StatusError)) throw error;
      }
    },
  };
}
