import { invalidValue } from "#machinery/field-error.ts";
import type { KubeObject } from "#machinery/object.ts";
import { invalid } from "#machinery/status.ts";
import type { Scale } from "#machinery/types.ts";
import type { Scaling } from "./kind.ts";

export const gvk = { group: "autoscaling", version: "v1", kind: "Scale" };

/** The size of a workload as its scale subresource shows it. */
export function scaleOf(scaling: Scaling<KubeObject>, object: KubeObject): Scale {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const replicas = scaling.replicas(object);
  const selector = scaling.selector(object);
  return {
    kind: "Scale",
    apiVersion: "autoscaling/v1",
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp } as Scale["metadata"],
    spec: replicas ? { replicas } : {},
    status: { replicas: scaling.current(object), ...(selector ? { selector } : {}) },
  };
}

/** The workload with the size that a Scale asks for. */
export function scaled(scaling: Scaling<KubeObject>, object: KubeObject, { metadata, spec }: Scale): KubeObject {
  const replicas = spec?.replicas ?? 0;
  if (replicas < 0) throw invalid(gvk, metadata.name ?? "", [invalidValue(["spec", "replicas"], replicas, "must be greater than or equal to 0")]);
  const next = scaling.scaled(object, replicas);
  const { resourceVersion, uid } = metadata;
  return { ...next, metadata: { ...next.metadata, ...(uid ? { uid } : {}), resourceVersion: resourceVersion ?? "" } };
}
