import { defineKind } from "#cluster/apiserver/kind.ts";
import type { EndpointSlice } from "#machinery/types.ts";
import { checkChoice, checkImmutable, same } from "../shared/checks.ts";
import { atMost, columnsOf, orNone } from "../shared/columns.ts";
import { validation } from "../shared/field.ts";
import { addressWarnings } from "../shared/ip.ts";
import { checkEndpoints, checkPorts } from "./rules.ts";

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

  prepareCreate: dropTopology,
  prepareUpdate: dropTopology,
  // Everything but the metadata counts, and the labels.
  generation: ({ metadata, ...slice }, { metadata: before, ...old }) => !same(slice, old) || !same(metadata.labels, before.labels),

  validate: validation((field, { addressType, ports, endpoints }, old) => {
    checkChoice(field.at("addressType"), addressType, ["FQDN", "IPv4", "IPv6"]);
    checkPorts(field.at("ports"), ports);
    if (!old || endpoints !== old.endpoints) checkEndpoints(field.at("endpoints"), endpoints, addressType);
    if (old) checkImmutable(field.at("addressType"), addressType, old.addressType);
  }),
  *warnings({ metadata, addressType, endpoints }, old) {
    if (!old && addressType === "FQDN") yield "spec.addressType: FQDN endpoints are deprecated";
    if (controllers.includes(metadata.labels?.["endpointslice.kubernetes.io/managed-by"] ?? "")) return;
    for (const [i, { addresses = [] }] of (endpoints ?? []).entries())
      for (const [j, address] of addresses.entries()) yield* addressWarnings(`endpoints[${i}].addresses[${j}]`, address);
  },
});

/** Those who know what they write. */
const controllers = ["endpointslice-controller.k8s.io", "endpointslicemirroring-controller.k8s.io"];

/** Where an endpoint is was said differently once; that is no longer taken. Mutates. */
function dropTopology(slice: EndpointSlice): void {
  if (slice.endpoints?.some((endpoint) => endpoint.deprecatedTopology))
    slice.endpoints = slice.endpoints.map(({ deprecatedTopology: _, ...endpoint }) => endpoint);
}

const listed = (list: readonly string[]) => orNone(atMost(list, 3), "<unset>");
