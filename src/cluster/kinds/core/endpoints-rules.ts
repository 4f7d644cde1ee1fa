import { labelProblems, portNumberProblems, subdomainProblems } from "#machinery/names.ts";
import type { EndpointAddress, Endpoints } from "#machinery/types.ts";
import { checkChoice, checkQualifiedName } from "../shared/checks.ts";
import type { Field } from "../shared/field.ts";
import { addressWarnings, checkAddress, checkReachable } from "../shared/ip.ts";

type Subset = NonNullable<Endpoints["subsets"]>[number];

const sides = ["addresses", "notReadyAddresses"] as const;

export function checkSubsets(field: Field, subsets: readonly Subset[] = []): void {
  for (const [i, subset] of subsets.entries()) {
    const at = field.at(i);
    if (!subset.addresses?.length && !subset.notReadyAddresses?.length) at.required("must specify `addresses` or `notReadyAddresses`");
    for (const side of sides) for (const [j, address] of (subset[side] ?? []).entries()) checkPlace(at.at(side, j), address);
    const ports = subset.ports ?? [];
    for (const [j, { name, port = 0, protocol, appProtocol }] of ports.entries()) {
      const portAt = at.at("ports", j);
      if (name) portAt.at("name").problems(name, labelProblems(name));
      else if (ports.length > 1) portAt.at("name").required();
      portAt.at("port").problems(port, portNumberProblems(port));
      checkChoice(portAt.at("protocol"), protocol, ["SCTP", "TCP", "UDP"]);
      if (appProtocol !== undefined) checkQualifiedName(portAt.at("appProtocol"), appProtocol);
    }
  }
}

function checkPlace(field: Field, { ip = "", hostname, nodeName }: Partial<EndpointAddress>): void {
  checkAddress(field.at("ip"), ip);
  if (hostname) field.at("hostname").problems(hostname, labelProblems(hostname));
  if (nodeName !== undefined) field.at("nodeName").problems(nodeName, subdomainProblems(nodeName));
  checkReachable(field.at("ip"), ip);
}

/** What the endpoints controller writes need not be told of to itself. */
export function* endpointsWarnings({ metadata, subsets = [] }: Endpoints): Iterable<string> {
  if (metadata.labels?.["endpoints.kubernetes.io/managed-by"] === "endpoint-controller") return;
  for (const [i, subset] of subsets.entries())
    for (const side of sides) for (const [j, { ip }] of (subset[side] ?? []).entries()) yield* addressWarnings(`subsets[${i}].${side}[${j}].ip`, ip);
}
