import { parseAddress } from "#machinery/ip.ts";
import { labelProblems, labelValueProblems, type NameProblems, subdomainProblems } from "#machinery/names.ts";
import type { EndpointSlice } from "#machinery/types.ts";
import { checkQualifiedName } from "../shared/checks.ts";
import type { Field } from "../shared/field.ts";
import { checkAddress, checkReachable, checkStrictAddress } from "../shared/ip.ts";

const mostEndpoints = 1000;
const mostAddresses = 100;
const mostPorts = 20000;
const mostHints = 8;

type Endpoint = NonNullable<EndpointSlice["endpoints"]>[number];

export function checkPorts(field: Field, ports: EndpointSlice["ports"] | null = []): void {
  const all = ports ?? [];
  if (all.length > mostPorts) {
    field.tooMany(all.length, mostPorts);
    return;
  }
  for (const [i, { name = "", protocol, appProtocol }] of all.entries()) {
    const at = field.at(i);
    if (name) at.at("name").problems(name, labelProblems(name));
    if (all.findIndex((other) => (other.name ?? "") === name) < i) at.at("name").duplicate(name);
    const protocols = ["SCTP", "TCP", "UDP"];
    if (protocol === undefined) at.at("protocol").required();
    else if (!protocols.includes(protocol)) at.at("protocol").notSupported(protocol, protocols);
    if (appProtocol !== undefined) checkQualifiedName(at.at("appProtocol"), appProtocol);
  }
}

export function checkEndpoints(field: Field, endpoints: readonly Endpoint[] | null | undefined, type: string): void {
  const all = endpoints ?? [];
  if (all.length > mostEndpoints) {
    field.tooMany(all.length, mostEndpoints);
    return;
  }
  for (const [i, endpoint] of all.entries()) {
    const at = field.at(i);
    const { addresses = [], nodeName, hostname, hints } = endpoint;
    const addressesAt = at.at("addresses");
    if (addresses.length === 0) addressesAt.required("must contain at least 1 address");
    else if (addresses.length > mostAddresses) addressesAt.tooMany(addresses.length, mostAddresses);
    for (const [j, address] of addresses.entries()) checkEndpointOf(type, addressesAt, j, address);
    if (nodeName !== undefined) at.at("nodeName").problems(nodeName, subdomainProblems(nodeName));
    if (hostname !== undefined) at.at("hostname").problems(hostname, labelProblems(hostname));
    if (!hints) continue;
    const wasZone = checkHints(at.at("hints", "forZones"), hints.forZones, labelValueProblems);
    if (wasZone) checkHints(at.at("hints", "forNodes"), hints.forNodes, (text) => subdomainProblems(text));
  }
}

function checkEndpointOf(type: string, field: Field, i: number, address: string): void {
  const at = field.at(i);
  if (type === "FQDN") checkDomain(at, address);
  if (type !== "IPv4" && type !== "IPv6") return;
  const before = field.count;
  if (type === "IPv4") checkAddress(at, address);
  else checkStrictAddress(at, address);
  if (field.count > before) return;
  if (parseAddress(address)?.family !== type) field.invalid(address, `must be an ${type} address`);
  checkReachable(at, address);
}

function checkDomain(field: Field, text: string): void {
  const name = text.replace(/\.$/, "");
  const problems = subdomainProblems(name);
  const label = name.split(".").find((part) => labelProblems(part).length > 0);
  if (!text) field.required();
  else if (problems.length > 0) field.invalid(name, problems.join(","));
  else if (!name.includes(".")) field.invalid(name, "should be a domain with at least two segments separated by dots");
  else if (label !== undefined) field.invalid(label, labelProblems(label).join(","));
}

/** For whom an endpoint is meant. Says whether there were few enough to look further. */
function checkHints(field: Field, hints: readonly { name?: string }[] = [], problems: (text: string) => ReturnType<NameProblems>): boolean {
  if (hints.length > mostHints) {
    field.tooMany(hints.length, mostHints);
    return false;
  }
  for (const [i, { name = "" }] of hints.entries()) {
    if (hints.findIndex((other) => (other.name ?? "") === name) < i) field.at(i, "name").duplicate(name);
    field.at(i, "name").problems(name, problems(name));
  }
  return true;
}
