import { defineFreeController } from "#machinery/controller.ts";
import { controllerOf } from "#machinery/object.ts";
import type { Job, Pod } from "#machinery/types.ts";
import { forgetFailures } from "./back-off.ts";
import { isFinished, isManagedElsewhere } from "./conditions.ts";
import { isTracked, untrack } from "./pods.ts";

/** Lets pods go that no job will count: theirs has gone or is finished. */
export const jobOrphans = defineFreeController({
  name: "job-controller",

  start({ api, clock }, queue) {
    const isCounted = (pod: Pod): boolean => {
      const owner = controllerOf(pod);
      if (!owner) return false;
      if (owner.kind !== "Job") return true;
      const job = api.get<Job>("jobs.batch", owner.name, pod.metadata.namespace);
      if (job?.metadata.uid !== owner.uid) return false;
      return isManagedElsewhere(job) || !isFinished(job);
    };
    const pods = queue(async (key) => {
      const [namespace = "", name = ""] = key.split("/");
      const pod = api.get<Pod>("pods", name, namespace);
      if (pod && isTracked(pod) && !isCounted(pod)) await untrack(pod, api);
    });
    const look = (pod: Pod) => {
      if (isTracked(pod) && !isCounted(pod)) pods.add(`${pod.metadata.namespace}/${pod.metadata.name}`);
    };
    for (const pod of api.list<Pod>("pods")) look(pod);
    const ends = [
      api.watch<Pod>("pods", ({ type, object }) => {
        if (type !== "DELETED") look(object);
      }),
      api.watch<Job>("jobs.batch", ({ type, object }) => {
        if (type !== "DELETED" && !isFinished(object)) return;
        forgetFailures(object.metadata.uid ?? "", clock);
        for (const { resource, object: dependent } of api.dependents(object.metadata.uid ?? "")) if (resource === "pods") look(dependent as Pod);
      }),
    ];
    return () => {
      for (const end of ends) end();
    };
  },
});
