import { defineKind } from "#cluster/apiserver/kind.ts";
import type { ResourceClaimTemplate } from "#machinery/types.ts";
import { defaultDeviceRequests } from "./defaults.ts";

export const resourceClaimTemplate = defineKind<ResourceClaimTemplate>({
  group: "resource.k8s.io",
  version: "v1",
  kind: "ResourceClaimTemplate",
  plural: "resourceclaimtemplates",
  scope: "Namespaced",
  docs: "https://kubernetes.io/docs/concepts/scheduling-eviction/dynamic-resource-allocation/",

  columns: [],

  default: ({ spec }) => defaultDeviceRequests(spec.spec.devices),
  deleteAnswers: "object",
});
