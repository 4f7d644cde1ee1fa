import { defineKind } from "#cluster/apiserver/kind.ts";
import { status } from "#cluster/apiserver/subresources/status.ts";
import type { ResourceQuota } from "#machinery/types.ts";
import { columnsOf } from "../shared/columns.ts";
import { validation } from "../shared/field.ts";
import { checkAmounts, checkQuota, quotaWarnings } from "./resource-quota-rules.ts";

export const resourceQuota = defineKind<ResourceQuota>({
  group: "",
  version: "v1",
  kind: "ResourceQuota",
  plural: "resourcequotas",
  shortNames: ["quota"],
  scope: "Namespaced",
  docs: "https://kubernetes.io/docs/concepts/policy/resource-quotas/",

  columns: columnsOf<ResourceQuota>("ResourceQuota", [
    { name: "Request", type: "string", cell: (quota) => used(quota, false) },
    { name: "Limit", type: "string", cell: (quota) => used(quota, true) },
  ]),

  validate: validation((field, { spec, status }, old, { subresource }) => {
    if (subresource === "status") {
      checkAmounts(field.at("status", "hard"), status?.hard);
      checkAmounts(field.at("status", "used"), status?.used);
    } else if (spec !== old?.spec) checkQuota(field.at("spec"), spec ?? {}, old?.spec);
  }),
  warnings: ({ spec }, old) => (old ? [] : quotaWarnings(spec ?? {})),

  generation: false,
  deleteAnswers: "object",
  subresources: [status],
});

/** `pods: 1/10, requests.cpu: 1/2`; what begins with `limits.` stands in a column of its own. */
const used = ({ status }: ResourceQuota, limits: boolean) =>
  Object.keys(status.hard ?? {})
    .filter((resource) => resource.startsWith("limits.") === limits)
    .sort()
    .map((resource) => `${resource}: ${status.used?.[resource] ?? "0"}/${status.hard?.[resource]}`)
    .join(", ");
