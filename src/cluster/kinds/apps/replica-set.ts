import { defineKind } from "#cluster/apiserver/kind.ts";
import { scale } from "#cluster/apiserver/subresources/scale.ts";
import { status } from "#cluster/apiserver/subresources/status.ts";
import type { ReplicaSet } from "#machinery/types.ts";
import { checkImmutable, checkNonNegative } from "../shared/checks.ts";
import { columnsOf, containerColumns } from "../shared/columns.ts";
import { validation } from "../shared/field.ts";
import { nameWarnings } from "../shared/name-warnings.ts";
import { podWarnings } from "../shared/pod-spec/warnings.ts";
import { defaultPodTemplate } from "../shared/pod-spec-defaults.ts";
import { checkWorkload, dropDisabled } from "../shared/pod-template.ts";
import { checkCounts, checkParts } from "../shared/replica-counts.ts";
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

  prepareCreate: dropDisabled,
  prepareUpdate: dropDisabled,

  validate: validation((field, { spec, status }, old, { subresource }) => {
    if (subresource === "status") {
      const at = field.at("status");
      checkCounts(at, status, "replicas", "fullyLabeledReplicas", "readyReplicas", "availableReplicas", "observedGeneration", "terminatingReplicas");
      checkParts(at, status, "replicas", "cannot be greater than status.replicas", "fullyLabeledReplicas", "readyReplicas", "availableReplicas");
      checkParts(at, status, "readyReplicas", "cannot be greater than readyReplicas", "availableReplicas");
      return;
    }
    if (spec === old?.spec) return;
    const at = field.at("spec");
    const template = spec.template ?? {};
    checkNonNegative(at.at("replicas"), spec.replicas);
    checkNonNegative(at.at("minReadySeconds"), spec.minReadySeconds);
    checkWorkload(at, { selector: spec.selector, template }, { kind: "ReplicaSet", inErrors: "deployment", unreadable: "invalid label selector" });
    if (old) checkImmutable(at.at("selector"), spec.selector, old.spec.selector);
  }),

  *warnings({ metadata, spec }, old) {
    if (!old) yield* nameWarnings(metadata.name);
    if (spec !== old?.spec && spec.template?.spec) yield* podWarnings(spec.template.spec, spec.template.metadata, ["spec", "template"]);
  },

  subresources: [scale, status],
  scale: {
    replicas: ({ spec }) => spec.replicas ?? 0,
    current: ({ status }) => status.replicas ?? 0,
    selector: ({ spec }) => selectorQuery(spec.selector),
    scaled: (set, replicas) => ({ ...set, spec: { ...set.spec, replicas } }),
  },
});
