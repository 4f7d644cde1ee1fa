import { defineController } from "#machinery/controller.ts";
import { StatusError } from "#machinery/status.ts";
import { parseTime } from "#machinery/time.ts";
import type { Job } from "#machinery/types.ts";
import { finishTime } from "./job/conditions.ts";

const resource = "jobs.batch";

/** Deletes jobs a while after they have finished. https://kubernetes.io/docs/concepts/workloads/controllers/ttlafterfinished/ */
export const ttlAfterFinishedController = defineController<Job>({
  name: "ttl-after-finished-controller",
  watches: resource,

  async reconcile(job, { api, clock }) {
    const { name, namespace, uid, deletionTimestamp } = job.metadata;
    const { ttlSecondsAfterFinished } = job.spec;
    const finished = finishTime(job);
    if (deletionTimestamp || ttlSecondsAfterFinished === undefined || finished === undefined) return undefined;
    const due = parseTime(finished) + ttlSecondsAfterFinished * 1000;
    if (due > clock.now()) return due;
    try {
      await api.delete(resource, name, namespace, { propagationPolicy: "Foreground", preconditions: uid ? { uid } : {} });
    } catch (error) {
      if (!(error instanceof StatusError && error.code === 404)) throw error;
    }
    return undefined;
  },
});
