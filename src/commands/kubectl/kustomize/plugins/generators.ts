import { base64Of } from "#machinery/base64-text.ts";
import { configMapKeyProblems } from "#machinery/names.ts";
import type { Thing } from "../../api/server.ts";
import { CommandError } from "../../errors.ts";
import { struct } from "../decode.ts";
import type { Place } from "../place.ts";
import { type Item, itemOf } from "../resource.ts";
import { configMapGenerator as configMapShape, type Generator, secretGenerator as secretShape } from "../shapes.ts";
import { definePlugin, type Metadata, metadata } from "./plugin.ts";

type Config = Generator & Metadata;

export const configMapGenerator = definePlugin<Config>({
  kind: "ConfigMapGenerator",
  shape: struct("ConfigMapGeneratorPlugin", { ...metadata, ...configMapShape.fields }),
  generator: (config, place) => () => [generated("ConfigMap", config, place)],
});

export const secretGenerator = definePlugin<Config>({
  kind: "SecretGenerator",
  shape: struct("SecretGeneratorPlugin", { ...metadata, ...secretShape.fields }),
  generator: (config, place) => () => [generated("Secret", config, place)],
});

function generated(kind: "ConfigMap" | "Secret", generator: Config, place: Place): Item {
  const { metadata: own = {}, behavior, options = {} } = generator;
  const name = generator.name || own.name;
  const namespace = generator.namespace || own.namespace;
  if (!name) throw new CommandError(`${kind === "ConfigMap" ? "configmap" : "secret"} generator has no name`);
  const values = valuesOf(place, generator);
  const { labels = {}, annotations = {} } = options;
  const about = {
    name,
    ...(namespace ? { namespace } : {}),
    ...(Object.keys(labels).length > 0 ? { labels } : {}),
    ...(Object.keys(annotations).length > 0 ? { annotations } : {}),
  };
  const content = kind === "ConfigMap" ? configMapContent(values) : secretContent(values, generator.type);
  const object = { apiVersion: "v1", kind, metadata: about, ...content, ...(options.immutable ? { immutable: true } : {}) } as unknown as Thing;
  return itemOf(object, { needsHash: !options.disableNameSuffixHash, behavior });
}

function configMapContent(values: ReadonlyMap<string, Uint8Array>): object {
  const data: Record<string, string> = {};
  const binaryData: Record<string, string> = {};
  for (const [key, bytes] of values)
    try {
      data[key] = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      binaryData[key] = base64Of(bytes);
    }
  return { ...(Object.keys(data).length > 0 ? { data } : {}), ...(Object.keys(binaryData).length > 0 ? { binaryData } : {}) };
}

const secretContent = (values: ReadonlyMap<string, Uint8Array>, type = "Opaque"): object => ({
  type,
  ...(values.size > 0 ? { data: Object.fromEntries([...values].map(([key, bytes]) => [key, base64Of(bytes)])) } : {}),
});

function valuesOf(place: Place, { literals = [], files = [], envs = [] }: Generator): Map<string, Uint8Array> {
  const encoder = new TextEncoder();
  const values = new Map<string, Uint8Array>();
  const add = (key: string, value: Uint8Array) => {
    const problems = configMapKeyProblems(key);
    if (problems.length > 0) throw new CommandError(`${JSON.stringify(key)} is not a valid key name: ${problems.join(";")}`);
    if (values.has(key)) throw new CommandError(`illegally repeats the key \`${key}\``);
    values.set(key, value);
  };
  const read = (path: string, about: string): Uint8Array => {
    try {
      return place.bytes(path);
    } catch (error) {
      if (error instanceof CommandError) throw new CommandError(`loading KV pairs: ${about}: ${error.message}`);
      throw error;
    }
  };
  for (const path of envs)
    for (const line of new TextDecoder().decode(read(path, `env source files: [${envs.join(" ")}]`)).split(/\r?\n/)) {
      const text = line.trimStart();
      if (text === "" || text.startsWith("#")) continue;
      const equals = text.indexOf("=");
      const key = equals < 0 ? text : text.slice(0, equals);
      add(key, encoder.encode(equals < 0 ? (place.process.env.get(key) ?? "") : text.slice(equals + 1)));
    }
  for (const source of files) {
    const equals = source.indexOf("=");
    const path = equals < 0 ? source : source.slice(equals + 1);
    add(equals < 0 ? (path.split("/").at(-1) ?? "") : source.slice(0, equals), read(path, `file sources: [${files.join(" ")}]`));
  }
  for (const literal of literals) {
    const equals = literal.indexOf("=");
    if (equals <= 0)
      throw new CommandError(`loading KV pairs: literal sources [${literals.join(" ")}]: invalid literal source ${literal}, expected key=value`);
    const value = literal.slice(equals + 1);
    const isQuoted = value.length > 1 && value[0] === value.at(-1) && (value[0] === '"' || value[0] === "'");
    add(literal.slice(0, equals), encoder.encode(isQuoted ? value.slice(1, -1) : value));
  }
  return values;
}

interface Policy {
  cloud?: string;
  kubernetesService?: { namespace?: string; name?: string };
  serviceAccount?: { name?: string; projectId?: string };
}

/** A service account that is one of Google's. */
export const iamPolicyGenerator = definePlugin<Policy>({
  kind: "IAMPolicyGenerator",
  shape: struct("IAMPolicyGeneratorPlugin", {
    ...metadata,
    cloud: "string",
    kubernetesService: struct("KubernetesService", { namespace: "string", name: "string" }),
    serviceAccount: struct("ServiceAccount", { name: "string", projectId: "string" }),
  }),
  generator:
    ({ cloud = "", kubernetesService: { namespace, name } = {}, serviceAccount: account = {} }) =>
    () => {
      if (cloud !== "gke") throw new CommandError(`cloud provider ${cloud} not supported yet`);
      const annotations = { "iam.gke.io/gcp-service-account": `${account.name ?? ""}@${account.projectId ?? ""}.iam.gserviceaccount.com` };
      const about = { annotations, ...(name ? { name } : {}), ...(namespace ? { namespace } : {}) };
      return [itemOf({ apiVersion: "v1", kind: "ServiceAccount", metadata: about } as unknown as Thing)];
    },
});
