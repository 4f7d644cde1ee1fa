import type { Api } from "#machinery/client.ts";
import type { Node } from "#machinery/types.ts";
import type { Counts } from "./counts.ts";
import type { NodeInfo } from "./node-info.ts";
import type { PodInfo } from "./pod-info.ts";
import type { Repulsions } from "./repulsions.ts";

/** Everything that a decision is made on. */
export interface Snapshot {
  readonly nodes: ReadonlyMap<string, NodeInfo>;
  readonly counts: Counts;
  /** What the pods that stand already will not have near them. */
  readonly repulsions: Repulsions;
  /** On how many nodes an image is. */
  readonly imageSpread: ReadonlyMap<string, number>;
  readonly api: Api;
}

/** Why a node will not do. What is `final` no preemption would change. */
export interface Refusal {
  reasons: readonly string[];
  final: boolean;
}

export type Filter = (node: NodeInfo) => Refusal | undefined;
export type Score = (node: NodeInfo) => number;

/**
 * One rule of scheduling. Both parts are asked once a pod, and give what is then asked of each node; undefined where the rule has nothing to say
 * about this pod, which costs nothing then.
 */
export interface Plugin {
  /** As Kubernetes calls it: `NodeResourcesFit`. */
  readonly name: string;
  /** A refusal of every node at once is thrown as `Unschedulable`. */
  filter?(pod: PodInfo, snapshot: Snapshot): Filter | undefined;
  /** Higher is better. */
  score?(pod: PodInfo, snapshot: Snapshot): Score | undefined;
  readonly weight?: number;
  /** Makes the scores of all nodes 0 to 100; left out where they are already. */
  normalize?(scores: number[]): void;
  /** Whether a node that came, changed or went may change what this rule says of other nodes. */
  stirs?(pod: PodInfo, old: Node | undefined, node: Node | undefined): boolean;
  /** Which changes may make a pod fit that this rule refused; `node` always may. */
  readonly hopes?: readonly Change[];
}

/** What happened: a pod came to a node or changed there, a pod left its node, a node came or changed, volumes changed. */
export type Change = "pod-added" | "pod-gone" | "node" | "volume";

/** No node will do, for a reason that is the pod's own. */
export class Unschedulable extends Error {
  readonly plugin: string;
  constructor(plugin: string, message: string) {
    super(message);
    this.name = "Unschedulable";
    this.plugin = plugin;
  }
}

export const definePlugin = (plugin: Plugin): Plugin => plugin;

/** The greatest score becomes 100 and the others keep their share of it; reversed where less is better. */
export function inProportion(scores: number[], reverse = false): void {
  const greatest = Math.max(0, ...scores);
  for (const [i, score] of scores.entries()) {
    const share = greatest === 0 ? 0 : Math.floor((100 * score) / greatest);
    scores[i] = reverse ? 100 - share : share;
  }
}
