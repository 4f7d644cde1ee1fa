import type { KubeObject } from "#machinery/object.ts";
import type { Subresource } from "../kind.ts";

/** The part that controllers and kubelets write: everything beside metadata and status stays as it was. */
export const status: Subresource = {
  name: "status",
  verbs: ["get", "patch", "update"],
  owns: ["status"],

  part(object, old) {
    const { status, ...rest } = object as KubeObject & { status?: unknown };
    const { status: _, ...kept } = old as KubeObject & { status?: unknown };
    const merged = { ...kept, metadata: rest.metadata };
    return (status === undefined ? merged : { ...merged, status }) as KubeObject;
  },
};

/** A status beside which labels stay as they were too. */
export const statusWithoutLabels: Subresource = {
  ...status,

  part(object, old) {
    const { labels: _, ...metadata } = object.metadata;
    const { labels } = old.metadata;
    return status.part?.({ ...object, metadata: labels ? { ...metadata, labels } : metadata }, old) ?? old;
  },
};
