import type { Column } from "#cluster/apiserver/kind.ts";
import type { KubeObject } from "#machinery/object.ts";
import type { Event } from "#machinery/types.ts";
import { columnsOf, nameColumn, since } from "./columns.ts";

/** Events are forgotten an hour after they were last written. */
export const secondsKept = 3600;

/** The columns of events, which stand in no usual order; `core` gives a view's event as core/v1 has it. */
export function eventColumns<T extends KubeObject>(core: (event: T) => Event): readonly Column<T>[] {
  const cell = (of: (event: Event, now: number) => unknown) => (event: T, now: number) => of(core(event), now);
  return columnsOf<T>("Event", [
    { name: "Last Seen", type: "string", cell: cell(lastSeen) },
    { name: "Type", type: "string", cell: cell((event) => event.type ?? "") },
    { name: "Reason", type: "string", cell: cell((event) => event.reason ?? "") },
    { name: "Object", type: "string", cell: cell(about) },
    { name: "Subobject", type: "string", priority: 1, cell: cell((event) => event.involvedObject.fieldPath ?? "") },
    { name: "Source", type: "string", priority: 1, cell: cell(source) },
    { name: "Message", type: "string", cell: cell((event) => (event.message ?? "").trim()) },
    { name: "First Seen", type: "string", priority: 1, cell: cell(firstSeen) },
    { name: "Count", type: "string", priority: 1, cell: cell((event) => event.series?.count ?? (event.count || 1)) },
    { ...nameColumn, priority: 1 },
  ]);
}

const firstSeen = (event: Event, now: number) => since(event.firstTimestamp ?? event.eventTime, now);

function lastSeen(event: Event, now: number): string {
  if (event.series) return since(event.series.lastObservedTime, now);
  return event.lastTimestamp ? since(event.lastTimestamp, now) : firstSeen(event, now);
}

function about({ involvedObject: { kind, name } }: Event): string {
  const lower = (kind ?? "").toLowerCase();
  return name ? `${lower}/${name}` : lower;
}

function source({ source, reportingComponent, reportingInstance }: Event): string {
  const component = source.component || reportingComponent || "";
  const instance = source.host || reportingInstance;
  return instance ? `${component}, ${instance}` : component;
}
