import type { NodeInfo } from "./node-info.ts";
import { type Filter, type Snapshot, Unschedulable } from "./plugin.ts";
import { plugins } from "./plugins/index.ts";
import type { PodInfo } from "./pod-info.ts";

/** What each plugin says of each node for one pod, as things stand. */
export interface Explanation {
  /** The node that the pod has, if it has one. */
  readonly node?: string;
  /** Why no node at all will do, whatever the nodes are like. */
  readonly unschedulable?: { readonly plugin: string; readonly message: string };
  readonly nodes: readonly NodeExplanation[];
}

export interface NodeExplanation {
  readonly node: string;
  /** What each plugin that had something to say about the pod thinks of the node; without reasons it does. */
  readonly filters: readonly { readonly plugin: string; readonly reasons: readonly string[] }[];
  /** From 0 to 100 each; only nodes that will do are compared. */
  readonly scores: readonly { readonly plugin: string; readonly score: number; readonly weight: number }[];
  readonly total?: number;
}

/** Asks every plugin about every node, although the first refusal would do. The pod itself must not stand on any of them. */
export function explain(pod: PodInfo, snapshot: Snapshot): Explanation {
  const filters: { plugin: string; filter: Filter }[] = [];
  for (const { name: plugin, filter } of plugins) {
    try {
      const prepared = filter?.(pod, snapshot);
      if (prepared) filters.push({ plugin, filter: prepared });
    } catch (error) {
      if (!(error instanceof Unschedulable)) throw error;
      return { unschedulable: { plugin: error.plugin, message: error.message }, nodes: [] };
    }
  }

  const nodes = [...snapshot.nodes.values()].filter(({ node }) => node);
  const asked = nodes.map((node) => ({
    node,
    filters: filters.map(({ plugin, filter }) => ({ plugin, reasons: filter(node)?.reasons ?? [] })),
  }));
  const fitting = asked.filter((one) => one.filters.every(({ reasons }) => reasons.length === 0)).map(({ node }) => node);
  const scores = scoresOf(pod, fitting, snapshot);
  return {
    nodes: asked.map(({ node, filters: said }): NodeExplanation => {
      const own = scores.get(node);
      return {
        node: node.name,
        filters: said,
        scores: own ?? [],
        ...(own ? { total: own.reduce((sum, { score, weight }) => sum + score * weight, 0) } : {}),
      };
    }),
  };
}

function scoresOf(pod: PodInfo, nodes: readonly NodeInfo[], snapshot: Snapshot): Map<NodeInfo, { plugin: string; score: number; weight: number }[]> {
  const all = new Map(nodes.map((node) => [node, [] as { plugin: string; score: number; weight: number }[]]));
  for (const { name: plugin, score, normalize, weight = 1 } of plugins) {
    const prepared = score?.(pod, snapshot);
    if (!prepared) continue;
    const scores = nodes.map(prepared);
    normalize?.(scores);
    for (const [i, node] of nodes.entries()) all.get(node)?.push({ plugin, score: scores[i] ?? 0, weight });
  }
  return all;
}
