import type { Clock } from "#base/clock.ts";
import type { Api } from "./client.ts";
import type { Draft, KubeObject } from "./object.ts";
import { StatusError } from "./status.ts";
import { formatMicroTime, formatTime, parseTime } from "./time.ts";
import type { EventSeries, ObjectReference, Event as RecordedEvent } from "./types.ts";

export type EventType = "Normal" | "Warning";

/** Who records: `kubelet` on `node-1`, `deployment-controller`. */
export interface EventSource {
  component: string;
  host?: string;
}

export interface EventRecorder {
  /** Records that something happened to an object. What happened before is counted, what is much alike is combined, and too much is dropped. */
  event(object: KubeObject, type: EventType, reason: string, message: string, about?: { fieldPath?: string }): Promise<void>;
}

// The rules of the real recorder's correlator.
const combinedPrefix = "(combined from similar events): ";
/** So many different messages of one reason are told one by one. */
const differentMessages = 9;
const similarWithin = 600_000;
/** An object may have so many events of one source and reason at once, and then one in five minutes: recorded kubelets told more than forty of one pod. */
const burst = 25;
const refill = 300_000;

/** Records core/v1 Events. What it needs to know of earlier events is what the API holds, found by the object's uid. */
export function recorder(api: Api, clock: Clock, source: EventSource): EventRecorder {
  return {
    async event(object, type, reason, message, { fieldPath } = {}) {
      const now = clock.now();
      const similar = eventsAbout(api, object).filter(
        (event) =>
          event.reason === reason &&
          event.type === type &&
          event.source?.component === source.component &&
          (event.source.host ?? "") === (source.host ?? "") &&
          event.lastTimestamp,
      );
      if (similar.length > 0 && isTooMuch(similar, now)) return;

      const same = similar.find((event) => event.message === message && event.involvedObject.fieldPath === fieldPath);
      if (same) return await countOn(api, same, now, message);

      const combined = messagesOf(similar, now) >= differentMessages;
      const text = combined ? combinedPrefix + message : message;
      const before = combined ? similar.find((event) => event.message?.startsWith(combinedPrefix)) : undefined;
      if (before) return await countOn(api, before, now, text);

      await create(api, clock, object, {
        involvedObject: referenceTo(object, fieldPath),
        reason,
        message: text,
        source: source.host ? { component: source.component, host: source.host } : { component: source.component },
        firstTimestamp: formatTime(now),
        lastTimestamp: formatTime(now),
        count: 1,
        type,
        // The real recorder forgets these two when it combines.
        reportingComponent: combined ? "" : source.component,
        reportingInstance: combined ? "" : (source.host ?? ""),
      });
    },
  };
}

export interface SeriesRecorder {
  /** Records that something was done to an object: `action` is what (Binding), `reason` why or how it ended (Scheduled). */
  event(object: KubeObject, type: EventType, reason: string, action: string, note: string): Promise<void>;
}

/** A series that nothing was added to for so long is over. */
const seriesEnds = 360_000;

/**
 * Records in the way of events.k8s.io: repeated events of one version of an object become a series. Of a series its start is written; further
 * repetitions are written together with the next one that starts.
 */
export function seriesRecorder(api: Api, clock: Clock, controller: string, instance = controller): SeriesRecorder {
  const series = new Map<string, { name: string; namespace: string; count: number; last: number }>();
  return {
    async event(object, type, reason, action, note) {
      const now = clock.now();
      const { uid, resourceVersion } = object.metadata;
      const key = [type, action, reason, object.kind, object.metadata.namespace, object.metadata.name, uid, resourceVersion].join("/");
      // The map is in the order of `last`.
      for (const [each, { last }] of series) {
        if (now - last < seriesEnds) break;
        series.delete(each);
      }

      const running = series.get(key);
      if (running) {
        running.count++;
        running.last = now;
        series.delete(key);
        series.set(key, running);
        if (running.count === 2) await writeSeries(api, running, { count: 2, lastObservedTime: formatMicroTime(now) });
        return;
      }
      const created = await create(api, clock, object, {
        involvedObject: referenceTo(object),
        reason,
        message: note,
        type,
        eventTime: formatMicroTime(now),
        action,
        reportingComponent: controller,
        reportingInstance: instance,
      });
      if (created) series.set(key, { name: created.metadata.name, namespace: created.metadata.namespace ?? "", count: 1, last: now });
    },
  };
}

