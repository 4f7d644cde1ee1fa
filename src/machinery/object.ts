import type { ObjectMeta, OwnerReference } from "./types.ts";

/** What every object of the API has. Objects that come out of the store are frozen, through and through. */
export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
}

/** An object to be created: the server fills in the rest. */
export type Draft<T> = Omit<Partial<T>, "metadata" | "apiVersion" | "kind"> & {
  apiVersion: string;
  kind: string;
  metadata: Partial<ObjectMeta>;
};

export interface GroupVersionKind {
  /** "" for the core group. */
  group: string;
  version: string;
  kind: string;
}

/** `apps/v1`, or `v1` in the core group. */
export const apiVersionOf = (group: string, version: string): string => (group ? `${group}/${version}` : version);

export function groupVersionOf(apiVersion: string): { group: string; version: string } {
  const slash = apiVersion.indexOf("/");
  return slash < 0 ? { group: "", version: apiVersion } : { group: apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) };
}

/** The reference that makes `owner` the controller of what carries it. */
export function controllerReference(owner: KubeObject): OwnerReference {
  return {
    apiVersion: owner.apiVersion,
    kind: owner.kind,
    name: owner.metadata.name,
    uid: owner.metadata.uid ?? "",
    controller: true,
    blockOwnerDeletion: true,
  };
}

/** The owner that controls the object, if any. */
export const controllerOf = (object: KubeObject): OwnerReference | undefined => object.metadata.ownerReferences?.find((owner) => owner.controller);
