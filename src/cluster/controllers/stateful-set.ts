import { defineController } from "#machinery/controller.ts";
import type { ControllerRevision, Pod, StatefulSet } from "#machinery/types.ts";
import { claim } from "./claim.ts";
import { byData, forgetOldRevisions, revisionsOf } from "./controller-revisions.ts";
import { adopters, nextAvailable } from "./replicas.ts";
import { ordinalOf, revisionOf } from "./stateful-set/identity.ts";
import { type Look, lookAt } from "./stateful-set/look.ts";
import { dismissCondemned, keepReplicas } from "./stateful-set/replicas.ts";
import { rollOut } from "./stateful-set/rolling.ts";
import { statusOf } from "./stateful-set/status.ts";

const resource = "statefulsets.apps";

/** Pods with names and claims of their own, which come and go in order. https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/ */
export const statefulSetController = defineController<StatefulSet>({
  name: "statefulset-controller",
  watches: resource,
  owns: ["pods", "controllerrevisions.apps"],
  concerns: {
    pods: adopters<StatefulSet>(resource, (set) => set.spec.selector),
    // A pod waits for the claim of its predecessor to go.
    *persistentvolumeclaims({ type, object }) {
      if (type !== "DELETED") return;
      for (const { kind, name } of object.metadata.ownerReferences ?? [])
        if (kind === "Pod") yield `${object.metadata.namespace}/${name.slice(0, name.lastIndexOf("-"))}`;
    },
  },

  async reconcile(set, context) {
    const { api, clock } = context;
    const fits = (name: string) => ordinalOf(set, name) !== undefined;
    const pods = await claim<Pod>("pods", set, set.spec.selector, context, { fits });
    const revisions = await revisionsOf(set, context, byData);
    const to = revisions.current;
    const from = revisions.old.find(({ metadata }) => metadata.name === set.status.currentRevision) ?? to;
    const look = lookAt(set, pods, from, to, context);

    let gone = 0;
    try {
      gone = await act(look);
    } finally {
      const latest = api.get<StatefulSet>(resource, set.metadata.name, set.metadata.namespace);
      if (latest?.metadata.uid === set.metadata.uid) {
        const status = statusOf(look, pods, gone, revisions.collisionCount);
        await api.updateStatus<StatefulSet>(resource, { ...latest, status } as StatefulSet);
        const inUse = new Set([from.metadata.name, ...pods.map(revisionOf)]);
        await forgetOldRevisions(set, revisions, ({ metadata }: ControllerRevision) => inUse.has(metadata.name), context);
      }
    }
    return nextAvailable(pods, set.spec.minReadySeconds ?? 0, clock.now());
  },
});

/** Moves the set towards what it should be. Says how many pods were sent away to be replaced. */
async function act(look: Look): Promise<number> {
  const { set } = look;
  if (set.metadata.deletionTimestamp) return 0;
  if (await keepReplicas(look)) return 0;
  if (await dismissCondemned(look)) return 0;
  return set.spec.updateStrategy?.type === "OnDelete" ? 0 : await rollOut(look);
}
