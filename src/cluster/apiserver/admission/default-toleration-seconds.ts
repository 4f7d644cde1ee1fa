import type { Pod, Toleration } from "#machinery/types.ts";
import { definePlugin } from "./plugin.ts";

const seconds = 300;
const taints = ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"];

/** Lets pods stay for five minutes on a node that is not ready or cannot be reached, unless they say how long. */
export const defaultTolerationSeconds = definePlugin<Pod>({
  name: "DefaultTolerationSeconds",
  operations: ["CREATE", "UPDATE"],
  resources: ["pods"],

  mutate(request) {
    const pod = request.object;
    const given = pod.spec.tolerations ?? [];
    const missing = taints.filter((key) => !given.some((each) => tolerates(each, key)));
    if (missing.length === 0) return;
    const added = missing.map((key): Toleration => ({ key, operator: "Exists", effect: "NoExecute", tolerationSeconds: seconds }));
    request.object = { ...pod, spec: { ...pod.spec, tolerations: [...given, ...added] } };
  },
});

const tolerates = ({ key, effect }: Toleration, taint: string): boolean => (!key || key === taint) && (!effect || effect === "NoExecute");
