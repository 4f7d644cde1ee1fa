import type { Random } from "#base/random.ts";
import type { NodeInfo } from "./node-info.ts";
import { type Filter, type Refusal, type Snapshot, Unschedulable } from "./plugin.ts";
import { plugins } from "./plugins/index.ts";
import type { PodInfo } from "./pod-info.ts";

export type Choice =
  | { node: NodeInfo }
  | { refusals: ReadonlyMap<string, Refusal> /** The rules that refused. */; by: ReadonlySet<string> }
  | { unschedulable: Unschedulable };

/** The best of the nodes that will do, one of the best at random; or why none will. */
export function choose(pod: PodInfo, snapshot: Snapshot, random: Random): Choice {
  let filters: readonly (readonly [string, Filter])[];
  try {
    filters = filtersFor(pod, snapshot);
  } catch (error) {
    if (error instanceof Unschedulable) return { unschedulable: error };
    throw error;
  }

  const fitting: NodeInfo[] = [];
  const refusals = new Map<string, Refusal>();
  const by = new Set<string>();
  for (const node of snapshot.nodes.values()) {
    if (!node.node) continue;
    const refused = refusalOf(node, filters);
    if (!refused) fitting.push(node);
    else {
      by.add(refused[0]);
      refusals.set(node.name, refused[1]);
    }
  }
  const [only, ...others] = fitting;
  if (!only) return { refusals, by };
  return { node: others.length === 0 ? only : random.pick(best(pod, fitting, snapshot)) };
}

export function filtersFor(pod: PodInfo, snapshot: Snapshot): readonly (readonly [string, Filter])[] {
  const filters: (readonly [string, Filter])[] = [];
  for (const { name, filter } of plugins) {
    const prepared = filter?.(pod, snapshot);
    if (prepared) filters.push([name, prepared]);
  }
  return filters;
}

export function refusalOf(node: NodeInfo, filters: readonly (readonly [string, Filter])[]): readonly [string, Refusal] | undefined {
  for (const [name, filter] of filters) {
    const refusal = filter(node);
    if (refusal) return [name, refusal];
  }
  return undefined;
}

function best(pod: PodInfo, nodes: readonly NodeInfo[], snapshot: Snapshot): NodeInfo[] {
  const totals = new Array<number>(nodes.length).fill(0);
  for (const { score, normalize, weight = 1 } of plugins) {
    const prepared = score?.(pod, snapshot);
    if (!prepared) continue;
    const scores = nodes.map(prepared);
    normalize?.(scores);
    for (const [i, value] of scores.entries()) totals[i] = (totals[i] ?? 0) + weight * value;
  }
  const greatest = Math.max(...totals);
  return nodes.filter((_, i) => totals[i] === greatest);
}
