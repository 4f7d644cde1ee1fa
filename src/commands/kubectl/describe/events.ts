import type { Event } from "#machinery/types.ts";
import { ageOf } from "../age.ts";
import { pathOf } from "../api/discovery.ts";
import type { Thing } from "../api/server.ts";
import { ServerError } from "../errors.ts";
import type { Session } from "../session.ts";
import type { Report } from "./report.ts";

/** What describe needs besides the object. */
export interface DescribeContext {
  kube: Session;
  showEvents: boolean;
  chunkSize: number;
}

/** The events about an object; undefined where they are not wanted. */
export async function eventsAbout(
  { kube, showEvents, chunkSize }: DescribeContext,
  object: Thing,
  about: { kind?: string; uid?: string } = {},
): Promise<Event[] | undefined> {
  if (!showEvents) return undefined;
  const { kind = object.kind, uid = object.metadata.uid } = about;
  const namespace = object.metadata.namespace;
  const fields = [
    ["involvedObject.name", object.metadata.name],
    ["involvedObject.namespace", namespace ?? ""],
    ...(kind ? [["involvedObject.kind", kind]] : []),
    ...(uid ? [["involvedObject.uid", uid]] : []),
  ];
  const fieldSelector = fields
    .sort(([a = ""], [b = ""]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${value}`)
    .join(",");
  try {
    const path = pathOf({ group: "", version: "v1", plural: "events", namespaced: true }, namespace);
    const list = await kube.server.get<{ items: Event[] }>(path, { query: { fieldSelector, limit: String(chunkSize || 500) } });
    return list.items;
  } catch (error) {
    if (error instanceof ServerError) return [];
    throw error;
  }
}

/** The end of most descriptions: the events about their object. */
export async function withEvents(report: Report, object: Thing, context: DescribeContext): Promise<string> {
  describeEvents(report, await eventsAbout(context, object), context.kube.now);
  return report.text;
}

/** The table of events at the end of a description. */
export function describeEvents(report: Report, events: readonly Event[] | undefined, now: number): void {
  if (!events) return;
  if (events.length === 0) {
    report.field(0, "Events", "<none>");
    return;
  }
  report.block();
  report.line(0, "Events:").line(1, "Type\tReason\tAge\tFrom\tMessage").line(1, "----\t------\t----\t----\t-------");
  const sorted = [...events].sort((a, b) => compare(lastSeen(a), lastSeen(b)));
  for (const event of sorted) {
    const { source, reportingComponent, involvedObject, message = "" } = event;
    const about = involvedObject.fieldPath ? `${involvedObject.fieldPath}: ` : "";
    report.line(
      1,
      [event.type ?? "", event.reason ?? "", interval(event, now), source?.component || reportingComponent || "", about + message.trim()].join("\t"),
    );
  }
}

/** `5s (x3 over 2m)` */
export function interval(event: Event, now: number): string {
  const first = ageOf(event.eventTime ?? event.firstTimestamp, now);
  if (event.series) return `${ageOf(event.series.lastObservedTime, now)} (x${event.series.count ?? 0} over ${first})`;
  if ((event.count ?? 0) > 1) return `${ageOf(event.lastTimestamp, now)} (x${event.count} over ${first})`;
  return first;
}

const lastSeen = (event: Event): string => event.lastTimestamp ?? "";
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
