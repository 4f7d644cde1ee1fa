import type { Pod } from "#machinery/types.ts";
import type { NodeInfo } from "./node-info.ts";
import type { PodInfo } from "./pod-info.ts";

/** Questions that are kept up: beyond that, the one that was asked longest ago is forgotten. */
const most = 200;

/**
 * How many pods of a sort stand on each node: what spreading and affinity between pods ask. A question that was asked once is kept up with each
 * change, so that a thousand pods with the same question cost as much as a thousand without.
 */
export class Counts {
  readonly #nodes: ReadonlyMap<string, NodeInfo>;
  readonly #questions = new Map<string, { matches: (pod: Pod, info: PodInfo) => boolean; byNode: Map<string, number> }>();

  constructor(nodes: ReadonlyMap<string, NodeInfo>) {
    this.#nodes = nodes;
  }

  /** The number of pods by node that `matches`; `question` names it: whoever asks the same asks by the same name. */
  byNode(question: string, matches: (pod: Pod, info: PodInfo) => boolean): ReadonlyMap<string, number> {
    let kept = this.#questions.get(question);
    if (kept) this.#questions.delete(question);
    else {
      kept = { matches, byNode: new Map() };
      for (const { name, pods } of this.#nodes.values())
        for (const info of pods.values()) if (matches(info.pod, info)) kept.byNode.set(name, (kept.byNode.get(name) ?? 0) + 1);
      const [oldest] = this.#questions.keys();
      if (this.#questions.size >= most && oldest !== undefined) this.#questions.delete(oldest);
    }
    this.#questions.set(question, kept);
    return kept.byNode;
  }

  /** The number by the value of a label of the nodes; nodes without the label are left out, and those that `counts` does not. */
  byDomain(byNode: ReadonlyMap<string, number>, key: string, counts: (node: NodeInfo) => boolean = () => true): Map<string, number> {
    const byDomain = new Map<string, number>();
    for (const node of this.#nodes.values()) {
      const domain = node.labels[key];
      if (domain !== undefined && node.node && counts(node)) byDomain.set(domain, (byDomain.get(domain) ?? 0) + (byNode.get(node.name) ?? 0));
    }
    return byDomain;
  }

  changed(node: string, info: PodInfo, by: 1 | -1): void {
    for (const { matches, byNode } of this.#questions.values()) if (matches(info.pod, info)) byNode.set(node, (byNode.get(node) ?? 0) + by);
  }
}
