import { defineKind } from "#cluster/apiserver/kind.ts";
import type { Event, EventsEvent } from "#machinery/types.ts";
import { eventColumns, secondsKept } from "../shared/event-columns.ts";
import { checkEvent, checkEventChanges, checkNewEvent } from "../shared/event-rules.ts";
import { validation } from "../shared/field.ts";

/** The newer look of events. What is stored is core/v1's, under whose names the fields are selected as well. */
export const eventsEvent = defineKind<EventsEvent>({
  group: "events.k8s.io",
  version: "v1",
  kind: "Event",
  plural: "events",
  shortNames: ["ev"],
  scope: "Namespaced",
  defaultPropagation: "Unsupported",
  docs: "https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/",

  columns: eventColumns<EventsEvent>(coreEvent),
  bareColumns: true,

  validate: validation((field, event, old) => {
    const stored = coreEvent(event);
    checkEvent(field, stored, "reportingController");
    if (old) checkEventChanges(field, stored, coreEvent(old));
    else checkNewEvent(field, stored);
  }),
  generation: false,
  createOnUpdate: true,
  ttlSeconds: secondsKept,
  view: { of: { group: "", version: "v1", plural: "events" }, read: (stored) => newEvent(stored as Event), write: coreEvent },

  selectable: {
    "regarding.kind": { value: (event) => event.regarding.kind ?? "" },
    "regarding.namespace": { value: (event) => event.regarding.namespace ?? "" },
    "regarding.name": { value: (event) => event.regarding.name ?? "" },
    "regarding.uid": { value: (event) => event.regarding.uid ?? "" },
    "regarding.apiVersion": { value: (event) => event.regarding.apiVersion ?? "" },
    "regarding.resourceVersion": { value: (event) => event.regarding.resourceVersion ?? "" },
    "regarding.fieldPath": { value: (event) => event.regarding.fieldPath ?? "" },
    reason: { value: (event) => event.reason ?? "" },
    reportingController: { value: (event) => event.reportingController ?? "" },
    type: { value: (event) => event.type ?? "" },
  },
});

function newEvent(event: Event): EventsEvent {
  const { count, firstTimestamp, lastTimestamp, source, message, involvedObject, reportingComponent, series, eventTime, ...same } = event;
  return {
    ...same,
    apiVersion: "events.k8s.io/v1",
    // The newer type always shows when an event happened, be it that nobody said.
    eventTime: eventTime as string,
    deprecatedSource: source,
    regarding: involvedObject,
    ...(count !== undefined && { deprecatedCount: count }),
    ...(firstTimestamp !== undefined && { deprecatedFirstTimestamp: firstTimestamp }),
    ...(lastTimestamp !== undefined && { deprecatedLastTimestamp: lastTimestamp }),
    ...(message !== undefined && { note: message }),
    ...(reportingComponent && { reportingController: reportingComponent }),
    ...(series && { series: { count: series.count ?? 0, lastObservedTime: series.lastObservedTime as string } }),
  };
}

function coreEvent(event: EventsEvent): Event {
  const { deprecatedCount, deprecatedFirstTimestamp, deprecatedLastTimestamp, deprecatedSource, note, regarding, reportingController, ...same } =
    event;
  return {
    ...same,
    apiVersion: "v1",
    involvedObject: regarding,
    source: deprecatedSource,
    reportingComponent: reportingController ?? "",
    reportingInstance: event.reportingInstance ?? "",
    ...(deprecatedCount !== undefined && { count: deprecatedCount }),
    ...(deprecatedFirstTimestamp !== undefined && { firstTimestamp: deprecatedFirstTimestamp }),
    ...(deprecatedLastTimestamp !== undefined && { lastTimestamp: deprecatedLastTimestamp }),
    ...(note !== undefined && { message: note }),
  };
}
