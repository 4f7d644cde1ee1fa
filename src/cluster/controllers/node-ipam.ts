import { defineController } from "#machinery/controller.ts";
import type { Node } from "#machinery/types.ts";

/** Pods' addresses are taken from 10.244.0.0/16: each node has 256 of them. */
const networks = 256;
const networkOf = (index: number) => `10.244.${index}.0/24`;

/** Gives each node the range that its pods' addresses come from. */
export const nodeIpamController = defineController<Node>({
  name: "range-allocator",
  watches: "nodes",
  workers: 1,

  async reconcile(node, { api, event }) {
    if (node.spec.podCIDR || node.metadata.deletionTimestamp) return;
    const taken = new Set(api.list<Node>("nodes").map(({ spec }) => spec.podCIDR));
    for (let index = 0; index < networks; index++) {
      const podCIDR = networkOf(index);
      if (taken.has(podCIDR)) continue;
      await api.update("nodes", { ...node, spec: { ...node.spec, podCIDR, podCIDRs: [podCIDR] } });
      return;
    }
    await event(node, "Normal", "CIDRNotAvailable", `Node ${node.metadata.name} status is now: CIDRNotAvailable`);
  },
});
