import { contains, parseCidr } from "#machinery/ip.ts";
import { portNameProblems, portNumberProblems } from "#machinery/names.ts";
import type { NetworkPolicyPeer, NetworkPolicyPort, NetworkPolicySpec } from "#machinery/types.ts";
import { checkOptionalChoice, checkSelector } from "../shared/checks.ts";
import type { Field } from "../shared/field.ts";
import { checkCidr, cidrWarnings } from "../shared/ip.ts";

const directions = ["Ingress", "Egress"];

export function checkNetworkPolicy(field: Field, spec: NetworkPolicySpec, old: NetworkPolicySpec | undefined): void {
  const known = old ? peers(old).flatMap(({ peer: { ipBlock } }) => (ipBlock ? [ipBlock.cidr ?? "", ...(ipBlock.except ?? [])] : [])) : [];
  checkSelector(field.at("podSelector"), spec.podSelector);
  for (const [i, { ports = [], from = [] }] of (spec.ingress ?? []).entries()) {
    for (const [j, port] of ports.entries()) checkPolicyPort(field.at("ingress", i, "ports", j), port);
    for (const [j, peer] of from.entries()) checkPeer(field.at("ingress", i, "from", j), peer, known);
  }
  for (const [i, { ports = [], to = [] }] of (spec.egress ?? []).entries()) {
    for (const [j, port] of ports.entries()) checkPolicyPort(field.at("egress", i, "ports", j), port);
    for (const [j, peer] of to.entries()) checkPeer(field.at("egress", i, "to", j), peer, known);
  }
  const { policyTypes = [] } = spec;
  if (policyTypes.length > directions.length) field.at("policyTypes").invalid(policyTypes, "may not specify more than two policyTypes");
  else for (const [i, type] of policyTypes.entries()) checkOptionalChoice(field.at("policyTypes", i), type, directions);
}

function checkPolicyPort(field: Field, { protocol, port, endPort }: NetworkPolicyPort): void {
  checkOptionalChoice(field.at("protocol"), protocol, ["TCP", "UDP", "SCTP"]);
  const end = field.at("endPort");
  if (port === undefined) {
    if (endPort !== undefined) end.invalid(endPort, "may not be specified when `port` is not specified");
  } else if (typeof port === "string") {
    if (endPort !== undefined) end.invalid(endPort, "may not be specified when `port` is non-numeric");
    field.at("port").problems(port, portNameProblems(port));
  } else {
    field.at("port").problems(port, portNumberProblems(port));
    if (endPort === undefined) return;
    if (endPort < port) end.invalid(port, "must be greater than or equal to `port`");
    end.problems(endPort, portNumberProblems(endPort));
  }
}

function checkPeer(field: Field, { podSelector, namespaceSelector, ipBlock }: NetworkPolicyPeer, known: readonly string[]): void {
  checkSelector(field.at("podSelector"), podSelector);
  checkSelector(field.at("namespaceSelector"), namespaceSelector);
  if (ipBlock) checkBlock(field.at("ipBlock"), ipBlock, known);
  if (!podSelector && !namespaceSelector && !ipBlock) field.required("must specify a peer");
  else if (ipBlock && (podSelector || namespaceSelector)) field.forbidden("may not specify both ipBlock and another peer");
}

function checkBlock(field: Field, { cidr = "", except = [] }: NonNullable<NetworkPolicyPeer["ipBlock"]>, known: readonly string[]): void {
  if (!cidr) {
    field.at("cidr").required();
    return;
  }
  checkCidr(field.at("cidr"), cidr, known);
  const whole = parseCidr(cidr);
  if (!whole) return;
  for (const [i, part] of except.entries()) {
    const at = field.at("except", i);
    checkCidr(at, part, known);
    const range = parseCidr(part);
    if (range && !(contains(whole, range.address) && whole.bits < range.bits)) at.invalid(part, "must be a strict subset of `cidr`");
  }
}

/** Everybody whom a policy names, and where. */
function peers({ ingress = [], egress = [] }: NetworkPolicySpec): { path: string; peer: NetworkPolicyPeer }[] {
  return [
    ...ingress.flatMap(({ from = [] }, i) => from.map((peer, j) => ({ path: `spec.ingress[${i}].from[${j}]`, peer }))),
    ...egress.flatMap(({ to = [] }, i) => to.map((peer, j) => ({ path: `spec.egress[${i}].to[${j}]`, peer }))),
  ];
}

export function* networkPolicyWarnings(spec: NetworkPolicySpec): Iterable<string> {
  for (const { path, peer } of peers(spec)) {
    if (!peer.ipBlock) continue;
    yield* cidrWarnings(`${path}.ipBlock.cidr`, peer.ipBlock.cidr ?? "");
    for (const [i, except] of (peer.ipBlock.except ?? []).entries()) yield* cidrWarnings(`${path}.ipBlock.except[${i}]`, except);
  }
}
