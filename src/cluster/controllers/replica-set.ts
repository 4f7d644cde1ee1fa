import { defineController } from "#machinery/controller.ts";
import { controllerOf } from "#machinery/object.ts";
import type { Pod, ReplicaSet } from "#machinery/types.ts";
import { claim } from "./claim.ts";
import { adopters, nextAvailable, replicate, statusOf, withFailure } from "./replicas.ts";

export const replicaSetController = defineController<ReplicaSet>({
  name: "replicaset-controller",
  watches: "replicasets.apps",
  owns: ["pods"],
  concerns: { pods: adopters<ReplicaSet>("replicasets.apps", (rs) => rs.spec.selector) },

  async reconcile(rs, context) {
    const pods = await claim<Pod>("pods", rs, rs.spec.selector, context);
    const { replicas = 1, template, minReadySeconds = 0 } = rs.spec;
    const failure = rs.metadata.deletionTimestamp
      ? undefined
      : await replicate({ owner: rs, pods, replicas, template, related: () => siblings(rs) }, context);

    // What was just made or deleted is counted by the next look, which those changes lead to.
    const counted = statusOf(pods, template, minReadySeconds, context.clock.now());
    const status = {
      ...counted,
      ...withFailure(rs.status?.conditions, failure, context.clock.now()),
      observedGeneration: rs.metadata.generation ?? 0,
    };
    const latest = context.api.get<ReplicaSet>("replicasets.apps", rs.metadata.name, rs.metadata.namespace);
    if (latest && latest.metadata.uid === rs.metadata.uid) await context.api.updateStatus<ReplicaSet>("replicasets.apps", { ...latest, status });
    if (failure) throw failure.error;
    return nextAvailable(pods, minReadySeconds, context.clock.now());

    /** Pods of all replica sets of the same owner: where they crowd, pods go first. */
    function siblings(of: ReplicaSet): Pod[] {
      const owner = controllerOf(of);
      const sets = owner ? context.api.list<ReplicaSet>("replicasets.apps", { namespace: of.metadata.namespace }) : [of];
      return sets.filter((set) => !owner || controllerOf(set)?.uid === owner.uid).flatMap((set) => context.api.owned<Pod>("pods", set));
    }
  },
});
