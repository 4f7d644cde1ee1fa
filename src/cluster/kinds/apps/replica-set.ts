import { defineKind } from "#cluster/apiserver/kind.ts";
import { scale } from "#cluster/apiserver/subresources/scale.ts";
import { status } from "#cluster/apiserver/subresources/status.ts";
import type { ReplicaSet } from "#machinery/types.ts";
import { columnsOf, containerColumns } from "../shared/columns.ts";
import { defaultPodTemplate } from "../shared/pod-spec-defaults.ts";
import { selectorQuery, selectorText } from "../shared/selector-text.ts";

export const replicaSet = defineKind<ReplicaSet>({
  group: "apps",
  version: "v1",
  kind: "ReplicaSet",
  plural: "replicasets",
  shortNames: ["rs"],
  categories: ["all"],
  scope: "Namespaced",
  docs: "https://kubernetes.io/docs/concepts/workloads/controllers/replicaset/",

  columns: columnsOf<ReplicaSet>("ReplicaSet", [
    { name: "Desired", type: "integer", cell: ({ spec }) => spec.replicas ?? 0 },
    { name: "Current", type: "integer", cell: ({ status }) => status.replicas ?? 0 },
    { name: "Ready", type: "integer", cell: ({ status }) => status.readyReplicas ?? 0 },
    ...containerColumns<ReplicaSet>(({ spec }) => spec.template?.spec?.containers),
    { name: "Selector", type: "string", priority: 1, cell: ({ spec }) => selectorText(spec.selector) },
  ]),

  default({ spec }) {
    defaultPodTemplate(spec.template);
    spec.replicas ??= 1;
  },

  selectable: { "status.replicas": { value: ({ status }) => String(status.replicas ?? 0) } },
  subresources: [scale, status],
  scale: {
    replicas: ({ spec }) => spec.replicas ?? 0,
    current: ({ status }) => status.replicas ?? 0,
    selector: ({ spec }) => selectorQuery(spec.selector),
    scaled: (set, replicas) => ({ ...set, spec: { ...set.spec, replicas } }),
  },
});
