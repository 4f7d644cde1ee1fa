import { invalidValue } from "#machinery/field-error.ts";
import { type FieldError, invalid } from "#machinery/status.ts";
import type { Service } from "#machinery/types.ts";
import { Field } from "../../shared/field.ts";
import { checkClusterIPFields } from "./cluster-ip-fields.ts";

const familyOf = (ip: string) => (ip.includes(":") ? "IPv6" : "IPv4");

/** Settles which IP families the service has, in a cluster that has IPv4 alone. Mutates; throws what cannot be. */
export function settleFamilies(service: Service, old: Service | undefined): void {
  const { spec } = service;
  if (spec.type === "ExternalName") return;

  const selectorless = Object.keys(spec.selector ?? {}).length === 0;
  const headless = spec.clusterIP === "None";
  spec.ipFamilyPolicy ??= old?.spec.ipFamilyPolicy ?? (headless && selectorless ? "RequireDualStack" : "SingleStack");
  const found: FieldError[] = [];
  checkClusterIPFields(Field.root(found), service, old);
  refuse(service, found);
  const single = spec.ipFamilyPolicy === "SingleStack";
  const policy = (why: string) => invalidValue(["spec", "ipFamilyPolicy"], spec.ipFamilyPolicy, why);

  const errors: FieldError[] = [];
  if (old && single) {
    if (same(spec.clusterIPs, old.spec.clusterIPs)) spec.clusterIPs = spec.clusterIPs?.slice(0, 1);
    if (same(spec.ipFamilies, old.spec.ipFamilies)) spec.ipFamilies = spec.ipFamilies?.slice(0, 1);
  } else if (old) {
    if (reduced(spec.clusterIPs, old.spec.clusterIPs)) errors.push(policy("must be 'SingleStack' to release the secondary cluster IP"));
    if (reduced(spec.ipFamilies, old.spec.ipFamilies)) errors.push(policy("must be 'SingleStack' to release the secondary IP family"));
  }
  if (single && spec.clusterIPs?.length === 2)
    errors.push(policy("must be 'RequireDualStack' or 'PreferDualStack' when multiple cluster IPs are specified"));
  if (single && spec.ipFamilies?.length === 2)
    errors.push(policy("must be 'RequireDualStack' or 'PreferDualStack' when multiple IP families are specified"));

  const families = [...(spec.ipFamilies ?? [])];
  for (const [i, ip] of (spec.clusterIPs ?? []).entries()) {
    if (ip === "None") break;
    if (i < families.length) continue;
    if (familyOf(ip) === "IPv6") errors.push(invalidValue(["spec", "clusterIPs", i], spec.clusterIPs, "IPv6 is not configured on this cluster"));
    else families.push("IPv4");
  }
  refuse(service, errors);

  // Whoever brings the endpoints of a headless service may bring any.
  if (headless && selectorless) {
    if (families.length === 0) families.push("IPv4");
    if (families.length < 2 && !single) families.push(families[0] === "IPv4" ? "IPv6" : "IPv4");
    spec.ipFamilies = families;
    return;
  }

  if (spec.ipFamilyPolicy === "RequireDualStack") errors.push(policy("this cluster is not configured for dual-stack services"));
  for (const [i, family] of families.entries())
    if (family !== "IPv4") errors.push(invalidValue(["spec", "ipFamilies", i], family, "not configured on this cluster"));
  refuse(service, errors);
  spec.ipFamilies = families.length > 0 ? families : ["IPv4"];
}

function refuse(service: Service, errors: readonly FieldError[]): void {
  if (errors.length > 0) throw invalid({ group: "", kind: "Service" }, service.metadata.name, errors);
}

const reduced = (now: readonly string[] | undefined, before: readonly string[] | undefined) => (now?.length ?? 0) < 2 && before?.length === 2;
const same = (a: readonly string[] | undefined, b: readonly string[] | undefined) => JSON.stringify(a ?? []) === JSON.stringify(b ?? []);
