import { fixedFlow } from "#cluster/apiserver/bootstrap/flow-control.ts";
import { defineKind } from "#cluster/apiserver/kind.ts";
import { status } from "#cluster/apiserver/subresources/status.ts";
import type { FlowSchema } from "#machinery/types.ts";
import { same } from "../shared/checks.ts";
import { age, columnsOf } from "../shared/columns.ts";
import { validation } from "../shared/field.ts";
import { checkTypes } from "./conditions.ts";
import { checkFlowSchema } from "./flow-schema-rules.ts";

export const flowSchema = defineKind<FlowSchema>({
  group: "flowcontrol.apiserver.k8s.io",
  version: "v1",
  kind: "FlowSchema",
  plural: "flowschemas",
  scope: "Cluster",
  statusAlone: true,
  docs: "https://kubernetes.io/docs/concepts/cluster-administration/flow-control/",

  // As they are asked: the lowest precedence first.
  rowOrder: (a, b) => (a.spec?.matchingPrecedence ?? 0) - (b.spec?.matchingPrecedence ?? 0) || (a.metadata.name < b.metadata.name ? -1 : 1),
  columns: columnsOf<FlowSchema>("FlowSchema", [
    { name: "PriorityLevel", type: "string", cell: ({ spec }) => spec.priorityLevelConfiguration.name },
    { name: "MatchingPrecedence", type: "string", cell: ({ spec }) => spec.matchingPrecedence ?? 0 },
    { name: "DistinguisherMethod", type: "string", cell: ({ spec }) => spec.distinguisherMethod?.type ?? "<none>" },
    age,
    { name: "MissingPL", type: "string", cell: ({ status }) => status.conditions?.find(({ type }) => type === "Dangling")?.status ?? "?" },
  ]),

  default({ spec }) {
    spec.matchingPrecedence ||= 1000;
  },
  validate: validation((field, { metadata, spec, status }, _, { subresource }) => {
    if (subresource !== "status") {
      checkFlowSchema(field.at("spec"), metadata.name, spec);
      const fixed = fixedFlow(metadata.name);
      if (fixed && !same(spec, fixed)) field.at("spec").invalid(spec, `spec of '${metadata.name}' must equal the fixed value`);
    }
    checkTypes(field.at("status", "conditions"), status?.conditions);
  }),
  subresources: [status],
});
