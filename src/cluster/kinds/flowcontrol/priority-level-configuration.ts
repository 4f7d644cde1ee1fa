import { defineKind } from "#cluster/apiserver/kind.ts";
import { status } from "#cluster/apiserver/subresources/status.ts";
import type { PriorityLevelConfiguration } from "#machinery/types.ts";
import { columnsOf } from "../shared/columns.ts";

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
  subresources: [status],
});
