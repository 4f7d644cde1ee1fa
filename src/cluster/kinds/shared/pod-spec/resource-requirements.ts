import { subdomainProblems } from "#machinery/names.ts";
import { effective } from "#machinery/pod-amounts.ts";
import { compareQuantities, formatQuantity, quantity } from "#machinery/quantity.ts";
import type { ObjectMeta, PodResourceClaim, ResourceRequirements } from "#machinery/types.ts";
import { checkLabel, sortedKeys } from "../checks.ts";
import type { Field } from "../field.ts";
import { goValue } from "../go-value.ts";
import { checkAmount, compare } from "../quantities.ts";
import { checkContainerResourceName, checkPodResourceName, isHugePages, isOvercommittable } from "../resource-names.ts";
import type { PodContext } from "./containers.ts";

type CheckName = (field: Field, resource: string) => void;

/** What a container asks for, and may use at most. */
export function checkRequirements(field: Field, requirements: ResourceRequirements | undefined, { claims }: Pick<PodContext, "claims">): void {
  if (requirements) check(field, requirements, checkContainerResourceName, claims);
}

/** What a runtime needs beside the containers. */
export const checkOverhead = (field: Field, overhead: Readonly<Record<string, string>>): void =>
  check(field, { limits: overhead }, checkContainerResourceName, new Set());

function check(field: Field, { limits, requests, claims = [] }: ResourceRequirements, checkName: CheckName, podClaims: ReadonlySet<string>): void {
  for (const resource of sortedKeys(limits)) {
    const at = field.at("limits").key(resource);
    const amount = limits?.[resource] ?? "0";
    checkName(at, resource);
    checkAmount(at, resource, amount);
    if (isHugePages(resource)) checkHugePages(at, resource, amount);
  }
  for (const resource of sortedKeys(requests)) {
    const at = field.at("requests").key(resource);
    const amount = requests?.[resource] ?? "0";
    const limit = limits?.[resource];
    checkName(at, resource);
    checkAmount(at, resource, amount);
    if (limit !== undefined) {
      const order = compare(amount, limit);
      if (order !== 0 && !isOvercommittable(resource)) field.at("requests").invalid(amount, `must be equal to ${resource} limit of ${limit}`);
      else if (order > 0) field.at("requests").invalid(amount, `must be less than or equal to ${resource} limit of ${limit}`);
    } else if (!isOvercommittable(resource)) field.at("limits").required("Limit must be set for non overcommitable resources");
    if (isHugePages(resource)) checkHugePages(at, resource, amount);
  }

  const asked = [...Object.keys(limits ?? {}), ...Object.keys(requests ?? {})];
  if (asked.some(isHugePages) && !asked.includes("cpu") && !asked.includes("memory")) field.forbidden("HugePages require cpu or memory");
  checkClaimNames(field.at("claims"), claims, podClaims);
}

function checkHugePages(field: Field, resource: string, amount: string): void {
  const page = quantity(resource.slice("hugepages-".length)).nano;
  if (page <= 0n || quantity(amount).nano % page !== 0n) field.invalid(amount, `${amount} is not positive integer multiple of ${resource}`);
}

/** The claims of the pod that a container uses: each once, as a whole or by single requests. */
function checkClaimNames(field: Field, claims: NonNullable<ResourceRequirements["claims"]>, podClaims: ReadonlySet<string>): void {
  const seen = new Set<string>();
  for (const [i, { name, request }] of claims.entries()) {
    const at = field.at(i);
    if (!name) {
      at.required();
      continue;
    }
    if (seen.has(name)) at.duplicate(name);
    else {
      if (request) checkLabel(at.at("request"), request);
      const key = request ? `${name}/${request}` : name;
      if (seen.has(key)) at.duplicate(key);
      else if (!request) for (const other of seen) if (other.startsWith(`${name}/`)) at.duplicate(name);
      seen.add(key);
    }
    if (!podClaims.has(name)) {
      const known = [...podClaims].sort().join(", ");
      at.notFound(name, `must be one of the names in pod.spec.resourceClaims${known ? `: ${known}` : " which is empty"}`);
    }
  }
}

/** What the pod asks for as a whole: no less than its containers do together. */
export function checkPodResources(field: Field, context: PodContext): void {
  const { spec } = context;
  if (!spec.resources) return;
  if (spec.os?.name === "windows") {
    field.forbidden("may not be set for a windows pod");
    return;
  }
  const { requests, limits, claims } = spec.resources;
  if (claims) field.at("claims").forbidden("claims may not be set for Resources at pod-level");
  check(field, spec.resources, checkPodResourceName, context.claims);

  const together = effective(spec, (container) => container.resources?.requests);
  for (const resource of [...together.keys()].sort()) {
    const [needed, given] = [together.get(resource), requests?.[resource]];
    if (needed && given !== undefined && compareQuantities(needed, quantity(given)) > 0)
      field
        .at("requests")
        .key(resource)
        .invalid(given, `must be greater than or equal to aggregate container requests of ${formatQuantity(needed)}`);
  }
  const limitsTogether = effective(spec, (container) => container.resources?.limits);
  for (const resource of [...limitsTogether.keys()].filter(isHugePages).sort()) {
    const [needed, given] = [limitsTogether.get(resource), limits?.[resource]];
    if (needed && given !== undefined && compareQuantities(needed, quantity(given)) > 0)
      field
        .at("limits")
        .key(resource)
        .invalid(given, `must be greater than or equal to aggregate container limits of ${formatQuantity(needed)}`);
  }
  for (const [i, container] of (spec.containers ?? []).entries())
    for (const resource of sortedKeys(container.resources?.limits)) {
      const [own, most] = [container.resources?.limits?.[resource], limits?.[resource]];
      if (own !== undefined && most !== undefined && compare(own, most) > 0)
        field.at("containers", i).key(resource).at("limits").invalid(own, `must be less than or equal to pod limits of ${most}`);
    }
}

/** The devices that the pod claims. */
export function checkClaims(field: Field, claims: readonly PodResourceClaim[], meta: ObjectMeta | undefined): void {
  const names = new Set<string>();
  for (const [i, claim] of claims.entries()) {
    const { name, resourceClaimName, resourceClaimTemplateName } = claim;
    const at = field.at(i);
    if (meta?.annotations?.["kubernetes.io/config.mirror"] !== undefined) {
      at.forbidden("static pods do not support resource claims");
      continue;
    }
    if (!name) at.at("name").required();
    else if (names.has(name)) at.at("name").duplicate(name);
    else checkLabel(at.at("name"), name);
    names.add(name);
    if (resourceClaimName !== undefined && resourceClaimTemplateName !== undefined)
      at.invalid(goValue("core.PodResourceClaim", claim), "at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified");
    if (resourceClaimName === undefined && resourceClaimTemplateName === undefined)
      at.invalid(goValue("core.PodResourceClaim", claim), "must specify one of: `resourceClaimName`, `resourceClaimTemplateName`");
    for (const part of ["resourceClaimName", "resourceClaimTemplateName"] as const) {
      const value = claim[part];
      if (value !== undefined) at.at(part).problems(value, subdomainProblems(value));
    }
  }
}
