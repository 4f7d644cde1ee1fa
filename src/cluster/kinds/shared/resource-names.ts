import { qualifiedNameProblems } from "#machinery/names.ts";
import type { Field } from "./field.ts";

export const isHugePages = (resource: string): boolean => resource.startsWith("hugepages-");
const isQuotaHugePages = (resource: string) => isHugePages(resource) || resource.startsWith("requests.hugepages-");

/** Kubernetes' own resources, as against those of devices. */
export const isNative = (resource: string): boolean => !resource.includes("/") || resource.includes("kubernetes.io/");

/** A resource of a device: `example.com/gpu`. It must be countable in a quota too. */
export const isExtended = (resource: string): boolean =>
  !isNative(resource) && !resource.startsWith("requests.") && qualifiedNameProblems(`requests.${resource}`).length === 0;

/** Whether more of it may be promised than there is. */
export const isOvercommittable = (resource: string): boolean => isNative(resource) && !isHugePages(resource);

const compute = ["cpu", "memory", "ephemeral-storage"];
const objects = [
  "pods",
  "resourcequotas",
  "services",
  "replicationcontrollers",
  "secrets",
  "configmaps",
  "persistentvolumeclaims",
  "services.nodeports",
  "services.loadbalancers",
];
const asked = compute.flatMap((resource) => [resource, `requests.${resource}`, `limits.${resource}`]);
const ofQuotas = new Set([...asked, "requests.storage", ...objects]);
const standard = new Set([...ofQuotas, "storage"]);

export const isStandardQuotaResource = (resource: string): boolean => ofQuotas.has(resource) || isQuotaHugePages(resource);
export const isWhole = (resource: string): boolean => objects.includes(resource) || isExtended(resource);

/** Any resource: known, or with a domain. False if something was wrong. */
export function checkResourceName(field: Field, resource: string): boolean {
  const problems = qualifiedNameProblems(resource);
  field.problems(resource, problems);
  if (problems.length > 0) return false;
  if (resource.includes("/") || standard.has(resource) || isQuotaHugePages(resource)) return true;
  field.invalid(resource, "must be a standard resource type or fully qualified");
  return false;
}

/** What a container may ask for. */
export function checkContainerResourceName(field: Field, resource: string): void {
  checkResourceName(field, resource);
  if (!resource.includes("/")) {
    if (!compute.includes(resource) && !isHugePages(resource)) field.invalid(resource, "must be a standard resource for containers");
  } else if (!isNative(resource) && !isExtended(resource)) field.invalid(resource, "doesn't follow extended resource name standard");
}

/** What a pod as a whole may ask for. */
export function checkPodResourceName(field: Field, resource: string): void {
  if (checkResourceName(field, resource) && resource !== "cpu" && resource !== "memory" && !isHugePages(resource))
    field.notSupported(resource, ["cpu", "hugepages-", "memory"]);
}

/** What a quota may count. */
export function checkQuotaResourceName(field: Field, resource: string): void {
  checkResourceName(field, resource);
  if (!resource.includes("/") && !isStandardQuotaResource(resource)) field.invalid(resource, "must be a standard resource for quota");
}
