import { byteLength, labelValueProblems } from "#machinery/names.ts";
import type { Node, NodeConfigSource, Taint } from "#machinery/types.ts";
import { checkChoice, checkQualifiedName, sortedKeys } from "../../shared/checks.ts";
import type { Field } from "../../shared/field.ts";
import { goValue } from "../../shared/go-value.ts";
import { checkCidr, familyOfCidr } from "../../shared/ip.ts";
import { taintEffects } from "../../shared/pod-spec/tolerations.ts";
import { checkAmount } from "../../shared/quantities.ts";
import { checkConfigSource } from "./config-source.ts";

export function checkNode(field: Field, { spec, status }: Node): void {
  // The real server tells of taints as if they stood in the metadata.
  checkTaints(field.at("metadata", "taints"), spec.taints);
  checkResources(field.at("status"), status);
  const swap = status.nodeInfo?.swap?.capacity;
  if (swap !== undefined && swap <= 0) field.at("metadata", "nodeSwapStatus", "capacity").invalid(swap, "must be greater than zero");
  checkFeatures(field.at("status", "declaredFeatures"), status.declaredFeatures);

  const cidrs = spec.podCIDRs ?? [];
  const at = field.at("spec", "podCIDRs");
  for (const [i, cidr] of cidrs.entries()) checkCidr(at.at(i), cidr);
  if (cidrs.length > 1 && (cidrs.length > 2 || new Set(cidrs.map(familyOfCidr)).size < 2))
    at.invalid(cidrs, "may specify no more than one CIDR for each IP family");
}

export function checkTaints(field: Field, taints: readonly Taint[] = []): void {
  const seen = new Set<string>();
  for (const [i, { key = "", value = "", effect = "", timeAdded }] of taints.entries()) {
    const at = field.at(i);
    checkQualifiedName(at.at("key"), key);
    const problems = labelValueProblems(value);
    if (problems.length > 0) at.at("value").invalid(value, problems.join(";"));
    checkChoice(at.at("effect"), effect, taintEffects);
    if (seen.has(`${effect} ${key}`))
      at.duplicate(goValue("core.Taint", { key, value, effect, timeAdded }), "taints must be unique by key and effect pair");
    seen.add(`${effect} ${key}`);
  }
}

function checkResources(field: Field, status: Node["status"]): void {
  for (const part of ["capacity", "allocatable"] as const)
    for (const resource of sortedKeys(status[part])) checkAmount(field.at(part, resource), resource, status[part]?.[resource] ?? "0");
}

const longestFeature = 253;

function checkFeatures(field: Field, features: readonly string[] = []): void {
  for (const [i, feature] of features.entries()) {
    const named = `invalid feature name ${JSON.stringify(feature)}`;
    if (byteLength(feature) > longestFeature) field.at(i).invalid(feature, `${named}: must be no more than ${longestFeature} characters`);
    else if (!/^[A-Z][a-zA-Z0-9]*(\/[a-zA-Z][a-zA-Z0-9]*)*$/.test(feature))
      field
        .at(i)
        .invalid(
          feature,
          `${named}: must start with an UpperCamelCase segment, with subsequent segments separated by '/' (e.g., MyFeature or MyFeature/mySubFeature), and contain only alphanumeric characters and slashes`,
        );
    const next = features[i + 1];
    if (next === feature) field.at(i + 1).duplicate(next);
    else if (next !== undefined && feature > next) field.at(i + 1).invalid(next, "list must be sorted alphabetically");
  }
}

/** What a node has once been given stays. */
export function checkNodeChanges(field: Field, { spec, status }: Node, { spec: old }: Node): void {
  checkResources(field.at("status"), status);
  checkFeatures(field.at("status", "declaredFeatures"), status.declaredFeatures);
  const addresses = new Set<string>();
  for (const [i, { type, address }] of (status.addresses ?? []).entries()) {
    if (addresses.has(`${type} ${address}`)) field.at("status", "addresses", i).duplicate({ Type: type, Address: address });
    addresses.add(`${type} ${address}`);
  }
  const at = field.at("spec");
  const [now, before] = [spec.podCIDRs ?? [], old.podCIDRs ?? []];
  const fixed = (what: string) => `node updates may not change ${what} except from "" to valid`;
  if (before.length > 0) {
    if (now.length !== before.length) at.at("podCIDRs").forbidden(fixed("podCIDR"));
    else for (const [i, cidr] of before.entries()) if (now[i] !== cidr) at.at("podCIDRs").forbidden(fixed("podCIDR"));
  }
  if (old.providerID && spec.providerID !== old.providerID) at.at("providerID").forbidden(fixed("providerID"));
  if (spec.configSource) checkConfigSource(at.at("configSource"), spec.configSource, false);
  for (const part of ["assigned", "active", "lastKnownGood"] as const) {
    const source: NodeConfigSource | undefined = status.config?.[part];
    if (source) checkConfigSource(field.at("status", "config", part), source, true);
  }
  checkTaints(field.at("metadata", "taints"), spec.taints);
  if ((spec.externalID ?? "") !== (old.externalID ?? "")) at.at("externalID").forbidden("may not be updated");
}
