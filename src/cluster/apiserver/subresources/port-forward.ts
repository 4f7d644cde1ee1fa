import { notSimulated } from "#machinery/status.ts";
import type { Pod } from "#machinery/types.ts";
import { defineSubresource } from "../kind.ts";
import { checkNode } from "./container.ts";

/** Bytes to and from a port of a pod. */
export const portForward = defineSubresource<Pod>({
  name: "portforward",
  verbs: ["create", "get"],
  sends: { group: "", version: "v1", kind: "PodPortForwardOptions" },

  async connect(pod, _, { api }) {
    checkNode(pod, api);
    throw notSimulated("pods/portforward: the simulated network carries HTTP requests, which pods/proxy takes");
  },
});
