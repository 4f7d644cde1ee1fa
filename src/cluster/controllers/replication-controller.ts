import { defineController } from "#machinery/controller.ts";
import type { Pod, ReplicationController } from "#machinery/types.ts";
import { claim } from "./claim.ts";
import { adopters, nextAvailable, replicate, statusOf, withFailure } from "./replicas.ts";

/** What replica sets were before there were deployments. */
export const replicationController = defineController<ReplicationController>({
  name: "replication-controller",
  watches: "replicationcontrollers",
  owns: ["pods"],
  concerns: {
    pods: adopters<ReplicationController>("replicationcontrollers", ({ spec }) => (spec.selector ? { matchLabels: spec.selector } : undefined)),
  },

  async reconcile(rc, context) {
    const { replicas = 1, template, minReadySeconds = 0, selector = {} } = rc.spec;
    const pods = await claim<Pod>("pods", rc, { matchLabels: selector }, context);
    const failure = rc.metadata.deletionTimestamp
      ? undefined
      : await replicate({ owner: rc, pods, replicas, template, related: () => pods }, context);

    const now = context.clock.now();
    const { terminatingReplicas: _, ...counted } = statusOf(pods, template, minReadySeconds, now);
    const latest = context.api.get<ReplicationController>("replicationcontrollers", rc.metadata.name, rc.metadata.namespace);
    if (latest && latest.metadata.uid === rc.metadata.uid) {
      const status = { ...counted, ...withFailure(rc.status?.conditions, failure, now), observedGeneration: rc.metadata.generation ?? 0 };
      await context.api.updateStatus<ReplicationController>("replicationcontrollers", { ...latest, status });
    }
    if (failure) throw failure.error;
    return nextAvailable(pods, minReadySeconds, now);
  },
});
