import type { Draft } from "#machinery/object.ts";
import type { PersistentVolumeClaim, Pod, PodTemplateSpec, StatefulSet } from "#machinery/types.ts";
import { revisionHashLabel } from "../controller-revisions.ts";
import { isReady, podFromTemplate } from "../pods.ts";

const podNameLabel = "statefulset.kubernetes.io/pod-name";
const podIndexLabel = "apps.kubernetes.io/pod-index";

/** What a set calls the pod of an ordinal. */
export const podName = ({ metadata }: StatefulSet, ordinal: number): string => `${metadata.name}-${ordinal}`;

/** The ordinal in the name of one of a set's pods; undefined where the name is not of that form. */
export function ordinalOf({ metadata }: StatefulSet, name: string): number | undefined {
  const digits = name.startsWith(`${metadata.name}-`) ? name.slice(metadata.name.length + 1) : "";
  return /^\d{1,10}$/.test(digits) && Number(digits) < 2 ** 31 ? Number(digits) : undefined;
}

/** The ordinals that a set should have, from the first to the one after the last. */
export function ordinalsOf({ spec }: StatefulSet): { start: number; end: number } {
  const start = spec.ordinals?.start ?? 0;
  return { start, end: start + (spec.replicas ?? 1) };
}

export function isWanted(set: StatefulSet, ordinal: number): boolean {
  const { start, end } = ordinalsOf(set);
  return ordinal >= start && ordinal < end;
}

export const revisionOf = ({ metadata }: Pod): string => metadata.labels?.[revisionHashLabel] ?? "";

export const isRunningAndReady = (pod: Pod): boolean => pod.status.phase === "Running" && isReady(pod);

/** The pod of an ordinal, made of one revision's template. */
export function podFor(set: StatefulSet, template: PodTemplateSpec, revision: string, ordinal: number): Draft<Pod> {
  const pod = podFromTemplate(template, set);
  const name = podName(set, ordinal);
  return {
    ...pod,
    metadata: { ...pod.metadata, name, labels: { ...pod.metadata.labels, ...identityLabels(name, ordinal), [revisionHashLabel]: revision } },
    spec: {
      ...(pod.spec ?? { containers: [] }),
      hostname: name,
      ...(set.spec.serviceName ? { subdomain: set.spec.serviceName } : {}),
      ...volumesWithClaims(set, pod.spec?.volumes, ordinal),
    },
  };
}

const identityLabels = (name: string, ordinal: number) => ({ [podNameLabel]: name, [podIndexLabel]: String(ordinal) });

/** The pod with the labels and volumes that its place in the set demands; the pod itself where it has them. */
export function withIdentity(set: StatefulSet, pod: Pod, ordinal: number): Pod {
  const { name, labels } = pod.metadata;
  const isNamed = labels?.[podNameLabel] === name;
  const hasClaims = (set.spec.volumeClaimTemplates ?? []).every((template) =>
    pod.spec.volumes?.some(
      (volume) => volume.name === template.metadata.name && volume.persistentVolumeClaim?.claimName === claimName(set, template, ordinal),
    ),
  );
  if (isNamed && hasClaims) return pod;
  return {
    ...pod,
    metadata: { ...pod.metadata, labels: { ...labels, ...identityLabels(name, ordinal) } },
    spec: { ...pod.spec, ...volumesWithClaims(set, pod.spec.volumes, ordinal) },
  };
}

export const claimName = (set: StatefulSet, { metadata }: PersistentVolumeClaim, ordinal: number): string =>
  `${metadata.name}-${podName(set, ordinal)}`;

/** The claims of an ordinal come first and take the place of volumes of the same name. */
function volumesWithClaims(set: StatefulSet, volumes: NonNullable<Pod["spec"]>["volumes"] = [], ordinal: number): Pick<Pod["spec"], "volumes"> {
  const templates = set.spec.volumeClaimTemplates ?? [];
  const claimed = templates.map((template) => ({
    name: template.metadata.name,
    persistentVolumeClaim: { claimName: claimName(set, template, ordinal) },
  }));
  const all = [...claimed, ...volumes.filter(({ name }) => !claimed.some((claim) => claim.name === name))];
  return all.length > 0 ? { volumes: all } : {};
}

/** The claim of one ordinal, made of one of the set's claim templates. */
export function claimFor(set: StatefulSet, template: PersistentVolumeClaim, ordinal: number): Draft<PersistentVolumeClaim> {
  const { labels, annotations, finalizers } = template.metadata;
  return {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: {
      name: claimName(set, template, ordinal),
      ...(set.metadata.namespace ? { namespace: set.metadata.namespace } : {}),
      labels: { ...labels, ...set.spec.selector.matchLabels },
      ...(annotations ? { annotations } : {}),
      ...(finalizers ? { finalizers } : {}),
    },
    spec: template.spec,
  };
}
