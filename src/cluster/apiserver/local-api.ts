import type { Entry } from "#cluster/store/store.ts";
import type { Api, ListOptions, Located, WatchEvent } from "#machinery/client.ts";
import type { Draft, KubeObject } from "#machinery/object.ts";
import { parseSelector } from "#machinery/selector.ts";
import { noSuchPath, notFound, StatusError } from "#machinery/status.ts";
import type { DeleteOptions, Scale } from "#machinery/types.ts";
import { computedEntries } from "./computed.ts";
import type { Core, Target, WriteOptions } from "./core.ts";
import type { Dependents } from "./dependents.ts";
import type { Resource } from "./registry.ts";
import { scaled, scaleOf } from "./scaling.ts";
import { entriesByField, Selection } from "./selection.ts";
import { create } from "./verbs/create.ts";
import { deleteObject } from "./verbs/delete.ts";
import { createSubresource } from "./verbs/subresource.ts";
import { update } from "./verbs/update.ts";

/** The API for those who live in the same process: no wire, reads at once. */
export class LocalApi implements Api {
  readonly #core: () => Core;
  readonly #dependents: Dependents;
  readonly #options: WriteOptions;

  constructor(core: () => Core, dependents: Dependents, options: WriteOptions) {
    this.#core = core;
    this.#dependents = dependents;
    this.#options = options;
  }

  get<T extends KubeObject>(resource: string, name: string, namespace?: string): T | undefined {
    const { resource: of } = this.#target(resource, name, namespace);
    const entry = of.collection.get(of.namespaced ? namespace : undefined, name);
    return entry && (of.read(entry.value) as T);
  }

  list<T extends KubeObject>(resource: string, { namespace, labels, fields, matters }: ListOptions = {}): readonly T[] {
    const of = this.#resource(resource);
    if (matters) {
      const entries = of.collection.list(of.namespaced ? namespace : undefined).filter(({ like }) => matters(of.read(like)));
      return entries.map(({ value }) => of.read(value)) as KubeObject[] as T[];
    }
    if (!labels && !fields && !of.kind.computed)
      return of.objects(of.collection.list(of.namespaced ? namespace : undefined)) as readonly KubeObject[] as readonly T[];
    const found = fields && !labels && entriesByField(of, namespace, fields);
    if (found) return found.map((entry) => of.read(entry.value)) as KubeObject[] as T[];
    const wanted = fields ? Object.entries(fields).map(([field, value]) => ({ field, operator: "=" as const, value })) : [];
    const selection = new Selection(of, namespace, labels ? parseSelector(labels) : [], wanted);
    const computed = computedEntries(this.#core(), of, this.#options);
    return (computed ? selection.among(computed) : selection.entries()).map((entry) => of.read(entry.value)) as KubeObject[] as T[];
  }

  owned<T extends KubeObject>(resource: string, owner: KubeObject): readonly T[] {
    const of = this.#resource(resource);
    const stored = of.collection.ownedBy(owner.metadata.uid ?? "");
    return (of.kind.view ? stored.map((each) => of.read(each)) : stored) as readonly T[];
  }

  async create<T extends KubeObject>(resource: string, object: Draft<T>): Promise<T> {
    const { resource: of, namespace } = this.#target(resource, object.metadata.name ?? "", object.metadata.namespace);
    return (await create(this.#core(), of, namespace, object as Draft<KubeObject>, this.#options)) as T;
  }

  async update<T extends KubeObject>(resource: string, object: T): Promise<T> {
    return await this.#update(resource, object, "");
  }

  async updateStatus<T extends KubeObject>(resource: string, object: T): Promise<T> {
    return await this.#update(resource, object, "status");
  }

  async updateSub<T extends KubeObject>(resource: string, subresource: string, object: T): Promise<T> {
    return await this.#update(resource, object, subresource);
  }

  getScale(resource: string, name: string, namespace: string): Scale | undefined {
    const { resource: of } = this.#target(resource, name, namespace);
    const { scale } = of.kind;
    if (!scale) throw noSuchPath();
    const entry = of.collection.get(namespace, name);
    return entry && scaleOf(scale, of.read(entry.value));
  }

  async setScale(resource: string, wanted: Scale): Promise<void> {
    const { name = "", namespace } = wanted.metadata;
    const target = this.#target(resource, name, namespace, "scale");
    const { scale } = target.resource.kind;
    if (!scale) throw noSuchPath();
    const change = (old: KubeObject | undefined) => {
      if (!old) throw notFound(target.resource.on, name);
      return scaled(scale, old, wanted);
    };
    await update(this.#core(), target, change, this.#options);
  }

  async createSub(resource: string, name: string, namespace: string, subresource: string, object: object): Promise<KubeObject> {
    const target = this.#target(resource, name, namespace, subresource);
    return await createSubresource(this.#core(), target, object as KubeObject, this.#options);
  }

  async delete(resource: string, name: string, namespace?: string, options: Partial<DeleteOptions> = {}): Promise<void> {
    await deleteObject(this.#core(), this.#target(resource, name, namespace), options, this.#options);
  }

  watch<T extends KubeObject>(resource: string, hear: (event: WatchEvent<T>) => void): () => void {
    const of = this.#resource(resource);
    return of.collection.watch(undefined, (change) => hear(of.eventOf(change) as WatchEvent<T>));
  }

  dependents(uid: string): readonly Located[] {
    return this.#dependents.of(uid).flatMap((entry) => this.#located(entry));
  }

  contents(namespace?: string, matters: (object: KubeObject) => boolean = () => true): readonly Located[] {
    const stored = this.#core()
      .registry.all()
      .filter((each) => each.isStorage && (each.namespaced || namespace === undefined));
    return stored.flatMap((each) => {
      const entries = each.collection.list(namespace).filter(({ like }) => matters(like as KubeObject));
      return entries.map(({ value }) => ({ resource: each.name, object: each.read(value) }));
    });
  }

  watchAll(hear: (event: WatchEvent, resource: string) => void): () => void {
    const { store, registry } = this.#core();
    return store.watch("/registry/", (change) => {
      const of = registry.storing(change.entry.key);
      if (of) hear(of.eventOf(change), of.name);
    });
  }

  resourceOf(apiVersion: string, kind: string): { resource: string; namespaced: boolean } | undefined {
    const of = this.#core().registry.ofKind(apiVersion, kind);
    return of && { resource: of.name, namespaced: of.namespaced };
  }

  async #update<T extends KubeObject>(resource: string, object: T, subresource: string): Promise<T> {
    const target = this.#target(resource, object.metadata.name ?? "", object.metadata.namespace, subresource);
    return (await update(this.#core(), target, () => object, this.#options)).object as T;
  }

  #located(entry: Entry): Located[] {
    const of = this.#core().registry.storing(entry.key);
    return of ? [{ resource: of.name, object: of.read(entry.value) }] : [];
  }

  #target(name: string, object: string, namespace = "", subresource = ""): Target {
    const resource = this.#resource(name);
    return { resource, namespace: resource.namespaced ? namespace || "default" : "", name: object, subresource };
  }

  #resource(name: string): Resource {
    const resource = this.#core().registry.named(name);
    if (!resource) throw new StatusError(404, "NotFound", `the server doesn't have a resource type "${name}"`);
    return resource;
  }
}
