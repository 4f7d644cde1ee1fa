import { defineKind } from "#cluster/apiserver/kind.ts";
import { scale } from "#cluster/apiserver/subresources/scale.ts";
import { status } from "#cluster/apiserver/subresources/status.ts";
import { asGiven } from "#machinery/conform.ts";
import type { ReplicationController } from "#machinery/types.ts";
import { checkNonNegative, longNameProblems } from "../shared/checks.ts";
import { columnsOf, containerColumns } from "../shared/columns.ts";
import { validation } from "../shared/field.ts";
import { nameWarnings } from "../shared/name-warnings.ts";
import { podWarnings } from "../shared/pod-spec/warnings.ts";
import { defaultPodTemplate } from "../shared/pod-spec-defaults.ts";
import { checkAlwaysRuns, checkPodTemplate, dropDisabled, mismatch, selects } from "../shared/pod-template.ts";
import { checkCounts, checkParts } from "../shared/replica-counts.ts";
import { labelsText, selectorQuery } from "../shared/selector-text.ts";

export const replicationController = defineKind<ReplicationController>({
  group: "",
  version: "v1",
  kind: "ReplicationController",
  plural: "replicationcontrollers",
  shortNames: ["rc"],
  categories: ["all"],
  scope: "Namespaced",
  storedUnder: "controllers",
  name: longNameProblems,
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

  prepareCreate: dropDisabled,
  prepareUpdate: dropDisabled,

  validate: validation((field, { spec, status }, old, { subresource }) => {
    if (subresource === "status") {
      const at = field.at("status");
      checkCounts(at, status, "replicas", "fullyLabeledReplicas", "readyReplicas", "availableReplicas", "observedGeneration");
      checkParts(at, status, "replicas", "cannot be greater than status.replicas", "fullyLabeledReplicas", "readyReplicas", "availableReplicas");
      checkParts(at, status, "readyReplicas", "cannot be greater than readyReplicas", "availableReplicas");
      return;
    }
    if (spec === old?.spec) return;
    const at = field.at("spec");
    checkNonNegative(at.at("minReadySeconds"), spec.minReadySeconds);
    const selector = { matchLabels: spec.selector ?? {} };
    if (Object.keys(selector.matchLabels).length === 0) at.at("selector").required();
    checkNonNegative(at.at("replicas"), spec.replicas);
    if (!spec.template) {
      at.at("template").required();
      return;
    }
    if (Object.keys(selector.matchLabels).length > 0 && !selects(selector, spec.template))
      at.at("template", "metadata", "labels").invalid(asGiven(spec.template.metadata, "labels") ?? null, mismatch);
    checkPodTemplate(at.at("template"), spec.template);
    checkAlwaysRuns(at.at("template"), spec.template, "ReplicationController");
  }),

  *warnings({ metadata, spec }, old) {
    if (!old) yield* nameWarnings(metadata.name);
    // Of an update it is the old template that is warned of, in the real server too.
    const { template } = old?.spec ?? spec;
    if (spec !== old?.spec && template?.spec) yield* podWarnings(template.spec, template.metadata, ["spec", "template"]);
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
