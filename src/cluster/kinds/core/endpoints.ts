import { defineKind } from "#cluster/apiserver/kind.ts";
import type { Endpoints } from "#machinery/types.ts";
import { atMost, columnsOf } from "../shared/columns.ts";
import { validation } from "../shared/field.ts";
import { checkSubsets, endpointsWarnings } from "./endpoints-rules.ts";

export const endpoints = defineKind<Endpoints>({
  group: "",
  version: "v1",
  kind: "Endpoints",
  plural: "endpoints",
  singular: "endpoints",
  shortNames: ["ep"],
  scope: "Namespaced",
  deprecated: "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice",
  storedUnder: "services/endpoints",
  docs: "https://kubernetes.io/docs/concepts/services-networking/service/#endpoints",

  columns: columnsOf<Endpoints>("Endpoints", [{ name: "Endpoints", type: "string", cell: addresses }]),
  createOnUpdate: true,
  generation: false,
  default({ subsets = [] }) {
    for (const { ports = [] } of subsets) for (const port of ports) port.protocol ||= "TCP";
  },

  revalidatesMetadata: true,
  validate: validation((field, { subsets }, old) => {
    if (!old || subsets !== old.subsets) checkSubsets(field.at("subsets"), subsets);
  }),
  warnings: endpointsWarnings,
});

function addresses({ subsets }: Endpoints): string {
  if (!subsets?.length) return "<none>";
  const list = subsets.flatMap((subset) => {
    const ips = (subset.addresses ?? []).map((address) => address.ip);
    return subset.ports?.length ? subset.ports.flatMap(({ port }) => ips.map((ip) => hostPort(ip, port))) : ips;
  });
  return atMost(list, 3);
}

const hostPort = (ip: string, port: number) => (ip.includes(":") ? `[${ip}]:${port}` : `${ip}:${port}`);
