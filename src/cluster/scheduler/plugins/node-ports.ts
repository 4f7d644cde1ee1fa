import { definePlugin } from "../plugin.ts";

const refusal = { reasons: ["node(s) didn't have free ports for the requested pod ports"], final: false };

/** A port of a node belongs to one pod. */
export const nodePorts = definePlugin({
  name: "NodePorts",
  hopes: ["pod-gone"],
  filter: ({ ports }) => (ports.length > 0 ? (node) => (ports.some((port) => node.hasTaken(port)) ? refusal : undefined) : undefined),
});
