import type { Change, Entry, Store } from "#cluster/store/store.ts";
import type { WatchEvent } from "#machinery/client.ts";
import { blank, conform, withFields } from "#machinery/conform.ts";
import { apiVersionOf, type Draft, type GroupVersionKind, type KubeObject } from "#machinery/object.ts";
import { type Schema, schemaOf } from "#machinery/schema.ts";
import { settled } from "#machinery/settle.ts";
import { qualified, type ResourceName } from "#machinery/status.ts";
import { sameAs } from "./adopt.ts";
import { Collection } from "./collection.ts";
import { allVerbs, type Kind, type Subresource, type Verb } from "./kind.ts";

/** A kind as it is served: its declaration with what follows from it, and where its objects are. */
/** Where the real server's own types of a group are; both sorts of events are one type. */
export const internalPackage = ({ group, kind }: Pick<GroupVersionKind, "group" | "kind">): string =>
  kind === "Event" ? "core" : group.split(".")[0] || "core";

export class Resource {
  readonly kind: Kind;
  readonly gvk: GroupVersionKind;
  readonly apiVersion: string;
  readonly on: ResourceName;
  /** `pods`, `deployments.apps`. */
  readonly name: string;
  readonly namespaced: boolean;
  readonly collection: Collection;
  readonly verbs: readonly Verb[];
  /** Whether clients write the status apart from the rest. */
  readonly statusApart: boolean;
  readonly #subresources: ReadonlyMap<string, Subresource>;
  readonly #read = new WeakMap<object, KubeObject>();
  readonly #lists = new WeakMap<readonly Entry[], readonly KubeObject[]>();
  #told: { change: Change; event: WatchEvent } | undefined;
  #schema: Schema | undefined;

  constructor(kind: Kind, collection: Collection) {
    this.kind = kind;
    this.gvk = { group: kind.group, version: kind.version, kind: kind.kind };
    this.apiVersion = apiVersionOf(kind.group, kind.version);
    this.on = { group: kind.group, resource: kind.plural };
    this.name = qualified(this.on);
    this.namespaced = kind.scope === "Namespaced";
    this.collection = collection;
    this.verbs = kind.verbs ?? allVerbs;
    this.#subresources = new Map(kind.subresources?.map((each) => [each.name, each]));
    this.statusApart = this.#subresources.has("status");
  }

  /** The kind that is told of when an object is refused: as it is stored. */
  get judgedAs(): Pick<GroupVersionKind, "group" | "kind"> {
    return { kind: this.kind.kind, group: this.kind.view?.of.group ?? this.kind.group };
  }

  get schema(): Schema {
    this.#schema ??= this.kind.schema ?? schemaOf(this.gvk);
    if (!this.#schema) throw new Error(`no schema of ${this.apiVersion} ${this.gvk.kind}`);
    return this.#schema;
  }

  get listKind(): string {
    return this.kind.listKind ?? `${this.gvk.kind}List`;
  }

  subresource(name: string): Subresource | undefined {
    return this.#subresources.get(name);
  }

  /** Whether objects are stored as this kind, and not as another that it is a view of, or not at all. */
  get isStorage(): boolean {
    return !this.kind.view && !this.kind.answer && !this.kind.computed;
  }

  /** Whether the server counts changes of the spec. */
  get hasGeneration(): boolean {
    const { generation } = this.kind;
    return generation === undefined ? this.statusApart && this.#fields?.has("spec") === true : generation !== false;
  }

  /** Whether an update counts as a change of what is wanted. */
  raisesGeneration(object: KubeObject, old: KubeObject, subresource: string): boolean {
    if (!this.hasGeneration || subresource === "status" || subresource === "binding") return false;
    const { generation } = this.kind;
    return typeof generation === "function" ? generation(object, old) : partOf(object, "spec") !== partOf(old, "spec");
  }

  /** The type that the real server holds it as: `core.ConfigMap`. */
  get internalType(): string {
    if ("loose" in this.schema && this.schema.loose) return "unstructured.Unstructured";
    return `${internalPackage(this.gvk)}.${this.gvk.kind}`;
  }

  /** An object as this kind holds it, with what it leaves out filled in; what is the same in `old` is `old`'s own, the rest nobody else's. */
  conform(object: Draft<KubeObject>, old?: KubeObject): KubeObject {
    const whole = withFields(object, { kind: this.gvk.kind, apiVersion: this.apiVersion });
    const conformed = conform(this.schema, whole, old) as KubeObject;
    if (conformed !== old) this.kind.default?.(conformed, old);
    return conformed;
  }

  /**
   * An object that the server changed, as this kind holds it; what is the same in `old`, which the object is to replace, is that one's own. A
   * status that is still that of `before` is so already: it is the largest part of most updates, and nobody changes it in place.
   */
  normalise(object: KubeObject, before: KubeObject, old = before): KubeObject {
    const status = partOf(object, "status");
    if (before === old || status === undefined || status !== partOf(before, "status")) return conform(this.schema, object, old);
    return sameAs(conform(this.schema, object, { ...old, status } as KubeObject), old);
  }

  /** The object as it comes back from storage. */
  settled(object: KubeObject, old?: KubeObject): KubeObject {
    // Defaults of custom resources are filled in as they are read: those of a status that was dropped before come back.
    return this.kind.custom ? conform(this.schema, object, old) : settled(this.schema, object, old);
  }

  /** Clients do not write the status of what they create. */
  dropStatus(object: KubeObject): void {
    const status = this.#fields?.get("status");
    setPart(object, "status", status?.always && status.schema.type === "struct" ? blank(status.schema) : undefined);
  }

  /** The object with the status of another. */
  withStatusOf(object: KubeObject, old: KubeObject): KubeObject {
    if (!this.statusApart || partOf(object, "status") === partOf(old, "status")) return object;
    const next = withFields(object, {});
    setPart(next, "status", partOf(old, "status"));
    return next;
  }

  get #fields() {
    return this.schema.type === "struct" ? this.schema.fields : undefined;
  }

