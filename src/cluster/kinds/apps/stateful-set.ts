import { defineKind } from "#cluster/apiserver/kind.ts";
import { scale } from "#cluster/apiserver/subresources/scale.ts";
import { status } from "#cluster/apiserver/subresources/status.ts";
import type { StatefulSet } from "#machinery/types.ts";
import { defaultClaim } from "../shared/claim-defaults.ts";
import { columnsOf, containerColumns } from "../shared/columns.ts";
import { validation } from "../shared/field.ts";
import { podWarnings } from "../shared/pod-spec/warnings.ts";
import { defaultPodTemplate } from "../shared/pod-spec-defaults.ts";
import { dropDisabled } from "../shared/pod-template.ts";
import { selectorQuery } from "../shared/selector-text.ts";
import { checkStatefulSet, checkStatefulSetStatus } from "./stateful-set/validate.ts";

export const statefulSet = defineKind<StatefulSet>({
  group: "apps",
  version: "v1",
  kind: "StatefulSet",
  plural: "statefulsets",
  shortNames: ["sts"],
  categories: ["all"],
  scope: "Namespaced",
  docs: "https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/",

  columns: columnsOf<StatefulSet>("StatefulSet", [
    { name: "Ready", type: "string", cell: ({ spec, status }) => `${status.readyReplicas ?? 0}/${spec.replicas ?? 0}` },
    ...containerColumns<StatefulSet>(({ spec }) => spec.template.spec?.containers),
  ]),

  default({ spec }) {
    defaultPodTemplate(spec.template);
    spec.podManagementPolicy ||= "OrderedReady";
    spec.updateStrategy ??= {};
    if (!spec.updateStrategy.type) {
      spec.updateStrategy.type = "RollingUpdate";
      spec.updateStrategy.rollingUpdate ??= {};
    }
    if (spec.updateStrategy.type === "RollingUpdate" && spec.updateStrategy.rollingUpdate) {
      spec.updateStrategy.rollingUpdate.partition ??= 0;
    }
    spec.persistentVolumeClaimRetentionPolicy ??= {};
    spec.persistentVolumeClaimRetentionPolicy.whenDeleted ||= "Retain";
    spec.persistentVolumeClaimRetentionPolicy.whenScaled ||= "Retain";
    spec.replicas ??= 1;
    spec.revisionHistoryLimit ??= 10;
    for (const claim of spec.volumeClaimTemplates ?? []) {
      claim.apiVersion ??= "v1";
      claim.kind ??= "PersistentVolumeClaim";
      defaultClaim(claim);
    }
  },

  name: "label",
  prepareCreate: dropUnknown,
  prepareUpdate: dropUnknown,

  validate: validation((field, set, old, { subresource }) => {
    if (subresource === "status") checkStatefulSetStatus(field.at("status"), set.status, old?.status);
    else if (set.spec !== old?.spec) checkStatefulSet(field.at("spec"), set.spec, old?.spec);
  }),

  *warnings({ spec }, old) {
    if (spec === old?.spec) return;
    if (spec.template.spec) yield* podWarnings(spec.template.spec, spec.template.metadata, ["spec", "template"]);
    if ((spec.revisionHistoryLimit ?? 0) < 0)
      yield "spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended";
  },

  subresources: [scale, status],
  scale: {
    replicas: ({ spec }) => spec.replicas ?? 0,
    current: ({ status }) => status.replicas ?? 0,
    selector: ({ spec }) => selectorQuery(spec.selector),
    scaled: (set, replicas) => ({ ...set, spec: { ...set.spec, replicas } }),
  },
});

/** Beside what templates know nothing of: how many pods may be away at once while they are replaced. One by one is all there is. */
function dropUnknown(set: StatefulSet): void {
  dropDisabled(set);
  const { updateStrategy } = set.spec;
  if (updateStrategy?.rollingUpdate?.maxUnavailable === undefined) return;
  const { maxUnavailable: _, ...rollingUpdate } = updateStrategy.rollingUpdate;
  set.spec = { ...set.spec, updateStrategy: { ...updateStrategy, rollingUpdate } };
}
