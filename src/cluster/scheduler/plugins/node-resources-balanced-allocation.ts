import { definePlugin } from "../plugin.ts";

/** A node whose processor and memory are used alike is the better one. */
export const nodeResourcesBalancedAllocation = definePlugin({
  name: "NodeResourcesBalancedAllocation",
  weight: 1,
  score({ requests }) {
    const [cpu, memory] = [requests.get("cpu") ?? 0, requests.get("memory") ?? 0];
    // A pod that requests nothing throws no node out of balance.
    if (cpu === 0 && memory === 0) return undefined;
    return ({ allocatable, requested }) => {
      const [allCpu, allMemory] = [allocatable.get("cpu") ?? 0, allocatable.get("memory") ?? 0];
      if (allCpu === 0 || allMemory === 0) return 0;
      const usedCpu = Math.min(1, ((requested.get("cpu") ?? 0) + cpu) / allCpu);
      const usedMemory = Math.min(1, ((requested.get("memory") ?? 0) + memory) / allMemory);
      return Math.floor((1 - Math.abs(usedCpu - usedMemory) / 2) * 100);
    };
  },
});