async function writeSeries(api: Api, { name, namespace }: { name: string; namespace: string }, series: EventSeries): Promise<void> {
  const event = api.get<RecordedEvent>("events", name, namespace);
  if (event) await changed(api, { ...event, series });
}

const namespaceOf = (object: KubeObject) => object.metadata.namespace || "default";

function eventsAbout(api: Api, object: KubeObject): readonly RecordedEvent[] {
  const { uid, name } = object.metadata;
  return api.list<RecordedEvent>("events", {
    namespace: namespaceOf(object),
    fields: uid ? { "involvedObject.uid": uid } : { "involvedObject.name": name, "involvedObject.kind": object.kind },
  });
}

function referenceTo({ apiVersion, kind, metadata }: KubeObject, fieldPath?: string): ObjectReference {
  const { namespace, name, uid, resourceVersion } = metadata;
  return {
    kind,
    ...(namespace ? { namespace } : {}),
    name,
    ...(uid ? { uid } : {}),
    apiVersion,
    ...(resourceVersion ? { resourceVersion } : {}),
    ...(fieldPath ? { fieldPath } : {}),
  };
}

const lastTime = (event: RecordedEvent) => parseTime(event.lastTimestamp ?? "");

/** Whether one source has told one thing about one object so often that it must be quiet for a while. */
function isTooMuch(events: readonly RecordedEvent[], now: number): boolean {
  const told = events.reduce((sum, { count = 1 }) => sum + count, 0);
  if (told < burst) return false;
  const since = events.reduce((first, { firstTimestamp = "" }) => Math.min(first, parseTime(firstTimestamp)), now);
  return told >= burst + Math.floor((now - since) / refill);
}

/** How many different messages came one after the other, none of them ten minutes after the one before. */
function messagesOf(similar: readonly RecordedEvent[], now: number): number {
  const messages = new Set<string>();
  let until = now;
  for (const event of similar.toSorted((a, b) => lastTime(b) - lastTime(a))) {
    if (until - lastTime(event) > similarWithin) break;
    until = lastTime(event);
    if (!event.message?.startsWith(combinedPrefix)) messages.add(event.message ?? "");
  }
  return messages.size;
}

async function countOn(api: Api, event: RecordedEvent, now: number, message: string): Promise<void> {
  await changed(api, { ...event, message, count: (event.count ?? 1) + 1, lastTimestamp: formatTime(now) });
}

/** Writes an event anew, unless that is refused: it may be gone by now. */
async function changed(api: Api, event: RecordedEvent): Promise<void> {
  try {
    await api.update<RecordedEvent>("events", event);
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
  }
}

async function create(
  api: Api,
  clock: Clock,
  object: KubeObject,
  event: Omit<Draft<RecordedEvent>, "apiVersion" | "kind" | "metadata">,
): Promise<RecordedEvent | undefined> {
  const namespace = namespaceOf(object);
  for (;;) {
    const name = `${object.metadata.name}.${nextInstant(clock).toString(16)}`;
    try {
      return await api.create<RecordedEvent>("events", { apiVersion: "v1", kind: "Event", metadata: { name, namespace }, ...event });
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      // After a restart within the same millisecond the name may be taken. Any other refusal is the event's loss: its namespace goes away, say.
      if (error.reason !== "AlreadyExists") return undefined;
    }
  }
}

const instants = new WeakMap<Clock, bigint>();

/** Nanoseconds since 1970, later than any that was given before: names of events are made of them. */
function nextInstant(clock: Clock): bigint {
  const now = BigInt(Math.floor(clock.now())) * 1_000_000n;
  const last = instants.get(clock) ?? 0n;
  // Steps as large as those between two calls of a real recorder, so that names look like its names.
  const next = now > last ? now : last + 1009n;
  instants.set(clock, next);
  return next;
}
