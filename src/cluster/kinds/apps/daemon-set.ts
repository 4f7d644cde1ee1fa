import { defineKind } from "#cluster/apiserver/kind.ts";
import { status } from "#cluster/apiserver/subresources/status.ts";
import { asGiven } from "#machinery/conform.ts";
import type { DaemonSet } from "#machinery/types.ts";
import { checkImmutable, checkNonNegative, checkSelector, same } from "../shared/checks.ts";
import { columnsOf, containerColumns } from "../shared/columns.ts";
import { validation } from "../shared/field.ts";
import { podWarnings } from "../shared/pod-spec/warnings.ts";
import { defaultPodTemplate } from "../shared/pod-spec-defaults.ts";
import { checkAlwaysRuns, checkPodTemplate, dropDisabled, isEmpty, isReadable, mismatch, selects } from "../shared/pod-template.ts";
import { checkCollisions, checkCounts } from "../shared/replica-counts.ts";
import { labelsText, selectorText } from "../shared/selector-text.ts";
import { checkUpdateStrategy } from "./daemon-set-strategy.ts";

export const daemonSet = defineKind<DaemonSet>({
  group: "apps",
  version: "v1",
  kind: "DaemonSet",
  plural: "daemonsets",
  shortNames: ["ds"],
  categories: ["all"],
  scope: "Namespaced",
  docs: "https://kubernetes.io/docs/concepts/workloads/controllers/daemonset/",

  columns: columnsOf<DaemonSet>("DaemonSet", [
    { name: "Desired", type: "integer", cell: ({ status }) => status.desiredNumberScheduled ?? 0 },
    { name: "Current", type: "integer", cell: ({ status }) => status.currentNumberScheduled ?? 0 },
    { name: "Ready", type: "integer", cell: ({ status }) => status.numberReady ?? 0 },
    { name: "Up-to-date", type: "integer", cell: ({ status }) => status.updatedNumberScheduled ?? 0 },
    { name: "Available", type: "integer", cell: ({ status }) => status.numberAvailable ?? 0 },
    { name: "Node Selector", type: "string", cell: ({ spec }) => labelsText(spec.template.spec?.nodeSelector) },
    ...containerColumns<DaemonSet>(({ spec }) => spec.template.spec?.containers),
    { name: "Selector", type: "string", priority: 1, cell: ({ spec }) => selectorText(spec.selector) },
  ]),

  default(set) {
    const { metadata, spec } = set;
    if (metadata.annotations?.[templateGeneration] === undefined) set.metadata = annotated(metadata, 0);
    defaultPodTemplate(spec.template);
    spec.revisionHistoryLimit ??= 10;
    spec.updateStrategy ??= {};
    spec.updateStrategy.type ||= "RollingUpdate";
    if (spec.updateStrategy.type === "RollingUpdate") {
      spec.updateStrategy.rollingUpdate ??= {};
      spec.updateStrategy.rollingUpdate.maxUnavailable ??= 1;
      spec.updateStrategy.rollingUpdate.maxSurge ??= 0;
    }
  },

  // How often the template changed stands where the API of long ago kept it; clients do not set it.
  prepareCreate(set) {
    dropDisabled(set);
    set.metadata = annotated(set.metadata, 1);
  },
  prepareUpdate(set, old, { subresource }) {
    dropDisabled(set);
    const before = Number(old.metadata.annotations?.[templateGeneration] ?? 1);
    set.metadata = annotated(set.metadata, subresource === "" && !same(set.spec.template, old.spec.template) ? before + 1 : before);
  },

  validate: validation((field, { spec, status }, old, { subresource }) => {
    if (subresource === "status") {
      const at = field.at("status");
      checkCounts(at, status, "currentNumberScheduled", "numberMisscheduled", "desiredNumberScheduled", "numberReady", "observedGeneration");
      checkCounts(at, status, "updatedNumberScheduled", "numberAvailable", "numberUnavailable", "collisionCount");
      checkCollisions(at.at("collisionCount"), status.collisionCount, old?.status.collisionCount);
      return;
    }
    if (spec === old?.spec) return;
    const at = field.at("spec");
    if (old) checkImmutable(at.at("selector"), spec.selector, old.spec.selector);
    checkSelector(at.at("selector"), spec.selector);
    if (isReadable(spec.selector) && !selects(spec.selector, spec.template))
      at.at("template", "metadata", "labels").invalid(asGiven(spec.template.metadata, "labels") ?? null, mismatch);
    if (isEmpty(spec.selector)) at.at("selector").invalid(spec.selector, "empty selector is invalid for daemonset");
    checkPodTemplate(at.at("template"), spec.template);
    checkAlwaysRuns(at.at("template"), spec.template, "DaemonSet");
    checkNonNegative(at.at("minReadySeconds"), spec.minReadySeconds);
    checkUpdateStrategy(at.at("updateStrategy"), spec.updateStrategy ?? {});
    checkNonNegative(at.at("revisionHistoryLimit"), spec.revisionHistoryLimit);
  }),

  *warnings({ spec }, old) {
    if (spec.template !== old?.spec.template && spec.template.spec)
      yield* podWarnings(spec.template.spec, spec.template.metadata, ["spec", "template"]);
  },

  // The count is a number of its own in the real server; only whole objects show it among the annotations.
  bareMetadata({ annotations: { [templateGeneration]: count, ...annotations } = {}, ...metadata }) {
    return Object.keys(annotations).length > 0 ? { ...metadata, annotations } : metadata;
  },

  subresources: [status],
});

const templateGeneration = "deprecated.daemonset.template.generation";

function annotated(metadata: DaemonSet["metadata"], generation: number): DaemonSet["metadata"] {
  const value = String(generation);
  if (metadata.annotations?.[templateGeneration] === value) return metadata;
  return { ...metadata, annotations: { ...metadata.annotations, [templateGeneration]: value } };
}
