import type { Api, ListOptions, Located, WatchEvent } from "#machinery/client.ts";
import type { Draft, KubeObject } from "#machinery/object.ts";
import type { DeleteOptions, Scale } from "#machinery/types.ts";

const isEvent = (resource: string) => resource === "events" || resource === "events.events.k8s.io";

/** Counts the objects that a look reads, so that its cost is known. One that made or deleted something owes its count of that at once. */
export class CountingApi implements Api {
  #reads = 0;
  #acted = false;
  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
  }

  get reads(): number {
    return this.#acted ? 0 : this.#reads;
  }

  get<T extends KubeObject>(resource: string, name: string, namespace?: string): T | undefined {
    return this.#api.get<T>(resource, name, namespace);
  }
  list<T extends KubeObject>(resource: string, options?: ListOptions): readonly T[] {
    return this.#count(this.#api.list<T>(resource, options));
  }
  owned<T extends KubeObject>(resource: string, owner: KubeObject): readonly T[] {
    return this.#count(this.#api.owned<T>(resource, owner));
  }
  dependents(uid: string): readonly Located[] {
    return this.#count(this.#api.dependents(uid));
  }
  contents(namespace?: string, matters?: (object: KubeObject) => boolean): readonly Located[] {
    return this.#count(this.#api.contents(namespace, matters));
  }
  resourceOf(apiVersion: string, kind: string) {
    return this.#api.resourceOf(apiVersion, kind);
  }
  create<T extends KubeObject>(resource: string, object: Draft<T>): Promise<T> {
    this.#acted ||= !isEvent(resource);
    return this.#api.create<T>(resource, object);
  }
  update<T extends KubeObject>(resource: string, object: T): Promise<T> {
    this.#acted = true;
    return this.#api.update(resource, object);
  }
  updateStatus<T extends KubeObject>(resource: string, object: T): Promise<T> {
    return this.#api.updateStatus(resource, object);
  }
  updateSub<T extends KubeObject>(resource: string, subresource: string, object: T): Promise<T> {
    return this.#api.updateSub(resource, subresource, object);
  }
  getScale(resource: string, name: string, namespace: string): Scale | undefined {
    return this.#api.getScale(resource, name, namespace);
  }
  setScale(resource: string, scale: Scale): Promise<void> {
    return this.#api.setScale(resource, scale);
  }
  createSub(resource: string, name: string, namespace: string, subresource: string, object: object): Promise<KubeObject> {
    return this.#api.createSub(resource, name, namespace, subresource, object);
  }
  delete(resource: string, name: string, namespace?: string, options?: Partial<DeleteOptions>): Promise<void> {
    this.#acted = true;
    return this.#api.delete(resource, name, namespace, options);
  }
  watch<T extends KubeObject>(resource: string, hear: (event: WatchEvent<T>) => void): () => void {
    return this.#api.watch(resource, hear);
  }
  watchAll(hear: (event: WatchEvent, resource: string) => void): () => void {
    return this.#api.watchAll(hear);
  }

  #count<T>(found: readonly T[]): readonly T[] {
    this.#reads += found.length;
    return found;
  }
}
