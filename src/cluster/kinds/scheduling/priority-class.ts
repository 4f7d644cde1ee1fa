import { defineKind } from "#cluster/apiserver/kind.ts";
import type { PriorityClass } from "#machinery/types.ts";
import { columnsOf } from "../shared/columns.ts";

export const priorityClass = defineKind<PriorityClass>({
  group: "scheduling.k8s.io",
  version: "v1",
  kind: "PriorityClass",
  plural: "priorityclasses",
  shortNames: ["pc"],
  scope: "Cluster",
  docs: "https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/",

  columns: columnsOf<PriorityClass>("PriorityClass", [
    { name: "Value", type: "integer", cell: (priority) => priority.value },
    { name: "Global-Default", type: "boolean", cell: (priority) => priority.globalDefault ?? false },
    { name: "PreemptionPolicy", type: "string", priority: 1, cell: (priority) => priority.preemptionPolicy ?? "" },
  ]),

  default(priority) {
    priority.preemptionPolicy ??= "PreemptLowerPriority";
  },
  generation: true,
});
