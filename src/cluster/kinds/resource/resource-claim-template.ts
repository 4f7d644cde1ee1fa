import { defineKind } from "#cluster/apiserver/kind.ts";
import type { ResourceClaimTemplate } from "#machinery/types.ts";
import { checkTemplateMetadata } from "../shared/claim.ts";
import { validation } from "../shared/field.ts";
import { checkSame } from "../shared/go-value.ts";
import { checkAdminRequests } from "./admin-access.ts";
import { checkDeviceClaim } from "./claim-rules.ts";
import { defaultDeviceRequests } from "./defaults.ts";

export const resourceClaimTemplate = defineKind<ResourceClaimTemplate>({
  group: "resource.k8s.io",
  version: "v1",
  kind: "ResourceClaimTemplate",
  plural: "resourceclaimtemplates",
  scope: "Namespaced",
  docs: "https://kubernetes.io/docs/concepts/scheduling-eviction/dynamic-resource-allocation/",

  columns: [],

  default: ({ spec }) => defaultDeviceRequests(spec.spec?.devices),
  revalidatesMetadata: true,
  validate: validation((field, { metadata, spec }, old, { api }) => {
    const devices = spec.spec?.devices;
    if (!old) checkAdminRequests(field, devices?.requests, metadata.namespace, api);
    const at = field.at("spec");
    checkTemplateMetadata(at.at("metadata"), spec.metadata);
    checkDeviceClaim(at.at("spec", "devices"), devices);
    if (old) checkSame(at, "resource.ResourceClaimTemplateSpec", spec, old.spec);
  }),
  deleteAnswers: "object",
});
