import type { Service } from "#machinery/types.ts";
import { checkQualifiedName, immutable } from "../../shared/checks.ts";
import type { Field } from "../../shared/field.ts";
import { isHeadless } from "./cluster-ip-fields.ts";
import { needsHealthCheckPort } from "./type-change.ts";

type Spec = Service["spec"];

const unchangeable = "may not change once set";

/** What a service has once got stays: a second address may come and go, the first may not. `field` is the spec. */
export function checkServiceChanges(field: Field, { spec }: Service, { spec: old }: Service): void {
  if (spec.type !== "ExternalName" && old.type !== "ExternalName") {
    const [now, before] = [isHeadless(spec), isHeadless(old)];
    if (!(now && before)) checkFirst(field, spec, old, "clusterIPs", "clusterIP");
    if (!now && !before) checkFirst(field, spec, old, "ipFamilies", "ipFamily");
  }
  if (spec.type === "LoadBalancer" && old.type === "LoadBalancer" && spec.loadBalancerClass !== old.loadBalancerClass)
    field.at("loadBalancerClass").invalid(spec.loadBalancerClass ?? null, unchangeable);
  if (spec.loadBalancerClass !== undefined && spec.type === "LoadBalancer") checkQualifiedName(field.at("loadBalancerClass"), spec.loadBalancerClass);
  // The type is looked at with the rest of the service, and here as well.
  if (spec.loadBalancerClass !== undefined && spec.type !== "LoadBalancer")
    field.at("loadBalancerClass").forbidden("may only be used when `type` is 'LoadBalancer'");
  if (needsHealthCheckPort(old) && needsHealthCheckPort(spec) && spec.healthCheckNodePort !== old.healthCheckNodePort)
    field.at("healthCheckNodePort").forbidden(immutable);
}

function checkFirst(field: Field, spec: Spec, old: Spec, part: "clusterIPs" | "ipFamilies", one: string): void {
  const values = spec[part] ?? [];
  const before = old[part] ?? [];
  const first = field.at(part, 0);
  if (values.length === before.length) {
    for (const [i, value] of before.entries())
      if (values[i] !== value) (part === "clusterIPs" ? field.at(part, i) : first).invalid(values, unchangeable);
    return;
  }
  if (before.length > values.length && !spec.clusterIPs?.length) first.invalid(spec[part] ?? null, `primary ${one} can not be unset`);
  if (before.length > 0 && values.length > 0 && values[0] !== before[0]) first.invalid(values, unchangeable);
  if (before.length > values.length && values.length === 1 && spec.ipFamilyPolicy !== "SingleStack")
    field.at("ipFamilyPolicy").invalid(spec.ipFamilyPolicy ?? null, `must be set to 'SingleStack' when releasing the secondary ${one}`);
}
