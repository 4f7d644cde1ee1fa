import { defineKind } from "#cluster/apiserver/kind.ts";
import { status } from "#cluster/apiserver/subresources/status.ts";
import type { PodDisruptionBudget } from "#machinery/types.ts";
import { columnsOf } from "../shared/columns.ts";

export const podDisruptionBudget = defineKind<PodDisruptionBudget>({
  group: "policy",
  version: "v1",
  kind: "PodDisruptionBudget",
  plural: "poddisruptionbudgets",
  shortNames: ["pdb"],
  scope: "Namespaced",
  anyFinalizers: true,
  docs: "https://kubernetes.io/docs/concepts/workloads/pods/disruptions/",

  columns: columnsOf<PodDisruptionBudget>("PodDisruptionBudget", [
    { name: "Min Available", type: "string", cell: ({ spec }) => String(spec.minAvailable ?? "N/A") },
    { name: "Max Unavailable", type: "string", cell: ({ spec }) => String(spec.maxUnavailable ?? "N/A") },
    { name: "Allowed Disruptions", type: "integer", cell: ({ status }) => status.disruptionsAllowed ?? 0 },
  ]),

  updateNeedsVersion: true,
  subresources: [status],
});
