import { defineKind } from "#cluster/apiserver/kind.ts";
import { status } from "#cluster/apiserver/subresources/status.ts";
import type { ResourceResourceClaim } from "#machinery/types.ts";
import { columnsOf } from "../shared/columns.ts";
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
  deleteAnswers: "object",
  subresources: [status],
});

function state({ metadata, status }: ResourceResourceClaim): string {
  const states = metadata.deletionTimestamp ? ["deleted"] : [];
  if (status.allocation) states.push("allocated", ...(status.reservedFor?.length ? ["reserved"] : []));
  else if (!metadata.deletionTimestamp) states.push("pending");
  return states.join(",");
}
