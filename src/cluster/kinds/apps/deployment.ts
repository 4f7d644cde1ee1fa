import { defineKind } from "#cluster/apiserver/kind.ts";
import { scale } from "#cluster/apiserver/subresources/scale.ts";
import { statusWithoutLabels } from "#cluster/apiserver/subresources/status.ts";
import type { Deployment } from "#machinery/types.ts";
import { checkImmutable, checkNonNegative } from "../shared/checks.ts";
import { columnsOf, containerColumns } from "../shared/columns.ts";
import { validation } from "../shared/field.ts";
import { nameWarnings } from "../shared/name-warnings.ts";
import { podWarnings } from "../shared/pod-spec/warnings.ts";
import { defaultPodTemplate } from "../shared/pod-spec-defaults.ts";
import { checkWorkload, dropDisabled } from "../shared/pod-template.ts";
import { checkCollisions, checkCounts, checkParts } from "../shared/replica-counts.ts";
import { selectorQuery, selectorText } from "../shared/selector-text.ts";
import { checkStrategy } from "./deployment-strategy.ts";

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

  generation: ({ metadata, spec }, old) => spec !== old.spec || metadata.annotations !== old.metadata.annotations,

  prepareCreate: dropDisabled,
  prepareUpdate: dropDisabled,

  validate: validation((field, { spec, status }, old, { subresource }) => {
    if (subresource === "status") {
      const at = field.at("status");
      checkCounts(at, status, "observedGeneration", "replicas", "updatedReplicas", "readyReplicas", "availableReplicas", "unavailableReplicas");
      checkCounts(at, status, "terminatingReplicas", "collisionCount");
      checkParts(at, status, "replicas", "cannot be greater than status.replicas", "updatedReplicas", "readyReplicas", "availableReplicas");
      checkParts(at, status, "readyReplicas", "cannot be greater than readyReplicas", "availableReplicas");
      checkCollisions(at.at("collisionCount"), status.collisionCount, old?.status.collisionCount);
      return;
    }
    if (spec === old?.spec) return;
    const at = field.at("spec");
    checkNonNegative(at.at("replicas"), spec.replicas);
    checkWorkload(at, spec, { kind: "ReplicaSet", inErrors: "deployment", unreadable: "invalid label selector" });
    checkStrategy(at.at("strategy"), spec.strategy);
    checkNonNegative(at.at("minReadySeconds"), spec.minReadySeconds);
    checkNonNegative(at.at("revisionHistoryLimit"), spec.revisionHistoryLimit);
    checkNonNegative(at.at("progressDeadlineSeconds"), spec.progressDeadlineSeconds);
    if ((spec.progressDeadlineSeconds ?? 0) <= (spec.minReadySeconds ?? 0))
      at.at("progressDeadlineSeconds").invalid(spec.progressDeadlineSeconds, "must be greater than minReadySeconds");
    if (old) checkImmutable(at.at("selector"), spec.selector, old.spec.selector);
  }),

  *warnings({ metadata, spec }, old) {
    if (!old) yield* nameWarnings(metadata.name);
    if (spec !== old?.spec && spec.template.spec) yield* podWarnings(spec.template.spec, spec.template.metadata, ["spec", "template"]);
  },

  subresources: [scale, statusWithoutLabels],
  scale: {
    replicas: ({ spec }) => spec.replicas ?? 0,
    current: ({ status }) => status.replicas ?? 0,
    selector: ({ spec }) => selectorQuery(spec.selector),
    scaled: (deployment, replicas) => ({ ...deployment, spec: { ...deployment.spec, replicas } }),
  },
});
