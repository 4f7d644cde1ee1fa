import { fixedLevel } from "#cluster/apiserver/bootstrap/flow-control.ts";
import { defineKind } from "#cluster/apiserver/kind.ts";
import { status } from "#cluster/apiserver/subresources/status.ts";
import type { PriorityLevelConfiguration } from "#machinery/types.ts";
import { same } from "../shared/checks.ts";
import { columnsOf } from "../shared/columns.ts";
import { type Field, validation } from "../shared/field.ts";
import { checkTypes } from "./conditions.ts";
import { checkPriorityLevel } from "./priority-level-rules.ts";

export const priorityLevelConfiguration = defineKind<PriorityLevelConfiguration>({
  group: "flowcontrol.apiserver.k8s.io",
  version: "v1",
  kind: "PriorityLevelConfiguration",
  plural: "prioritylevelconfigurations",
  scope: "Cluster",
  statusAlone: true,
  docs: "https://kubernetes.io/docs/concepts/cluster-administration/flow-control/",

  columns: columnsOf<PriorityLevelConfiguration>("PriorityLevelConfiguration", [
    { name: "Type", type: "string", cell: ({ spec }) => spec.type },
    { name: "NominalConcurrencyShares", type: "string", cell: ({ spec }) => spec.limited?.nominalConcurrencyShares ?? "<none>" },
    { name: "Queues", type: "string", cell: ({ spec }) => spec.limited?.limitResponse?.queuing?.queues ?? "<none>" },
    { name: "HandSize", type: "string", cell: ({ spec }) => spec.limited?.limitResponse?.queuing?.handSize ?? "<none>" },
    { name: "QueueLengthLimit", type: "string", cell: ({ spec }) => spec.limited?.limitResponse?.queuing?.queueLengthLimit ?? "<none>" },
  ]),

  default({ spec: { exempt, limited } }) {
    if (exempt) {
      exempt.nominalConcurrencyShares ??= 0;
      exempt.lendablePercent ??= 0;
    }
    if (limited) {
      limited.nominalConcurrencyShares ??= 30;
      limited.lendablePercent ??= 0;
      const queuing = limited.limitResponse?.queuing;
      if (queuing) {
        queuing.handSize ||= 8;
        queuing.queues ||= 64;
        queuing.queueLengthLimit ||= 50;
      }
    }
  },
  validate: validation((field, { metadata, spec, status }, _, { subresource }) => {
    if (subresource !== "status") {
      if (metadata.annotations?.[keepsZeroShares] !== undefined)
        field.at("metadata", "annotations").forbidden(`annotation '${keepsZeroShares}' is forbidden`);
      checkPriorityLevel(field.at("spec"), metadata.name, spec);
      checkFixed(field.at("spec"), metadata.name, spec);
    }
    checkTypes(field.at("status", "conditions"), status?.conditions);
  }),
  subresources: [status],
});

/** Of an older version of the API. */
const keepsZeroShares = "flowcontrol.k8s.io/preserve-zero-concurrency-shares";

/** The levels that nothing works without. How much the exempt one lends may be settled otherwise. */
function checkFixed(field: Field, name: string, spec: PriorityLevelConfiguration["spec"]): void {
  const fixed = fixedLevel(name);
  if (!fixed) return;
  if (name !== "exempt") {
    if (!same(spec, fixed)) field.invalid(spec, `spec of '${name}' must equal the fixed value`);
  } else if (!same({ ...spec, exempt: fixed.exempt }, fixed))
    field.invalid(spec, `spec of '${name}' except the 'spec.exempt' field must equal the fixed value`);
}
