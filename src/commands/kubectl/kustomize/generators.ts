import { configMapKeyProblems } from "#machinery/names.ts";
import { FileError } from "#shell/file-system.ts";
import type { Process } from "#shell/process.ts";
import { base64Of } from "../../yaml/base64.ts";
import type { Thing } from "../api/server.ts";
import { CommandError } from "../errors.ts";
import { fileProblem } from "../resources/files.ts";
import type { Generator, GeneratorOptions, Kustomization } from "./kustomization.ts";
import { type Item, itemOf, withinRoot } from "./resource.ts";

/** The ConfigMaps and Secrets that a kustomization makes. */
export function generated(
  process: Process,
  directory: string,
  { configMapGenerator, secretGenerator, generatorOptions }: Kustomization,
  anywhere: boolean,
): Item[] {
  const make = (kind: "ConfigMap" | "Secret") => (generator: Generator) =>
    generatedItem(process, directory, kind, generator, generatorOptions, anywhere);
  return [...configMapGenerator.map(make("ConfigMap")), ...secretGenerator.map(make("Secret"))];
}

function generatedItem(
  process: Process,
  directory: string,
  kind: "ConfigMap" | "Secret",
  generator: Generator,
  shared: GeneratorOptions,
  anywhere: boolean,
): Item {
  const { name, namespace, behavior, options = {} } = generator;
  const what = kind === "ConfigMap" ? "configmap" : "secret";
  if (!name) throw new CommandError(`${what} generator has no name`);
  const values = valuesOf(process, directory, generator, anywhere);
  const labels = { ...shared.labels, ...options.labels };
  const annotations = { ...shared.annotations, ...options.annotations };
  const metadata = {
    name,
    ...(namespace ? { namespace } : {}),
    ...(Object.keys(labels).length > 0 ? { labels } : {}),
    ...(Object.keys(annotations).length > 0 ? { annotations } : {}),
  };
  const immutable = (options.immutable ?? shared.immutable) ? { immutable: true } : {};
  const content = kind === "ConfigMap" ? configMapContent(values) : secretContent(values, generator.type);
  const object = { apiVersion: "v1", kind, metadata, ...content, ...immutable } as unknown as Thing;
  return itemOf(object, !(options.disableNameSuffixHash ?? shared.disableNameSuffixHash ?? false), behavior);
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

function valuesOf(
  process: Process,
  directory: string,
  { literals = [], files = [], envs = [], env }: Generator,
  anywhere: boolean,
): Map<string, Uint8Array> {
  const { fs } = process.machine;
  const encoder = new TextEncoder();
  const values = new Map<string, Uint8Array>();
  const add = (key: string, value: Uint8Array) => {
    const problems = configMapKeyProblems(key);
    if (problems.length > 0) throw new CommandError(`${JSON.stringify(key)} is not a valid key name: ${problems.join(";")}`);
    if (values.has(key)) throw new CommandError(`illegally repeats the key \`${key}\``);
    values.set(key, value);
  };
  const read = (path: string, sort: "file" | "env"): Uint8Array => {
    const full = fs.resolve(directory, path);
    const about = sort === "file" ? `file sources: [${files.join(" ")}]` : `env source files: [${[...envs, ...(env ? [env] : [])].join(" ")}]`;
    try {
      if (fs.stat(full) && !anywhere) withinRoot(directory, full);
      return fs.read(full);
    } catch (error) {
      if (error instanceof CommandError) throw new CommandError(`loading KV pairs: ${about}: ${error.message}`);
      if (!(error instanceof FileError)) throw error;
      throw new CommandError(`loading KV pairs: ${about}: evalsymlink failure on '${full}' : lstat ${full}: ${fileProblem(error)}`);
    }
  };
  for (const path of [...envs, ...(env ? [env] : [])])
    for (const line of new TextDecoder().decode(read(path, "env")).split(/\r?\n/)) {
      const text = line.trimStart();
      if (text === "" || text.startsWith("#")) continue;
      const equals = text.indexOf("=");
      const key = equals < 0 ? text : text.slice(0, equals);
      add(key, encoder.encode(equals < 0 ? (process.env.get(key) ?? "") : text.slice(equals + 1)));
    }
  for (const source of files) {
    const equals = source.indexOf("=");
    const path = equals < 0 ? source : source.slice(equals + 1);
    add(equals < 0 ? (path.split("/").at(-1) ?? "") : source.slice(0, equals), read(path, "file"));
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
