import { badRequest } from "#machinery/status.ts";
import type { Pod } from "#machinery/types.ts";
import { defineSubresource } from "../kind.ts";
import { checkNode } from "./container.ts";

/** Connections to the ports of a pod. */
export const portForward = defineSubresource<Pod>({
  name: "portforward",
  verbs: ["create", "get"],
  sends: { group: "", version: "v1", kind: "PodPortForwardOptions" },

  checkQuery(query) {
    for (const text of query
      .getAll("ports")
      .flatMap((ports) => ports.split(","))
      .map((port) => JSON.stringify(port))) {
      const refuse = (why: string) => badRequest(`cannot convert to []int32: strconv.ParseUint: parsing ${text}: ${why}`);
      if (!/^"\d+"$/.test(text)) throw refuse("invalid syntax");
      if (Number(text.slice(1, -1)) >= 2 ** 16) throw refuse("value out of range");
    }
  },

  async connect(pod, _, { api, kubelets }) {
    checkNode(pod, api);
    return { id: pod.metadata.uid ?? "", forward: (port, request) => kubelets.proxy(pod, port, request) };
  },
});
