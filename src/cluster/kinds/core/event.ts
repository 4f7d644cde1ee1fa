import { defineKind } from "#cluster/apiserver/kind.ts";
import type { Event } from "#machinery/types.ts";
import { eventColumns, secondsKept } from "../shared/event-columns.ts";
import { checkEvent } from "../shared/event-rules.ts";
import { validation } from "../shared/field.ts";

export const event = defineKind<Event>({
  group: "",
  version: "v1",
  kind: "Event",
  plural: "events",
  shortNames: ["ev"],
  scope: "Namespaced",
  name: "any",
  defaultPropagation: "Unsupported",
  anyFinalizers: true,
  docs: "https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/",

  columns: eventColumns<Event>((event) => event),
  bareColumns: true,

  validate: validation((field, event) => checkEvent(field, event, "reportingComponent")),
  generation: false,
  createOnUpdate: true,
  ttlSeconds: secondsKept,

  selectable: {
    "involvedObject.kind": { value: (event) => event.involvedObject.kind ?? "" },
    "involvedObject.namespace": { value: (event) => event.involvedObject.namespace ?? "" },
    "involvedObject.name": { value: (event) => event.involvedObject.name ?? "", index: true },
    "involvedObject.uid": { value: (event) => event.involvedObject.uid ?? "", index: true },
    "involvedObject.apiVersion": { value: (event) => event.involvedObject.apiVersion ?? "" },
    "involvedObject.resourceVersion": { value: (event) => event.involvedObject.resourceVersion ?? "" },
    "involvedObject.fieldPath": { value: (event) => event.involvedObject.fieldPath ?? "" },
    reason: { value: (event) => event.reason ?? "" },
    reportingComponent: { value: (event) => event.reportingComponent ?? "" },
    source: { value: (event) => event.source.component || event.reportingComponent || "" },
    type: { value: (event) => event.type ?? "" },
  },
});