  /** What is stored, as this kind. The same object for the same object. */
  read(stored: object): KubeObject {
    const view = this.kind.view;
    if (!view) return stored as KubeObject;
    let object = this.#read.get(stored);
    if (!object) {
      object = view.read(stored as KubeObject);
      this.#read.set(stored, object);
    }
    return object;
  }

  /** What a list holds, as this kind; the same objects for the same list. */
  objects(entries: readonly Entry[]): readonly KubeObject[] {
    let objects = this.#lists.get(entries);
    if (!objects) {
      objects = entries.map((entry) => this.read(entry.value));
      this.#lists.set(entries, objects);
    }
    return objects;
  }

  /** A change as those who watch this kind hear of it. There are many of them, so it is kept until the next one. */
  eventOf(change: Change): WatchEvent {
    if (this.#told?.change !== change) this.#told = { change, event: this.#event(change) };
    return this.#told.event;
  }

  #event({ type, entry, old }: Change): WatchEvent {
    const object = this.read(entry.value);
    if (type === "delete") return { type: "DELETED", object, old: old && this.read(old.value) };
    return old ? { type: "MODIFIED", object, old: this.read(old.value) } : { type: "ADDED", object };
  }

  /** The object as it is stored. */
  stored(object: KubeObject): KubeObject {
    return this.kind.view?.write(object) ?? object;
  }
}

/** All that is served. Custom resources come and go; the rest is there from the start. */
export class Registry {
  readonly #store: Store;
  readonly #byPath = new Map<string, Resource>();
  readonly #byName = new Map<string, Resource>();
  readonly #byKind = new Map<string, Resource>();
  readonly #byPrefix = new Map<string, Resource>();
  readonly #collections = new Map<string, Collection>();
  /** Counts what was added and removed: what is made of the registry is made anew when it moved. */
  generation = 0;

  constructor(store: Store, kinds: readonly Kind[]) {
    this.#store = store;
    for (const kind of kinds) this.add(kind);
  }

  /** Serves a kind from now on. The first version of a resource that is added is the one that is meant where no version is named. */
  add(kind: Kind): Resource {
    const { group, plural } = kind.view?.of ?? kind;
    const path = kind.custom ? `${group}/${plural}` : (kind.storedUnder ?? plural);
    const resource = new Resource(kind, this.#collection(group, plural, path));
    this.#byPath.set(pathOf(kind.group, kind.version, kind.plural), resource);
    this.#byKind.set(`${resource.apiVersion} ${kind.kind}`, resource);
    if (!this.#byName.has(resource.name)) this.#byName.set(resource.name, resource);
    if (resource.isStorage) this.#byPrefix.set(resource.collection.prefix, resource);
    this.generation++;
    return resource;
  }

  remove(resource: Resource): void {
    const { kind } = resource;
    this.#byPath.delete(pathOf(kind.group, kind.version, kind.plural));
    this.#byKind.delete(`${resource.apiVersion} ${kind.kind}`);
    if (this.#byName.get(resource.name) === resource) {
      this.#byName.delete(resource.name);
      const other = this.all().find((each) => each.name === resource.name);
      if (other) this.#byName.set(other.name, other);
    }
    if (this.#byPrefix.get(resource.collection.prefix) === resource) this.#byPrefix.delete(resource.collection.prefix);
    this.generation++;
  }

  all(): readonly Resource[] {
    return [...this.#byPath.values()];
  }

  /** Whether kinds of the server's own are served in a group's version, not custom resources alone. */
  hasBuiltIn(group: string, version: string): boolean {
    const prefix = pathOf(group, version, "");
    for (const [path, { kind }] of this.#byPath) if (path.startsWith(prefix) && !kind.custom) return true;
    return false;
  }

  at(group: string, version: string, plural: string): Resource | undefined {
    return this.#byPath.get(pathOf(group, version, plural));
  }

  /** By `pods` or `deployments.apps`, in its preferred version. */
  named(name: string): Resource | undefined {
    return this.#byName.get(name);
  }

  ofKind(apiVersion: string, kind: string): Resource | undefined {
    return this.#byKind.get(`${apiVersion} ${kind}`);
  }

  /** The kind whose objects are stored under a key: the first that is no view of another. */
  storing(key: string): Resource | undefined {
    for (let end = key.indexOf("/", "/registry/".length); end >= 0; end = key.indexOf("/", end + 1)) {
      const found = this.#byPrefix.get(key.slice(0, end + 1));
      if (found) return found;
    }
    return undefined;
  }

  #collection(group: string, plural: string, path: string): Collection {
    const name = `${plural}.${group}`;
    let collection = this.#collections.get(name);
    if (!collection) {
      collection = new Collection(this.#store, path);
      this.#collections.set(name, collection);
    }
    return collection;
  }
}

const partOf = (object: KubeObject, name: string): unknown => (object as unknown as Record<string, unknown>)[name];

function setPart(object: KubeObject, name: string, value: unknown): void {
  if (value === undefined) delete (object as unknown as Record<string, unknown>)[name];
  else Object.assign(object, { [name]: value });
}

const pathOf = (group: string, version: string, plural: string) => `${group}/${version}/${plural}`;
