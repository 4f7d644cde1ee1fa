import type { Api } from "#machinery/client.ts";
import { type ControllerContext, defineFreeController, TryAgain } from "#machinery/controller.ts";
import { controllerOf, controllerReference } from "#machinery/object.ts";
import type { PersistentVolumeClaim, PersistentVolumeClaimTemplate, Pod } from "#machinery/types.ts";
import { claimNameOf } from "#machinery/volume-binding.ts";
import { keyOf, namesOf } from "./run.ts";

/**
 * Makes the claims that pods declare for themselves, and that go with them.
 * https://kubernetes.io/docs/concepts/storage/ephemeral-volumes/#generic-ephemeral-volumes
 */
export const ephemeralVolumeController = defineFreeController({
  name: "ephemeral_volume",

  start({ api }, queue) {
    const pods = queue(makeClaims);
    const look = (pod: Pod) => {
      if (pod.spec.volumes?.some(({ ephemeral }) => ephemeral)) pods.add(keyOf(pod));
    };
    for (const pod of api.list<Pod>("pods")) look(pod);
    const ends = [
      api.watch<Pod>("pods", ({ type, object }) => {
        if (type === "ADDED") look(object);
      }),
      api.watch<PersistentVolumeClaim>("persistentvolumeclaims", ({ type, object }) => {
        const owner = type === "DELETED" ? controllerOf(object) : undefined;
        if (owner?.kind === "Pod") pods.add(keyOf({ metadata: { namespace: object.metadata.namespace ?? "", name: owner.name } }));
      }),
    ];
    return () => {
      for (const end of ends) end();
    };
  },
});

async function makeClaims(key: string, context: ControllerContext): Promise<void> {
  const { name, namespace } = namesOf(key);
  const pod = context.api.get<Pod>("pods", name, namespace);
  if (!pod || pod.metadata.deletionTimestamp) return;
  for (const volume of pod.spec.volumes ?? []) {
    const template = volume.ephemeral?.volumeClaimTemplate;
    if (template) await makeClaim(claimNameOf(volume, pod) ?? "", volume.name, template, pod, context);
  }
}

async function makeClaim(
  name: string,
  volume: string,
  template: PersistentVolumeClaimTemplate,
  pod: Pod,
  { api, event }: ControllerContext,
): Promise<void> {
  const { namespace = "" } = pod.metadata;
  const there = api.get<PersistentVolumeClaim>("persistentvolumeclaims", name, namespace);
  if (!there) return await create(api, name, template, pod);
  if (controllerOf(there)?.uid === pod.metadata.uid) return;
  const problem = `PVC ${namespace}/${name} was not created for pod ${namespace}/${pod.metadata.name} (pod is not owner)`;
  await event(pod, "Warning", "FailedBinding", `ephemeral volume ${volume}: ${problem}`);
  throw new TryAgain(problem);
}

async function create(api: Api, name: string, { metadata = {}, spec }: PersistentVolumeClaimTemplate, pod: Pod): Promise<void> {
  const { labels, annotations } = metadata;
  await api.create<PersistentVolumeClaim>("persistentvolumeclaims", {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: {
      name,
      namespace: pod.metadata.namespace ?? "",
      ...(labels ? { labels } : {}),
      ...(annotations ? { annotations } : {}),
      ownerReferences: [controllerReference(pod)],
    },
    spec,
  });
}
