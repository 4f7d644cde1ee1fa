import type { NodeSelectorRequirement, PersistentVolume, PersistentVolumeSpec } from "#machinery/types.ts";
import { checkImmutable, same } from "../../shared/checks.ts";
import { differenceText } from "../../shared/difference.ts";
import type { Field } from "../../shared/field.ts";
import { goValue } from "../../shared/go-value.ts";
import { checkVolumeSpec, sourcesOf } from "./spec.ts";

const mountOptions = "volume.beta.kubernetes.io/mount-options";

/** Volumes that are mounted with options. */
const mountable = [
  "gcePersistentDisk",
  "awsElasticBlockStore",
  "glusterfs",
  "nfs",
  "rbd",
  "quobyte",
  "iscsi",
  "cinder",
  "cephfs",
  "azureFile",
  "vsphereVolume",
  "azureDisk",
  "photonPersistentDisk",
] as const;

export function checkVolume(field: Field, { metadata, spec }: PersistentVolume): void {
  checkVolumeSpec(field.at("spec"), spec, { name: metadata.name ?? "" });
  if (metadata.annotations?.[mountOptions] !== undefined && !mountable.some((source) => spec[source]))
    field.at("metadata", "annotations", mountOptions).forbidden("may not specify mount options for this volume type");
}

/** A volume stays what and where it is. */
export function checkVolumeChanges(field: Field, { metadata, spec }: PersistentVolume, { spec: old }: PersistentVolume): void {
  checkVolumeSpec(field.at("spec"), spec, { name: metadata.name ?? "" });
  const [now, before] = [sourcesOf(withoutNewSecret(spec, old)), sourcesOf(old)];
  if (!same(now, before))
    field
      .at("spec", "persistentvolumesource")
      .forbidden(`spec.persistentvolumesource is immutable after creation\n${differenceText("core.PersistentVolumeSource", now, before)}`);
  checkImmutable(field.at("volumeMode"), spec.volumeMode, old.volumeMode);
  if (old.nodeAffinity && !same(spec.nodeAffinity, withNewerLabels(old.nodeAffinity, spec.nodeAffinity)))
    field
      .at("nodeAffinity")
      .invalid(goValue("*core.VolumeNodeAffinity", spec.nodeAffinity), "field is immutable, except for updating from beta label to GA");
  if (old.volumeAttributesClassName !== undefined && spec.volumeAttributesClassName === undefined)
    field.at("spec", "volumeAttributesClassName").forbidden("update from non-nil value to nil is forbidden");
}

/** The secret for resizing may come later. */
function withoutNewSecret(spec: PersistentVolumeSpec, old: PersistentVolumeSpec): PersistentVolumeSpec {
  if (!spec.csi?.controllerExpandSecretRef || !old.csi || old.csi.controllerExpandSecretRef) return spec;
  const { controllerExpandSecretRef: _, ...csi } = spec.csi;
  return { ...spec, csi };
}

/** The names that labels of nodes have since they are no longer beta. */
const newerLabels: Readonly<Record<string, string>> = {
  "beta.kubernetes.io/arch": "kubernetes.io/arch",
  "beta.kubernetes.io/os": "kubernetes.io/os",
  "failure-domain.beta.kubernetes.io/region": "topology.kubernetes.io/region",
  "failure-domain.beta.kubernetes.io/zone": "topology.kubernetes.io/zone",
  "beta.kubernetes.io/instance-type": "node.kubernetes.io/instance-type",
};

type Affinity = NonNullable<PersistentVolumeSpec["nodeAffinity"]>;

/** The affinity with newer names for those labels that have one in `now`; what has no newer name may lose its own. */
function withNewerLabels(old: Affinity, now: Affinity | undefined): Affinity {
  if (!old.required) return old;
  const renamed = (requirement: NodeSelectorRequirement, to: NodeSelectorRequirement | undefined) =>
    to && to.key === (newerLabels[requirement.key] ?? "") ? { ...requirement, key: to.key } : requirement;
  const nodeSelectorTerms = old.required.nodeSelectorTerms.map((term, i) => {
    if (!term.matchExpressions) return term;
    const others = now?.required?.nodeSelectorTerms?.[i]?.matchExpressions ?? [];
    return { ...term, matchExpressions: term.matchExpressions.map((each, j) => renamed(each, others[j])) };
  });
  return { ...old, required: { ...old.required, nodeSelectorTerms } };
}
