import { textOf } from "#base/streams.ts";
import type { Api } from "#machinery/client.ts";
import type { ConfigMap, Container, EnvVar, Node, Pod, Secret, Service } from "#machinery/types.ts";
import { declaredNamed } from "./containers.ts";
import { fieldValue, resourceValue } from "./fields.ts";

export interface EnvironmentOf {
  api: Api;
  pod: Pod;
  container: Container;
  node: { name: string; address: string };
  /** The pod's address, which its status does not tell yet. */
  ip: string;
}

/** A problem that keeps a container from being created, thrown. */
export class ConfigProblem extends Error {}

/** The environment of a container, beyond that of its image: services, then `envFrom`, then `env`. Throws a `ConfigProblem`. */
export function environmentOf({ api, pod, container, node, ip }: EnvironmentOf): Map<string, string> {
  const namespace = pod.metadata.namespace ?? "";
  const services = serviceVariables(api, namespace, pod.spec.enableServiceLinks !== false);
  const result = new Map<string, string>();

  for (const { prefix = "", configMapRef, secretRef } of container.envFrom ?? []) {
    const data = configMapRef
      ? configMapData(api, namespace, configMapRef.name ?? "", configMapRef.optional)
      : secretData(api, namespace, secretRef?.name ?? "", secretRef?.optional);
    for (const [key, value] of Object.entries(data ?? {})) result.set(prefix + key, value);
  }

  const withStatus = { ...pod, status: { ...pod.status, podIP: ip, podIPs: [{ ip }] } };
  for (const variable of container.env ?? []) {
    const value =
      variable.value !== undefined || !variable.valueFrom
        ? expand(variable.value ?? "", (name) => result.get(name) ?? services.get(name))
        : referenced(variable, { api, pod: withStatus, container, node, ip });
    if (value !== undefined) result.set(variable.name, value);
  }

  const all = new Map(services);
  for (const [name, value] of result) {
    all.delete(name);
    all.set(name, value);
  }
  return all;
}

function referenced({ valueFrom }: EnvVar, { api, pod, container, node }: EnvironmentOf): string | undefined {
  const namespace = pod.metadata.namespace ?? "";
  if (valueFrom?.fieldRef) {
    const value = fieldValue(pod, valueFrom.fieldRef, node);
    if (value === undefined) throw new ConfigProblem(`unsupported fieldPath: ${valueFrom.fieldRef.fieldPath}`);
    return value;
  }
  if (valueFrom?.resourceFieldRef) {
    const { containerName } = valueFrom.resourceFieldRef;
    const asked = containerName ? declaredNamed(pod.spec, containerName)?.container : container;
    if (!asked) throw new ConfigProblem(`container ${containerName} not found`);
    return resourceValue(asked, valueFrom.resourceFieldRef, api.get<Node>("nodes", node.name));
  }
  if (valueFrom?.configMapKeyRef) {
    const { name = "", key, optional } = valueFrom.configMapKeyRef;
    const data = configMapData(api, namespace, name, optional);
    if (data && data[key] === undefined && !optional) throw new ConfigProblem(`couldn't find key ${key} in ConfigMap ${namespace}/${name}`);
    return data?.[key];
  }
  if (valueFrom?.secretKeyRef) {
    const { name = "", key, optional } = valueFrom.secretKeyRef;
    const data = secretData(api, namespace, name, optional);
    if (data && data[key] === undefined && !optional) throw new ConfigProblem(`couldn't find key ${key} in Secret ${namespace}/${name}`);
    return data?.[key];
  }
  throw new ConfigProblem("Not simulated by Podyard: environment variables from files (fileKeyRef)");
}

function configMapData(api: Api, namespace: string, name: string, optional: boolean | undefined): Readonly<Record<string, string>> | undefined {
  const map = api.get<ConfigMap>("configmaps", name, namespace);
  if (map) return map.data ?? {};
  if (optional) return undefined;
  throw new ConfigProblem(`configmap "${name}" not found`);
}

function secretData(api: Api, namespace: string, name: string, optional: boolean | undefined): Readonly<Record<string, string>> | undefined {
  const secret = api.get<Secret>("secrets", name, namespace);
  if (secret) return Object.fromEntries(Object.entries(secret.data ?? {}).map(([key, value]) => [key, textOf(base64Bytes(value))]));
  if (optional) return undefined;
  throw new ConfigProblem(`secret "${name}" not found`);
}

/** The bytes that base64 text stands for. */
export function base64Bytes(text: string): Uint8Array {
  const characters = atob(text);
  const bytes = new Uint8Array(characters.length);
  for (let i = 0; i < characters.length; i++) bytes[i] = characters.charCodeAt(i);
  return bytes;
}

/** `$(NAME)` replaced by its value, where it has one; `$$` is a dollar. */
export function expand(text: string, lookUp: (name: string) => string | undefined): string {
  return text.replace(/\$\$|\$\(([^)]*)\)/g, (whole, name: string | undefined) => {
    if (name === undefined) return "$";
    return lookUp(name) ?? whole;
  });
}

/**
 * What a container learns of services by its environment: those of its namespace that have an address, and the API server's.
 * https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables
 */
function serviceVariables(api: Api, namespace: string, links: boolean): Map<string, string> {
  const variables = new Map<string, string>();
  const master = api.get<Service>("services", "kubernetes", "default");
  const services = links ? api.list<Service>("services", { namespace }) : [];
  for (const service of master && !services.includes(master) ? [master, ...services] : services) addService(variables, service);
  return variables;
}

function addService(variables: Map<string, string>, { metadata, spec }: Service): void {
  const ip = spec?.clusterIP;
  const [first] = spec?.ports ?? [];
  if (!ip || ip === "None" || !first) return;
  const name = (metadata.name ?? "").toUpperCase().replaceAll("-", "_");
  variables.set(`${name}_SERVICE_HOST`, ip);
  variables.set(`${name}_SERVICE_PORT`, String(first.port));
  for (const port of spec.ports ?? [])
    if (port.name) variables.set(`${name}_SERVICE_PORT_${port.name.toUpperCase().replaceAll("-", "_")}`, String(port.port));
  variables.set(`${name}_PORT`, `${(first.protocol ?? "TCP").toLowerCase()}://${ip}:${first.port}`);
  for (const { port, protocol = "TCP" } of spec.ports ?? []) {
    const prefix = `${name}_PORT_${port}_${protocol}`;
    variables.set(prefix, `${protocol.toLowerCase()}://${ip}:${port}`);
    variables.set(`${prefix}_PROTO`, protocol.toLowerCase());
    variables.set(`${prefix}_PORT`, String(port));
    variables.set(`${prefix}_ADDR`, ip);
  }
}
