import { defineKind } from "#cluster/apiserver/kind.ts";
import { forbidden } from "#machinery/status.ts";
import type { PriorityClass } from "#machinery/types.ts";
import { age, columnsOf } from "../shared/columns.ts";

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
    age,
    { name: "PreemptionPolicy", type: "string", cell: (priority) => priority.preemptionPolicy ?? "" },
  ]),

  default(priority) {
    priority.preemptionPolicy ??= "PreemptLowerPriority";
  },
  beforeDelete({ metadata: { name } }) {
    const why = "this is a system priority class and cannot be deleted";
    if (name.startsWith("system-")) throw forbidden({ group: "scheduling.k8s.io", resource: "priorityclasses" }, name, why);
  },
  generation: true,
});
