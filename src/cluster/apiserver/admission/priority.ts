import type { Api } from "#machinery/client.ts";
import { forbidden, type StatusError } from "#machinery/status.ts";
import type { Pod, PriorityClass } from "#machinery/types.ts";
import { definePlugin } from "./plugin.ts";

const classes = "priorityclasses.scheduling.k8s.io";

/** Turns the name of a pod's priority class into a number. */
export const priority = definePlugin<Pod>({
  name: "Priority",
  operations: ["CREATE", "UPDATE"],
  resources: ["pods"],

  mutate(request) {
    const { object: pod, old, api, resource } = request;
    if (old) {
      // Clients that know nothing of it leave it out; what it was stays.
      const { priority = old.spec.priority, preemptionPolicy = old.spec.preemptionPolicy } = pod.spec;
      if (priority !== pod.spec.priority || preemptionPolicy !== pod.spec.preemptionPolicy)
        request.object = {
          ...pod,
          spec: { ...pod.spec, ...(priority === undefined ? {} : { priority }), ...(preemptionPolicy && { preemptionPolicy }) },
        };
      return;
    }
    const refuse = (why: string): StatusError => forbidden(resource.on, pod.metadata.name || pod.metadata.generateName || "", why);
    const wanted = pod.spec.priorityClassName;
    const found = wanted ? api.get<PriorityClass>(classes, wanted) : defaultClass(api);
    if (wanted && !found) throw refuse(`no PriorityClass with name ${wanted} was found`);

    const { value = 0, preemptionPolicy = "PreemptLowerPriority" } = found ?? {};
    const computed = "from the given PriorityClass name";
    if (pod.spec.priority !== undefined && pod.spec.priority !== value)
      throw refuse(
        `the integer value of priority (${pod.spec.priority}) must not be provided in pod spec; priority admission controller computed ${value} ${computed}`,
      );
    if (pod.spec.preemptionPolicy !== undefined && pod.spec.preemptionPolicy !== preemptionPolicy)
      throw refuse(
        `the string value of PreemptionPolicy (${pod.spec.preemptionPolicy}) must not be provided in pod spec; priority admission controller computed ${preemptionPolicy} ${computed}`,
      );
    const name = found?.metadata.name;
    request.object = { ...pod, spec: { ...pod.spec, ...(name ? { priorityClassName: name } : {}), priority: value, preemptionPolicy } };
  },
});

/** The class of pods that name none: of several, the one that gives least. */
function defaultClass(api: Api): PriorityClass | undefined {
  const all = api.list<PriorityClass>(classes).filter((each) => each.globalDefault);
  return all.reduce<PriorityClass | undefined>((least, each) => (!least || each.value < least.value ? each : least), undefined);
}
