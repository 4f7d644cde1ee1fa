import type { Pod } from "#machinery/types.ts";
import { defineSubresource } from "../kind.ts";
import { checkNode } from "./container.ts";

/** Connections to the ports of a pod. */
export const portForward = defineSubresource<Pod>({
  name: "portforward",
  verbs: ["create", "get"],
  sends: { group: "", version: "v1", kind: "PodPortForwardOptions" },

  async connect(pod, _, { api, kubelets }) {
    checkNode(pod, api);
    return { id: pod.metadata.uid ?? "", forward: (port, request) => kubelets.proxy(pod, port, request) };
  },
});
