import { defineKind } from "#cluster/apiserver/kind.ts";
import type { EndpointSlice } from "#machinery/types.ts";
import { atMost, columnsOf, orNone } from "../shared/columns.ts";

export const endpointSlice = defineKind<EndpointSlice>({
  group: "discovery.k8s.io",
  version: "v1",
  kind: "EndpointSlice",
  plural: "endpointslices",
  scope: "Namespaced",
  docs: "https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/",

  columns: columnsOf<EndpointSlice>("EndpointSlice", [
    { name: "AddressType", type: "string", cell: (slice) => slice.addressType ?? "" },
    { name: "Ports", type: "string", cell: (slice) => listed((slice.ports ?? []).map((port) => String(port.port ?? port.name ?? "*"))) },
    { name: "Endpoints", type: "string", cell: (slice) => listed((slice.endpoints ?? []).flatMap((endpoint) => endpoint.addresses ?? [])) },
  ]),

  default(slice) {
    for (const port of slice.ports ?? []) {
      port.name ??= "";
      port.protocol ??= "TCP";
    }
  },
});

const listed = (list: readonly string[]) => orNone(atMost(list, 3), "<unset>");
