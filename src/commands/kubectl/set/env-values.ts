import { textOf } from "#base/streams.ts";
import { bytesOfBase64 } from "#machinery/base64-text.ts";
import type { ConfigMap, Container, EnvVarSource, Secret } from "#machinery/types.ts";
import { pathOf } from "../api/discovery.ts";
import type { Thing } from "../api/server.ts";
import type { Context } from "../command.ts";
import { resourceValue } from "../describe/containers.ts";
import { CommandError, ServerError } from "../errors.ts";

/** Lists the variables of containers, or their values as they are now in config maps and secrets. */
export class EnvironmentReader {
  readonly #context: Context;
  readonly #resolve: boolean;
  readonly #known = new Map<string, Promise<Thing>>();

  constructor(context: Context, resolve: boolean) {
    this.#context = context;
    this.#resolve = resolve;
  }

  /** Lists one container's variables. */
  async list(object: Thing, container: Container): Promise<void> {
    const { out } = this.#context;
    const failures = new Map<string, string[]>();
    out.line(`# ${object.kind} ${object.metadata.name}, container ${container.name}`);
    for (const { name, value = "", valueFrom } of container.env ?? []) {
      if (!valueFrom) {
        out.line(`${name}=${value}`);
        continue;
      }
      if (this.#resolve)
        try {
          out.line(`${name}=${await this.#value(object, container, valueFrom)}`);
          continue;
        } catch (error) {
          if (!(error instanceof ServerError || error instanceof CommandError)) throw error;
          failures.set(error.message, [...(failures.get(error.message) ?? []), name]);
        }
      out.line(`# ${name} from ${sourceText(valueFrom)}`);
    }
    const told = [...failures].map(([why, names]) => `error retrieving reference for ${names.sort().join(", ")}: ${why}`);
    for (const line of told.sort()) out.error(line);
  }

  async #value(object: Thing, container: Container, { secretKeyRef, configMapKeyRef, fieldRef, resourceFieldRef }: EnvVarSource): Promise<string> {
    if (secretKeyRef) {
      const { name = "", key } = secretKeyRef;
      const value = ((await this.#object("secrets", name)) as unknown as Secret).data?.[key];
      if (value === undefined) throw new CommandError(`key ${key} not found in secret ${name}`);
      return textOf(bytesOfBase64(value));
    }
    if (configMapKeyRef) {
      const { name = "", key } = configMapKeyRef;
      const value = ((await this.#object("configmaps", name)) as unknown as ConfigMap).data?.[key];
      if (value === undefined) throw new CommandError(`key ${key} not found in config map ${name}`);
      return value;
    }
    if (fieldRef) return fieldValue(object, fieldRef.fieldPath);
    if (resourceFieldRef) return resourceValue(container, resourceFieldRef.resource, resourceFieldRef.divisor);
    throw new CommandError("invalid valueFrom");
  }

  #object(plural: string, name: string): Promise<Thing> {
    const { kube } = this.#context;
    const path = pathOf({ group: "", version: "v1", plural, namespaced: true }, kube.namespace, name);
    const known = this.#known.get(path) ?? kube.server.get(path);
    this.#known.set(path, known);
    return known;
  }
}

function sourceText({ configMapKeyRef, secretKeyRef, fieldRef, resourceFieldRef }: EnvVarSource): string {
  if (configMapKeyRef) return `configmap ${configMapKeyRef.name ?? ""}, key ${configMapKeyRef.key}`;
  if (secretKeyRef) return `secret ${secretKeyRef.name ?? ""}, key ${secretKeyRef.key}`;
  if (fieldRef) return `field path ${fieldRef.fieldPath}`;
  if (resourceFieldRef)
    return `resource field ${resourceFieldRef.containerName ? `${resourceFieldRef.containerName}/` : ""}${resourceFieldRef.resource}`;
  return "invalid valueFrom";
}

function fieldValue({ metadata }: Thing, path: string): string {
  const [, map, key] = /^metadata\.(labels|annotations)\['(.*)'\]$/.exec(path) ?? [];
  if (map === "labels" || map === "annotations") return metadata[map]?.[key ?? ""] ?? "";
  const lines = (values: Readonly<Record<string, string>> = {}) =>
    Object.keys(values)
      .sort()
      .map((name) => `${name}=${JSON.stringify(values[name])}`)
      .join("\n");
  switch (path) {
    case "metadata.labels":
      return lines(metadata.labels);
    case "metadata.annotations":
      return lines(metadata.annotations);
    case "metadata.name":
      return metadata.name;
    case "metadata.namespace":
      return metadata.namespace ?? "";
    case "metadata.uid":
      return metadata.uid ?? "";
    default:
      throw new CommandError(`unsupported fieldPath: ${path}`);
  }
}
