import { defineController } from "#machinery/controller.ts";
import type { DaemonSet, Node, Pod } from "#machinery/types.ts";
import { claim } from "./claim.ts";
import { forgetOldRevisions, hashOf, revisionHashLabel, revisionsOf } from "./controller-revisions.ts";
import { changesOnNodes, makePods, removePods } from "./daemon-set/manage.ts";
import { placeOn } from "./daemon-set/place.ts";
import { rollOut } from "./daemon-set/rolling.ts";
import { statusOf } from "./daemon-set/status.ts";
import { adopters, nextAvailable } from "./replicas.ts";

/** One pod on every node that will have it. https://kubernetes.io/docs/concepts/workloads/controllers/daemonset/ */
export const daemonSetController = defineController<DaemonSet>({
  name: "daemonset-controller",
  watches: "daemonsets.apps",
  owns: ["pods", "controllerrevisions.apps"],
  concerns: {
    pods: adopters<DaemonSet>("daemonsets.apps", (set) => set.spec.selector),
    *nodes({ type, object, old }, { api }) {
      if (type === "MODIFIED" && old && !placesDiffer(old as Node, object as Node)) return;
      for (const { metadata } of api.list<DaemonSet>("daemonsets.apps")) yield `${metadata.namespace}/${metadata.name}`;
    },
  },

  async reconcile(set, context) {
    const { api, clock, event } = context;
    const { matchLabels, matchExpressions } = set.spec.selector;
    if (!Object.keys(matchLabels ?? {}).length && !matchExpressions?.length) {
      await event(set, "Warning", "SelectingAll", "This daemon set is selecting all pods. A non-empty selector is required.");
      return;
    }
    if (set.metadata.deletionTimestamp) return;

    const revisions = await revisionsOf(set, context);
    const hash = hashOf(revisions.current);
    const nodes = api.list<Node>("nodes");
    const places = new Map(nodes.map((node) => [node.metadata.name, placeOn(set, node)]));

    const pods = await claim<Pod>("pods", set, set.spec.selector, context);
    const { missing, surplus } = await changesOnNodes(set, nodes, places, pods, context);
    await makePods(set, missing, hash, context);
    await removePods(set, surplus, context);
    if (set.spec.updateStrategy?.type !== "OnDelete") await rollOut(set, nodes, places, hash, context);

    const now = api.owned<Pod>("pods", set);
    const inUse = new Set(now.map(({ metadata }) => metadata.labels?.[revisionHashLabel] ?? ""));
    await forgetOldRevisions(set, revisions, (revision) => inUse.has(hashOf(revision)), context);
    const latest = api.get<DaemonSet>("daemonsets.apps", set.metadata.name, set.metadata.namespace);
    if (latest && latest.metadata.uid === set.metadata.uid)
      await api.updateStatus<DaemonSet>("daemonsets.apps", { ...latest, status: statusOf(set, places, now, hash, clock.now()) });
    return nextAvailable(now, set.spec.minReadySeconds ?? 0, clock.now());
  },
});

const placesDiffer = (old: Node, node: Node) => old.spec !== node.spec || old.metadata.labels !== node.metadata.labels;
