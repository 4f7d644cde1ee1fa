import { defineKind } from "#cluster/apiserver/kind.ts";
import type { DeviceClass } from "#machinery/types.ts";

export const deviceClass = defineKind<DeviceClass>({
  group: "resource.k8s.io",
  version: "v1",
  kind: "DeviceClass",
  plural: "deviceclasses",
  scope: "Cluster",
  docs: "https://kubernetes.io/docs/concepts/scheduling-eviction/dynamic-resource-allocation/",

  columns: [],
  generation: true,
  deleteAnswers: "object",
});
