import { defineKind } from "#cluster/apiserver/kind.ts";
import { scale } from "#cluster/apiserver/subresources/scale.ts";
import { status } from "#cluster/apiserver/subresources/status.ts";
import type { ReplicationController } from "#machinery/types.ts";
import { columnsOf, containerColumns } from "../shared/columns.ts";
import { defaultPodTemplate } from "../shared/pod-spec-defaults.ts";
import { labelsText, selectorQuery } from "../shared/selector-text.ts";

export const replicationController = defineKind<ReplicationController>({
  group: "",
  version: "v1",
  kind: "ReplicationController",
  plural: "replicationcontrollers",
  shortNames: ["rc"],
  categories: ["all"],
  scope: "Namespaced",
  docs: "https://kubernetes.io/docs/concepts/workloads/controllers/replicationcontroller/",

  columns: columnsOf<ReplicationController>("ReplicationController", [
    { name: "Desired", type: "integer", cell: ({ spec }) => spec.replicas ?? 0 },
    { name: "Current", type: "integer", cell: ({ status }) => status.replicas ?? 0 },
    { name: "Ready", type: "integer", cell: ({ status }) => status.readyReplicas ?? 0 },
    ...containerColumns<ReplicationController>(({ spec }) => spec.template?.spec?.containers),
    { name: "Selector", type: "string", priority: 1, cell: ({ spec }) => labelsText(spec.selector) },
  ]),

  default(controller) {
    const { spec, metadata } = controller;
    defaultPodTemplate(spec.template);
    spec.replicas ??= 1;
    const labels = spec.template?.metadata?.labels;
    if (!labels) return;
    if (Object.keys(spec.selector ?? {}).length === 0) spec.selector = labels;
    if (Object.keys(metadata.labels ?? {}).length === 0) metadata.labels = labels;
  },

  defaultPropagation: "Orphan",
  selectable: { "status.replicas": { value: ({ status }) => String(status.replicas ?? 0) } },
  subresources: [scale, status],
  scale: {
    replicas: ({ spec }) => spec.replicas ?? 0,
    current: ({ status }) => status.replicas ?? 0,
    selector: ({ spec }) => selectorQuery({ matchLabels: spec.selector ?? {} }),
    scaled: (controller, replicas) => ({ ...controller, spec: { ...controller.spec, replicas } }),
  },
});
