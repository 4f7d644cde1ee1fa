import { defineKind } from "#cluster/apiserver/kind.ts";
import { status } from "#cluster/apiserver/subresources/status.ts";
import type { ResourceClaimStatus, ResourceResourceClaim } from "#machinery/types.ts";
import { columnsOf } from "../shared/columns.ts";
import { validation } from "../shared/field.ts";
import { checkSame } from "../shared/go-value.ts";
import { checkAdminRequests, checkAdminResults } from "./admin-access.ts";
import { checkDeviceClaim } from "./claim-rules.ts";
import { allocatedDevices, checkClaimStatus, deviceKey } from "./claim-status-rules.ts";
import { defaultDeviceRequests } from "./defaults.ts";

export const resourceClaim = defineKind<ResourceResourceClaim>({
  group: "resource.k8s.io",
  version: "v1",
  kind: "ResourceClaim",
  plural: "resourceclaims",
  scope: "Namespaced",
  statusAlone: true,
  docs: "https://kubernetes.io/docs/concepts/scheduling-eviction/dynamic-resource-allocation/",

  columns: columnsOf<ResourceResourceClaim>("ResourceClaim", [{ name: "State", type: "string", cell: state }]),

  default: ({ spec }) => defaultDeviceRequests(spec.devices),
  generation: false,
  prepareUpdate(claim, old, { subresource }) {
    if (subresource === "status") claim.status = withoutReleased(claim.status, old.status);
  },
  revalidatesMetadata: true,
  validate: validation((field, claim, old, { subresource, api }) => {
    const { metadata, spec, status } = claim;
    if (old && subresource === "status") {
      checkAdminResults(field, status.allocation?.devices?.results, old.status.allocation?.devices?.results, metadata.namespace, api);
      checkClaimStatus(field.at("status"), claim, old);
    } else if (old) checkSame(field.at("spec"), "resource.ResourceClaimSpec", spec, old.spec);
    else {
      checkAdminRequests(field, spec.devices?.requests, metadata.namespace, api);
      checkDeviceClaim(field.at("spec", "devices"), spec.devices);
    }
  }),
  deleteAnswers: "object",
  subresources: [status],
});

function state({ metadata, status }: ResourceResourceClaim): string {
  const states = metadata.deletionTimestamp ? ["deleted"] : [];
  if (status.allocation) states.push("allocated", ...(status.reservedFor?.length ? ["reserved"] : []));
  else if (!metadata.deletionTimestamp) states.push("pending");
  return states.join(",");
}

/** A device that was given back has nothing more to tell. */
function withoutReleased({ devices, ...status }: ResourceClaimStatus, old: ResourceClaimStatus): ResourceClaimStatus {
  const now = allocatedDevices(status.allocation);
  const before = allocatedDevices(old.allocation);
  const kept = devices?.filter((device) => now.has(deviceKey(device)) || !before.has(deviceKey(device)));
  return kept?.length ? { ...status, devices: kept } : status;
}
