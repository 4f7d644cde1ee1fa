import { forbidden } from "#machinery/status.ts";
import type { Pod, RuntimeClass } from "#machinery/types.ts";
import { definePlugin } from "./plugin.ts";

/** Gives a pod what its runtime class costs, and where it can run. */
export const runtimeClass = definePlugin<Pod>({
  name: "RuntimeClass",
  operations: ["CREATE"],
  resources: ["pods"],

  mutate(request) {
    const { object: pod, api, resource } = request;
    const refuse = (why: string) => forbidden(resource.on, pod.metadata.name || pod.metadata.generateName || "", `pod rejected: ${why}`);
    const name = pod.spec.runtimeClassName;
    const found = name === undefined ? undefined : api.get<RuntimeClass>("runtimeclasses.node.k8s.io", name);
    if (name !== undefined && !found) throw refuse(`RuntimeClass ${JSON.stringify(name)} not found`);

    const overhead = found?.overhead?.podFixed;
    if (pod.spec.overhead && !found) throw refuse("Pod Overhead set without corresponding RuntimeClass defined Overhead");
    if (!found) return;
    const { nodeSelector = {}, tolerations = [] } = found.scheduling ?? {};
    const given = pod.spec.nodeSelector ?? {};
    for (const [key, value] of Object.entries(nodeSelector))
      if (key in given && given[key] !== value)
        throw refuse(`conflict: runtimeClass.scheduling.nodeSelector[${key}] = ${value}; pod.spec.nodeSelector[${key}] = ${given[key]}`);
    const selector = { ...given, ...nodeSelector };
    request.object = {
      ...pod,
      spec: {
        ...pod.spec,
        ...(overhead ? { overhead } : {}),
        ...(Object.keys(selector).length > 0 ? { nodeSelector: selector } : {}),
        ...(tolerations.length > 0 ? { tolerations: [...(pod.spec.tolerations ?? []), ...tolerations] } : {}),
      },
    };
  },
});
