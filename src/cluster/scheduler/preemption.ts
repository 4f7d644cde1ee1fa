import { parseTime } from "#machinery/time.ts";
import type { Pod } from "#machinery/types.ts";
import { filtersFor, refusalOf } from "./choose.ts";
import { Counts } from "./counts.ts";
import { notHelpful, noVictims, preemptionText } from "./messages.ts";
import type { NodeInfo } from "./node-info.ts";
import type { Refusal, Snapshot } from "./plugin.ts";
import type { PodInfo } from "./pod-info.ts";
import { Repulsions } from "./repulsions.ts";

export type Preemption = { node: string; victims: readonly Pod[] } | { message: string };

const priorityOf = ({ spec }: Pod) => spec.priority ?? 0;

/**
 * Where a pod could go if pods of less priority made room, and which: as few and as unimportant ones as will do.
 * https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/
 */
export function preempt(info: PodInfo, refusals: ReadonlyMap<string, Refusal>, snapshot: Snapshot): Preemption {
  const nodes = [...snapshot.nodes.values()].filter(({ node }) => node);
  if (info.pod.spec.preemptionPolicy === "Never")
    return { message: `no new claims to deallocate, preemption: not eligible due to preemptionPolicy=Never.` };

  const reasons: string[] = [];
  const candidates: { node: string; victims: Pod[] }[] = [];
  for (const node of nodes) {
    if (refusals.get(node.name)?.final) {
      reasons.push(notHelpful);
      continue;
    }
    const victims = victimsOn(node, info, snapshot);
    if (victims && victims.length > 0) candidates.push({ node: node.name, victims });
    else reasons.push(noVictims);
  }
  return candidates.sort(byWorth)[0] ?? { message: preemptionText(reasons, nodes.length) };
}

/** The pods that would have to go from a node; undefined where even that would not do. */
function victimsOn(node: NodeInfo, info: PodInfo, snapshot: Snapshot): Pod[] | undefined {
  const lesser = [...node.pods.values()].filter(({ pod }) => priorityOf(pod) < priorityOf(info.pod));
  if (lesser.length === 0) return undefined;
  const trial = node.copy();
  const nodes = new Map(snapshot.nodes).set(node.name, trial);
  const fits = () => !refusalOf(trial, filtersFor(info, { ...snapshot, nodes, counts: new Counts(nodes), repulsions: repulsionsOf(nodes) }));

  for (const { pod } of lesser) trial.remove(pod.metadata.uid ?? "");
  if (!fits()) return undefined;
  // The most important ones are let live first, as long as there is room.
  const victims: Pod[] = [];
  for (const each of lesser.sort((a, b) => priorityOf(b.pod) - priorityOf(a.pod) || startOf(a.pod) - startOf(b.pod))) {
    trial.add(each);
    if (fits()) continue;
    trial.remove(each.pod.metadata.uid ?? "");
    victims.push(each.pod);
  }
  return victims;
}

function repulsionsOf(nodes: ReadonlyMap<string, NodeInfo>): Repulsions {
  const repulsions = new Repulsions();
  for (const { name, pods } of nodes.values()) for (const info of pods.values()) repulsions.changed(name, info, 1);
  return repulsions;
}

const startOf = ({ status, metadata }: Pod) => parseTime(status.startTime ?? metadata.creationTimestamp ?? "");

/** Better: the least important victims; then fewer; then those that started last. */
function byWorth(a: { victims: readonly Pod[] }, b: { victims: readonly Pod[] }): number {
  const highest = (victims: readonly Pod[]) => Math.max(...victims.map(priorityOf));
  const sum = (victims: readonly Pod[]) => victims.reduce((total, pod) => total + priorityOf(pod) + 2 ** 31, 0);
  const earliest = (victims: readonly Pod[]) => Math.min(...victims.filter((pod) => priorityOf(pod) === highest(victims)).map(startOf));
  return (
    highest(a.victims) - highest(b.victims) ||
    sum(a.victims) - sum(b.victims) ||
    a.victims.length - b.victims.length ||
    earliest(b.victims) - earliest(a.victims)
  );
}
