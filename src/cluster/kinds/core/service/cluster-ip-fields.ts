import { parseAddress } from "#machinery/ip.ts";
import type { Service } from "#machinery/types.ts";
import type { Field } from "../../shared/field.ts";
import { checkAddress } from "../../shared/ip.ts";

type Spec = Service["spec"];

export const isHeadless = ({ clusterIPs }: Spec): boolean => clusterIPs?.length === 1 && clusterIPs[0] === "None";

const policies = ["PreferDualStack", "RequireDualStack", "SingleStack"];

/** What says which addresses a service has, as far as it can be judged without the cluster's ranges. */
export function checkClusterIPFields(field: Field, { spec }: Service, old: Service | undefined): void {
  if (spec.type === "ExternalName") return;
  const { clusterIP = "", clusterIPs = [], ipFamilies = [], ipFamilyPolicy } = spec;
  const at = field.at("spec", "clusterIPs");
  if (clusterIP) {
    if (clusterIPs.length === 0) at.required();
    else if (clusterIPs[0] !== clusterIP) at.invalid(clusterIPs, "first value must match `clusterIP`");
  } else if (clusterIPs.length > 0) at.invalid(clusterIPs, "must be empty when `clusterIP` is not specified");

  for (const [i, family] of ipFamilies.entries()) {
    const familyAt = field.at("spec", "ipFamilies", i);
    if (family !== "IPv4" && family !== "IPv6") familyAt.notSupported(family, ["IPv4", "IPv6"]);
    if (ipFamilies.indexOf(family) < i) familyAt.duplicate(family);
  }
  if (ipFamilyPolicy !== undefined && !policies.includes(ipFamilyPolicy)) field.at("spec", "ipFamilyPolicy").notSupported(ipFamilyPolicy, policies);
  checkAddresses(at, clusterIPs, ipFamilies, old?.spec.clusterIPs ?? []);
}

function checkAddresses(field: Field, ips: readonly string[], families: readonly string[], old: readonly string[]): void {
  const before = field.count;
  for (const [i, ip] of ips.entries()) {
    if (i > 0 || ip !== "None") checkAddress(field.at(i), ip, old);
    else if (ips.length > 1) field.invalid(ips, "'None' must be the first and only value");
  }
  const hasInvalid = field.count > before;
  if (ips.length > 2) field.invalid(ips, "may only hold up to 2 values");
  // What follows would only say of the same addresses once more that they are wrong.
  if (hasInvalid) return;

  const familyOf = (ip: string) => parseAddress(ip)?.family;
  if (ips.length > 1 && new Set(ips.map(familyOf)).size < 2) field.invalid(ips, "may specify no more than one IP for each IP family");
  if (ips[0] === "None") return;
  for (const [i, ip] of ips.entries()) {
    const expected = families[i];
    if ((expected === "IPv4" || expected === "IPv6") && familyOf(ip) !== expected)
      field.at(i).invalid(ip, `expected an ${expected} value as indicated by \`ipFamilies[${i}]\``);
  }
}
