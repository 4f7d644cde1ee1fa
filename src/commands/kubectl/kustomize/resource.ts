import { groupVersionOf } from "#machinery/object.ts";
import type { Thing } from "../api/server.ts";
import { CommandError } from "../errors.ts";

/** An object on its way through a build, with the names that it has had. */
export interface Item {
  object: Thing;
  /** The first is that of its file, the last its present one. */
  names: readonly string[];
  namespaces: readonly string[];
  /** A generated object whose name is to end with a hash of its content. */
  needsHash: boolean;
  /** For generated objects: whether one of the same name is replaced, or takes its data in. */
  behavior?: string | undefined;
}

export const itemOf = (object: Thing, needsHash = false, behavior?: string): Item => ({
  object,
  names: [object.metadata.name ?? ""],
  namespaces: [object.metadata.namespace ?? ""],
  needsHash,
  behavior,
});

export const nameOf = ({ object }: Item): string => object.metadata.name ?? "";

/** The item with another object; a name or namespace that it no longer has is remembered. */
export function changed(item: Item, object: Thing): Item {
  const { name = "", namespace = "" } = object.metadata;
  return {
    ...item,
    object,
    names: item.names.at(-1) === name ? item.names : [...item.names, name],
    namespaces: item.namespaces.at(-1) === namespace ? item.namespaces : [...item.namespaces, namespace],
  };
}

/** Refuses files that lie outside of the directory of their kustomization. */
export function withinRoot(root: string, full: string): void {
  if (!full.startsWith(`${root}/`)) throw new CommandError(`security; file '${full}' is not in or below '${root}'`);
}

/** Where something stands in objects of a kind; `create` makes what is not there. */
export interface Place {
  path: string;
  kind?: string;
  group?: string;
  create?: boolean;
}

export const isAt = ({ kind, group }: Place, { kind: of, apiVersion }: Thing): boolean =>
  (kind === undefined || kind === of) && (group === undefined || group === groupVersionOf(apiVersion).group);

/** The object with what stands at a path changed, in every list on the way. */
export function updated<T>(node: T, path: string | readonly string[], change: (value: unknown) => unknown, create = false): T {
  const steps = typeof path === "string" ? path.split("/") : path;
  if (Array.isArray(node)) return node.map((item) => updated(item, steps, change, create)) as T;
  const [step, ...rest] = steps;
  if (step === undefined) return change(node) as T;
  if (typeof node !== "object" || node === null) return node;
  const key = step.replace(/\[\]$/, "");
  const map = node as Record<string, unknown>;
  if (map[key] === undefined || map[key] === null) {
    if (!create || step.endsWith("[]")) return node;
    return { ...map, [key]: updated(rest.length > 0 ? {} : undefined, rest, change, create) } as T;
  }
  return { ...map, [key]: updated(map[key], rest, change, create) } as T;
}

/** Kinds of the API that are in no namespace. */
export const clusterKinds: ReadonlySet<string> = new Set([
  ...["APIService", "CertificateSigningRequest", "ClusterRole", "ClusterRoleBinding", "ComponentStatus", "CSIDriver", "CSINode"],
  ...["CustomResourceDefinition", "DeviceClass", "FlowSchema", "IngressClass", "IPAddress", "MutatingAdmissionPolicy"],
  ...["MutatingAdmissionPolicyBinding", "MutatingWebhookConfiguration", "Namespace", "Node", "PersistentVolume", "PriorityClass"],
  ...["PriorityLevelConfiguration", "ResourceSlice", "RuntimeClass", "SelfSubjectAccessReview", "SelfSubjectReview", "SelfSubjectRulesReview"],
  ...["ServiceCIDR", "StorageClass", "SubjectAccessReview", "TokenReview", "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"],
  ...["ValidatingWebhookConfiguration", "VolumeAttachment", "VolumeAttributesClass", "GatewayClass"],
]);
