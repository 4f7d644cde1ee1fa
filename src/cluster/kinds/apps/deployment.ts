import { defineKind } from "#cluster/apiserver/kind.ts";
import { scale } from "#cluster/apiserver/subresources/scale.ts";
import { status } from "#cluster/apiserver/subresources/status.ts";
import type { Deployment } from "#machinery/types.ts";
import { columnsOf, containerColumns } from "../shared/columns.ts";
import { defaultPodTemplate } from "../shared/pod-spec-defaults.ts";
import { selectorQuery, selectorText } from "../shared/selector-text.ts";

export const deployment = defineKind<Deployment>({
  group: "apps",
  version: "v1",
  kind: "Deployment",
  plural: "deployments",
  shortNames: ["deploy"],
  categories: ["all"],
  scope: "Namespaced",
  docs: "https://kubernetes.io/docs/concepts/workloads/controllers/deployment/",

  columns: columnsOf<Deployment>("Deployment", [
    { name: "Ready", type: "string", cell: ({ spec, status }) => `${status.readyReplicas ?? 0}/${spec.replicas ?? 0}` },
    { name: "Up-to-date", type: "string", cell: ({ status }) => status.updatedReplicas ?? 0 },
    { name: "Available", type: "string", cell: ({ status }) => status.availableReplicas ?? 0 },
    ...containerColumns<Deployment>(({ spec }) => spec.template.spec?.containers),
    { name: "Selector", type: "string", priority: 1, cell: ({ spec }) => selectorText(spec.selector) },
  ]),

  default({ spec }) {
    defaultPodTemplate(spec.template);
    spec.replicas ??= 1;
    spec.revisionHistoryLimit ??= 10;
    spec.progressDeadlineSeconds ??= 600;
    spec.strategy ??= {};
    spec.strategy.type ||= "RollingUpdate";
    if (spec.strategy.type === "RollingUpdate") {
      spec.strategy.rollingUpdate ??= {};
      spec.strategy.rollingUpdate.maxUnavailable ??= "25%";
      spec.strategy.rollingUpdate.maxSurge ??= "25%";
    }
  },

  subresources: [scale, status],
  scale: {
    replicas: ({ spec }) => spec.replicas ?? 0,
    current: ({ status }) => status.replicas ?? 0,
    selector: ({ spec }) => selectorQuery(spec.selector),
    scaled: (deployment, replicas) => ({ ...deployment, spec: { ...deployment.spec, replicas } }),
  },
});
