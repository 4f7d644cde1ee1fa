import { defineGroup } from "./command.ts";
import { node } from "./top/node.ts";
import { pod } from "./top/pod.ts";

export const top = defineGroup({
  name: "top",
  group: "Cluster Management Commands:",
  summary: "Display resource (CPU/memory) usage",
  description: `Display resource (CPU/memory) usage.

 What nodes and pods use is measured by a metrics server, which must run in the cluster.`,
  commands: [node, pod],
});
