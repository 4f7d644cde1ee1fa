import type { Pod, PodAffinityTerm } from "#machinery/types.ts";
import type { PodInfo } from "./pod-info.ts";

interface Repulsion {
  term: PodAffinityTerm;
  /** One of the pods that have the term: all are of one namespace and ask alike. */
  owner: Pod;
  /** How many of them stand on each node. */
  byNode: Map<string, number>;
}

/** The required anti-affinity of the pods that stand already, the same terms counted together. */
export class Repulsions {
  readonly #byTerm = new Map<string, Repulsion>();

  all(): Iterable<Repulsion> {
    return this.#byTerm.values();
  }

  changed(node: string, { pod }: PodInfo, by: 1 | -1): void {
    for (const term of pod.spec.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []) {
      const keys = [...(term.matchLabelKeys ?? []), ...(term.mismatchLabelKeys ?? [])].map((key) => pod.metadata.labels?.[key]);
      const key = JSON.stringify([pod.metadata.namespace, term, keys]);
      const repulsion = this.#byTerm.get(key) ?? { term, owner: pod, byNode: new Map() };
      const count = (repulsion.byNode.get(node) ?? 0) + by;
      if (count > 0) repulsion.byNode.set(node, count);
      else repulsion.byNode.delete(node);
      if (repulsion.byNode.size > 0) this.#byTerm.set(key, repulsion);
      else this.#byTerm.delete(key);
    }
  }
}
