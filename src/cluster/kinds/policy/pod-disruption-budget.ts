import { defineKind } from "#cluster/apiserver/kind.ts";
import { status } from "#cluster/apiserver/subresources/status.ts";
import type { PodDisruptionBudget } from "#machinery/types.ts";
import { checkOptionalChoice, checkSelector } from "../shared/checks.ts";
import { columnsOf } from "../shared/columns.ts";
import { checkConditions } from "../shared/conditions.ts";
import { type Field, validation } from "../shared/field.ts";
import { goValue } from "../shared/go-value.ts";
import { checkAtMostAll, checkIntOrPercent } from "../shared/int-or-percent.ts";
import { checkCounts } from "../shared/replica-counts.ts";

export const podDisruptionBudget = defineKind<PodDisruptionBudget>({
  group: "policy",
  version: "v1",
  kind: "PodDisruptionBudget",
  plural: "poddisruptionbudgets",
  shortNames: ["pdb"],
  scope: "Namespaced",
  name: "any",
  anyFinalizers: true,
  docs: "https://kubernetes.io/docs/concepts/workloads/pods/disruptions/",

  columns: columnsOf<PodDisruptionBudget>("PodDisruptionBudget", [
    { name: "Min Available", type: "string", cell: ({ spec }) => String(spec.minAvailable ?? "N/A") },
    { name: "Max Unavailable", type: "string", cell: ({ spec }) => String(spec.maxUnavailable ?? "N/A") },
    { name: "Allowed Disruptions", type: "integer", cell: ({ status }) => status.disruptionsAllowed ?? 0 },
  ]),

  validate: validation((field, { spec, status }, old, { subresource }) => {
    if (subresource === "status") {
      const at = field.at("status");
      checkConditions(at.at("conditions"), status?.conditions);
      checkCounts(at, status, "disruptionsAllowed", "currentHealthy", "desiredHealthy", "expectedPods");
    } else if (spec !== old?.spec) checkBudget(field.at("spec"), spec ?? {});
  }),

  updateNeedsVersion: true,
  subresources: [status],
});

function checkBudget(field: Field, spec: NonNullable<PodDisruptionBudget["spec"]>): void {
  if (spec.minAvailable !== undefined && spec.maxUnavailable !== undefined)
    field.invalid(goValue("policy.PodDisruptionBudgetSpec", spec), "minAvailable and maxUnavailable cannot be both set");
  for (const part of ["minAvailable", "maxUnavailable"] as const) {
    checkIntOrPercent(field.at(part), spec[part]);
    checkAtMostAll(field.at(part), spec[part]);
  }
  checkSelector(field.at("selector"), spec.selector);
  checkOptionalChoice(field.at("unhealthyPodEvictionPolicy"), spec.unhealthyPodEvictionPolicy, ["AlwaysAllow", "IfHealthyBudget"]);
}
