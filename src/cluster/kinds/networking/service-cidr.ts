import { defineKind } from "#cluster/apiserver/kind.ts";
import { status } from "#cluster/apiserver/subresources/status.ts";
import type { ServiceCIDR } from "#machinery/types.ts";
import { columnsOf } from "../shared/columns.ts";

export const serviceCIDR = defineKind<ServiceCIDR>({
  group: "networking.k8s.io",
  version: "v1",
  kind: "ServiceCIDR",
  plural: "servicecidrs",
  scope: "Cluster",
  docs: "https://kubernetes.io/docs/concepts/services-networking/cluster-ip-allocation/",

  columns: columnsOf<ServiceCIDR>("ServiceCIDR", [{ name: "CIDRs", type: "string", cell: ({ spec }) => (spec.cidrs ?? []).join(",") }]),
  generation: false,
  subresources: [status],
});
