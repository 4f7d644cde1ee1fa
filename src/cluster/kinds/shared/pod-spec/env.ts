import { configMapKeyProblems, relaxedEnvNameProblems, subdomainProblems } from "#machinery/names.ts";
import { compareQuantities, formatQuantity, quantity, zero } from "#machinery/quantity.ts";
import type { EnvFromSource, EnvVar, EnvVarSource, ObjectFieldSelector, ResourceFieldSelector } from "#machinery/types.ts";
import { checkLabel, checkQualifiedName } from "../checks.ts";
import type { Field } from "../field.ts";
import { checkNoBacksteps } from "./paths.ts";

export function checkEnv(field: Field, variables: readonly EnvVar[]): void {
  for (const [i, variable] of variables.entries()) {
    const at = field.at(i);
    if (!variable.name) at.at("name").required();
    else at.at("name").problems(variable.name, relaxedEnvNameProblems(variable.name));
    if (variable.valueFrom) checkSource(at.at("valueFrom"), variable.valueFrom, variable.value);
  }
}

/** Fields of the pod that an environment variable may hold. */
const fieldsForEnv = [
  "metadata.name",
  "metadata.namespace",
  "metadata.uid",
  "spec.nodeName",
  "spec.serviceAccountName",
  "status.hostIP",
  "status.hostIPs",
  "status.podIP",
  "status.podIPs",
];

function checkSource(field: Field, source: EnvVarSource, value: string | undefined): void {
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef } = source;
  if (fieldRef) checkFieldRef(field.at("fieldRef"), fieldRef, fieldsForEnv);
  if (resourceFieldRef) checkResourceRef(field.at("resourceFieldRef"), resourceFieldRef, false);
  if (configMapKeyRef) checkKeyRef(field.at("configMapKeyRef"), configMapKeyRef);
  if (secretKeyRef) checkKeyRef(field.at("secretKeyRef"), secretKeyRef);
  if (fileKeyRef) {
    const at = field.at("fileKeyRef");
    if (!fileKeyRef.key) at.at("key").required();
    else at.at("key").problems(fileKeyRef.key, relaxedEnvNameProblems(fileKeyRef.key));
    if (!fileKeyRef.volumeName) at.at("volumeName").required();
    else checkLabel(at.at("volumeName"), fileKeyRef.volumeName);
    if (!fileKeyRef.path) at.at("path").required();
    else checkNoBacksteps(at.at("path"), fileKeyRef.path);
  }

  const sources = [fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef].filter(Boolean).length;
  if (sources === 0) field.invalid("", "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`");
  else if (value) field.invalid("", "may not be specified when `value` is not empty");
  else if (sources > 1) field.invalid("", "may not have more than one field specified at a time");
}

function checkKeyRef(field: Field, { name = "", key }: { name?: string; key: string }): void {
  field.at("name").problems(name, subdomainProblems(name));
  if (!key) field.at("key").required();
  else field.at("key").problems(key, configMapKeyProblems(key));
}

export function checkEnvFrom(field: Field, sources: readonly EnvFromSource[]): void {
  for (const [i, { prefix, configMapRef, secretRef }] of sources.entries()) {
    const at = field.at(i);
    if (prefix) at.at("prefix").problems(prefix, relaxedEnvNameProblems(prefix));
    if (configMapRef) checkName(at.at("configMapRef", "name"), configMapRef.name);
    if (secretRef) checkName(at.at("secretRef", "name"), secretRef.name);
    if (!configMapRef && !secretRef) field.invalid("", "must specify one of: `configMapRef` or `secretRef`");
    else if (configMapRef && secretRef) field.invalid("", "may not have more than one field specified at a time");
  }
}

function checkName(field: Field, name: string | undefined): void {
  if (!name) field.required();
  else field.problems(name, subdomainProblems(name.endsWith("-") && name.length > 1 ? `${name.slice(0, -2)}a` : name));
}

/** Fields of a pod as the API names them, and as old clients do. */
const labelsOfPods = new Set([
  "metadata.annotations",
  "metadata.labels",
  "metadata.name",
  "metadata.namespace",
  "metadata.uid",
  "spec.nodeName",
  "spec.restartPolicy",
  "spec.serviceAccountName",
  "spec.schedulerName",
  "status.phase",
  "status.hostIP",
  "status.hostIPs",
  "status.podIP",
  "status.podIPs",
]);

/** A field of the pod itself: `metadata.labels['app']`. `known` are those that may stand here. */
export function checkFieldRef(field: Field, { apiVersion, fieldPath }: ObjectFieldSelector, known: readonly string[]): void {
  const at = field.at("fieldPath");
  // Old clients call the node the host.
  const path = fieldPath === "spec.host" ? "spec.nodeName" : fieldPath;
  const [, map = "", key = ""] = /^(.+?)\['(.*)'\]$/s.exec(fieldPath ?? "") ?? [];
  if (!apiVersion) field.at("apiVersion").required();
  else if (!fieldPath) at.required();
  else if (apiVersion !== "v1") at.invalid(fieldPath, `error converting fieldPath: unsupported pod version: ${apiVersion}`);
  else if (map === "metadata.annotations") checkQualifiedName(field, key.toLowerCase());
  else if (map === "metadata.labels") checkQualifiedName(field, key);
  else if (map) at.invalid(fieldPath, `error converting fieldPath: field label does not support subscript: ${fieldPath}`);
  else if (!labelsOfPods.has(path)) at.invalid(fieldPath, `error converting fieldPath: field label not supported: ${fieldPath}`);
  else if (!known.includes(path)) at.notSupported(path, known);
}

const resources = ["limits.cpu", "limits.ephemeral-storage", "limits.memory", "requests.cpu", "requests.ephemeral-storage", "requests.memory"];
const isHugePages = (resource: string) => resource.startsWith("limits.hugepages-") || resource.startsWith("requests.hugepages-");

/** What a container may use: `limits.cpu`. In a volume the container must be named. */
export function checkResourceRef(field: Field, { containerName, resource, divisor }: ResourceFieldSelector, inVolume: boolean): void {
  if (inVolume && !containerName) field.at("containerName").required();
  else if (!resource) field.at("resource").required();
  else if (!resources.includes(resource) && !isHugePages(resource)) field.at("resource").notSupported(resource, resources);
  checkDivisor(field.at("divisor"), resource, divisor);
}

const sizes = ["1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei"];
const dividedAs: readonly (readonly [of: (resource: string) => boolean, name: string, allowed: readonly string[], says: string])[] = [
  [(resource) => resource.endsWith(".cpu"), "cpu", ["1m", "1"], "1m and 1"],
  [(resource) => resource.endsWith(".memory"), "memory", sizes, sizes.join(", ")],
  [(resource) => resource.endsWith(".ephemeral-storage"), "local ephemeral storage", sizes, sizes.join(", ")],
  [isHugePages, "hugepages", sizes, sizes.join(", ")],
];

function checkDivisor(field: Field, resource: string, divisor: string | undefined): void {
  const amount = quantity(divisor);
  if (compareQuantities(amount, zero) === 0) return;
  const [, name, allowed = [], says] = dividedAs.find(([of]) => of(resource ?? "")) ?? [];
  if (name && !allowed.includes(formatQuantity(amount)))
    field.invalid(resource, `only divisor's values ${says} are supported with the ${name} resource`);
}
