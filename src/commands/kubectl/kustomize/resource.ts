import { groupVersionOf } from "#machinery/object.ts";
import type { Thing } from "../api/server.ts";
import { CommandError } from "../errors.ts";

/** What tells objects apart. */
export interface Id {
  group: string;
  version: string;
  kind: string;
  name: string;
  namespace: string;
}

/** A file, or what a kustomization is configured to do, as annotations tell of it. */
export interface Origin {
  path?: string;
  configuredIn?: string;
  configuredBy?: { apiVersion: string; kind: string; name?: string; namespace?: string };
}

/** An object on its way through a build. */
export interface Item {
  readonly object: Thing;
  /** What it was called before; the first is what its file says. */
  readonly past: readonly Id[];
  readonly prefixes: readonly string[];
  readonly suffixes: readonly string[];
  /** A generated object whose name is to end with a hash of its content. */
  readonly needsHash: boolean;
  /** For generated objects: whether one of the same name is replaced, or takes its data in. */
  readonly behavior?: string | undefined;
  /** The vars that take their value from it. */
  readonly vars: readonly string[];
  readonly origin?: Origin | undefined;
  readonly transformations: readonly Origin[];
}

/** What makes other objects of a build's objects. */
export type Transform = (items: readonly Item[]) => readonly Item[];

/** A transform that looks at one object at a time. */
export const each =
  (change: (item: Item) => Item): Transform =>
  (items) =>
    items.map(change);

export const itemOf = (object: Thing, more: Partial<Item> = {}): Item => ({
  object,
  past: [],
  prefixes: [],
  suffixes: [],
  needsHash: false,
  vars: [],
  transformations: [],
  ...more,
});

export const nameOf = ({ object }: Item): string => object.metadata.name ?? "";

/** The item with another object, which is not called otherwise. */
export const changed = (item: Item, object: Thing): Item => (object === item.object ? item : { ...item, object });

/** The item with another object; what it was called so far is remembered. */
export const renamed = (item: Item, object: Thing): Item => ({ ...item, object, past: [...item.past, idOf(item.object)] });

export function idOf({ apiVersion, kind, metadata }: Thing): Id {
  return { ...groupVersionOf(apiVersion ?? ""), kind: kind ?? "", name: metadata?.name ?? "", namespace: metadata?.namespace ?? "" };
}

/** Everything that an item is or was called, the oldest first. */
export const idsOf = ({ past, object }: Item): Id[] => [...past, idOf(object)];

/** What the item's file calls it. */
export const originalId = ({ past, object }: Item): Id => past[0] ?? idOf(object);

/** The namespace that counts: what names none is in the default one, and some kinds are in none at all. */
export const placeOf = (id: Id): string | undefined => (isClusterScoped(id) ? undefined : id.namespace || "default");

export const isSameId = (a: Id, b: Id): boolean =>
  a.name === b.name && a.kind === b.kind && a.group === b.group && a.version === b.version && placeOf(a) === placeOf(b);

/** Group, version and kind, of which any may be left open. */
export interface Kinds {
  group?: string;
  version?: string;
  kind?: string;
}

export const isOfKind = ({ group, version, kind }: Kinds, id: Kinds): boolean =>
  (!group || group === id.group) && (!version || version === id.version) && (!kind || kind === id.kind);

/** `Deployment.v1.apps` */
export const kindText = ({ group, version, kind }: Kinds): string => `${kind || "[noKind]"}.${version || "[noVer]"}.${group || "[noGrp]"}`;

/** `Deployment.v1.apps/web.[noNs]` */
export const idText = (id: Partial<Id>): string => `${kindText(id)}/${id.name || "[noName]"}.${id.namespace || "[noNs]"}`;

/** All of them, if no two are called the same. */
export function together(items: readonly Item[], more: readonly Item[]): Item[] {
  const result = [...items];
  for (const item of more) {
    const id = idOf(item.object);
    if (result.some((other) => isSameId(idOf(other.object), id)))
      throw new CommandError(`may not add resource with an already registered id: ${idText(id)}`);
    result.push(item);
  }
  return result;
}

/** Kinds in no namespace, as kustomize knows them: those of Kubernetes 1.21. */
const isClusterScoped = ({ group, kind }: Id): boolean => clusterKinds.get(kind) === group;

const clusterKinds: ReadonlyMap<string, string> = new Map(
  [
    ["", "ComponentStatus", "Namespace", "Node", "NodeProxyOptions", "PersistentVolume"],
    ["admissionregistration.k8s.io", "MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"],
    ["apiextensions.k8s.io", "CustomResourceDefinition"],
    ["apiregistration.k8s.io", "APIService"],
    ["certificates.k8s.io", "CertificateSigningRequest"],
    ["flowcontrol.apiserver.k8s.io", "FlowSchema", "PriorityLevelConfiguration"],
    ["networking.k8s.io", "IngressClass"],
    ["node.k8s.io", "RuntimeClass"],
    ["policy", "PodSecurityPolicy"],
    ["rbac.authorization.k8s.io", "ClusterRole", "ClusterRoleBinding"],
    ["scheduling.k8s.io", "PriorityClass"],
    ["storage.k8s.io", "CSIDriver", "CSINode", "StorageClass", "VolumeAttachment"],
  ].flatMap(([group = "", ...kinds]) => kinds.map((kind) => [kind, group] as const)),
);
