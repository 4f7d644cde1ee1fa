import { defineKind } from "#cluster/apiserver/kind.ts";
import { forbidden } from "#machinery/status.ts";
import type { PriorityClass } from "#machinery/types.ts";
import { checkChoice, checkImmutable } from "../shared/checks.ts";
import { age, columnsOf } from "../shared/columns.ts";
import { validation } from "../shared/field.ts";

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
  // Counted from one, and never on.
  generation: () => false,

  validate: validation((field, priority, old) => {
    const { metadata, value = 0, preemptionPolicy } = priority;
    if (old) {
      if (value !== (old.value ?? 0)) field.at("value").forbidden("may not be changed in an update.");
      checkImmutable(field.at("preemptionPolicy"), preemptionPolicy, old.preemptionPolicy);
      return;
    }
    if (metadata.name?.startsWith(systemPrefix)) {
      const problem = systemProblem(priority);
      if (problem)
        field
          .at("metadata", "name")
          .forbidden(`priority class names with '${systemPrefix}' prefix are reserved for system use only. error: ${problem}`);
    } else if (value > highestOfUsers) field.at("value").forbidden(`maximum allowed value of a user defined priority is ${highestOfUsers}`);
    if (preemptionPolicy !== undefined) checkChoice(field.at("preemptionPolicy"), preemptionPolicy, ["PreemptLowerPriority", "Never"]);
  }),
});

const systemPrefix = "system-";
const highestOfUsers = 1_000_000_000;

/** The priorities of what a cluster cannot be without. */
const systemValues: Readonly<Record<string, number>> = {
  "system-node-critical": 2 * highestOfUsers + 1000,
  "system-cluster-critical": 2 * highestOfUsers,
};

function systemProblem({ metadata: { name = "" }, value, globalDefault }: PriorityClass): string | undefined {
  const wanted = systemValues[name];
  if (wanted === undefined) return `${name} is not a known system priority class`;
  if (value !== wanted) return `value of ${name} PriorityClass must be ${wanted}`;
  return globalDefault ? `globalDefault of ${name} PriorityClass must be false` : undefined;
}
