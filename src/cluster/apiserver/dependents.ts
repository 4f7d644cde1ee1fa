import type { Entry, Store } from "#cluster/store/store.ts";
import type { KubeObject } from "#machinery/object.ts";
import { Index } from "./indexes.ts";

/** Who names whom among its owners, over all resources: what the garbage collector asks. Costs nothing until it does. */
export class Dependents {
  readonly #store: Store;
  #index: Index | undefined;

  constructor(store: Store) {
    this.#store = store;
  }

  of(uid: string): readonly Entry[] {
    if (!this.#index) {
      const index = new Index(ownersOf, this.#store.list("/registry/"));
      this.#store.watch("/registry/", (change) => index.hear(change));
      this.#index = index;
    }
    return this.#index.entries(uid);
  }
}

function ownersOf(value: object): readonly string[] {
  const owners = (value as KubeObject).metadata?.ownerReferences;
  return owners ? [...new Set(owners.map((owner) => owner.uid))] : [];
}
