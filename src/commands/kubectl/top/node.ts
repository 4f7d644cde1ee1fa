import type { NodeMetrics } from "#machinery/metrics.ts";
import { milliUnits } from "#machinery/quantity.ts";
import type { Node } from "#machinery/types.ts";
import { bool } from "../../cli/flags.ts";
import { pathOf } from "../api/discovery.ts";
import { defineCommand } from "../command.ts";
import { CommandError } from "../errors.ts";
import { amountOf, bySize, cpuText, memoryText, padded } from "./amounts.ts";
import { metricsGroup, question } from "./ask.ts";
import { shared } from "./flags.ts";

const metrics = { ...metricsGroup, plural: "nodes", namespaced: false };
const nodes = { group: "", version: "v1", plural: "nodes", namespaced: false };
const unknown = "<unknown>";

export const node = defineCommand({
  name: "node",
  aliases: ["nodes", "no"],
  usage: "[NAME | -l label]",
  summary: "Display resource (CPU/memory) usage of nodes",
  examples: "# All nodes\nkubectl top node\n\n# One\nkubectl top node minikube",
  flags: { ...shared, "show-capacity": bool({ help: "Measure by what nodes have instead of what pods may use of it." }) },
  completes: "nodes",

  async run(context) {
    const { flags, kube, out } = context;
    const { name, sortBy, query } = await question(context, "node [NAME | -l label]");
    const measured = name
      ? [await kube.server.get<NodeMetrics>(pathOf(metrics, undefined, name))]
      : (await kube.server.get<{ items: NodeMetrics[] }>(pathOf(metrics, undefined), { query })).items;
    if (measured.length === 0) throw new CommandError("metrics not available yet");
    const there = name
      ? [await kube.server.get<Node>(pathOf(nodes, undefined, name))]
      : (await kube.server.get<{ items: Node[] }>(pathOf(nodes, undefined), { query })).items;

    const rows = measured
      .toSorted(
        bySize(
          sortBy,
          ({ usage }) => amountOf(usage),
          ({ metadata }) => metadata.name,
        ),
      )
      .map(({ metadata, usage }) => {
        const status = there.find((each) => each.metadata.name === metadata.name)?.status;
        const whole = flags["show-capacity"] ? status?.capacity : status?.allocatable;
        const share = (used: string, of: string | undefined) => (of === undefined ? [] : [percent(milliUnits(used), milliUnits(of))]);
        const amount = amountOf(usage);
        return [
          metadata.name,
          cpuText(amount),
          ...share(usage.cpu, whole?.["cpu"]),
          memoryText(amount),
          ...share(usage.memory, whole?.["memory"]),
          ...(flags["show-swap"] ? [unknown, unknown] : []),
        ];
      });
    const width = flags["show-swap"] ? 6 : 4;
    for (const { metadata } of there)
      if (!measured.some((each) => each.metadata.name === metadata.name)) rows.push([metadata.name, ...new Array<string>(width).fill(unknown)]);
    const head = ["NAME", "CPU(cores)", "CPU(%)", "MEMORY(bytes)", "MEMORY(%)", ...(flags["show-swap"] ? ["SWAP(bytes)", "SWAP(%)"] : [])];
    for (const line of padded(flags["no-headers"] ? rows : [head, ...rows])) out.line(line);
  },
});

const percent = (used: number, of: number): string => `${of === 0 ? 0 : Math.trunc((used / of) * 100)}%`;
