import { groupVersionOf } from "#machinery/object.ts";
import { FileError } from "#shell/file-system.ts";
import type { Process } from "#shell/process.ts";
import { yamlText } from "../../yaml/write.ts";
import type { Thing } from "../api/server.ts";
import { contentHash } from "../create/content-hash.ts";
import { CommandError } from "../errors.ts";
import { fileProblem, inputsOf, objectsOf } from "../resources/files.ts";
import { generated } from "./generators.ts";
import { type Kustomization, type Patch, readKustomization } from "./kustomization.ts";
import { type PatchText, patched } from "./patches.ts";
import { withReferences } from "./references.ts";
import { changed, type Item, itemOf, nameOf } from "./resource.ts";
import { transformed } from "./transformers.ts";

/** The objects that a directory's kustomization makes, in the order in which they are applied. */
export async function built(process: Process, directory: string, warn: (text: string) => void): Promise<Thing[]> {
  const items = await accumulated(process, rootOf(process, process.cwd, directory), warn, []);
  const hashed = items.map((item) => (item.needsHash ? changed(item, withHash(item.object)) : item));
  return inOrder(withReferences(hashed)).map(({ object }) => object);
}

/** The same as one YAML text. */
export async function kustomized(process: Process, directory: string, warn: (text: string) => void): Promise<string> {
  return (await built(process, directory, warn)).map((object) => yamlText(object)).join("---\n");
}

function rootOf({ machine }: Process, base: string, path: string): string {
  const { fs } = machine;
  const full = fs.resolve(base, path);
  const stat = fs.stat(full);
  if (stat?.kind === "directory") return full;
  if (stat) throw new CommandError(`must build at directory: '${full}': file is not directory`);
  throw new CommandError(
    `must build at directory: not a valid directory: evalsymlink failure on '${path}' : lstat ${full}: no such file or directory`,
  );
}

async function accumulated(
  process: Process,
  directory: string,
  warn: (text: string) => void,
  line: readonly string[],
  inherited: readonly Item[] = [],
): Promise<Item[]> {
  if (line.includes(directory)) throw new CommandError(`cycle detected: candidate root '${directory}' contains visited root '${directory}'`);
  const { fs } = process.machine;
  const kustomization = readKustomization(fs, directory, warn);
  let items: Item[] = [...inherited];
  for (const path of kustomization.resources) items = withAll(items, await resourcesOf(process, directory, path, warn, [...line, directory]));
  for (const path of kustomization.components) {
    const root = rootOf(process, directory, path);
    items = await accumulated(process, root, warn, [...line, directory], items);
  }
  for (const item of generated(process, directory, kustomization)) items = withGenerated(items, item);
  for (const patch of mergePatchesOf(process, directory, kustomization)) items = patched(items, patch);
  for (const patch of kustomization.patches) items = patched(items, textOf(process, directory, patch));
  return transformed(items, kustomization, (before) =>
    kustomization.jsonPatches.reduce((all, patch) => patched(all, textOf(process, directory, patch)), [...before]),
  );
}

async function resourcesOf(
  process: Process,
  directory: string,
  path: string,
  warn: (text: string) => void,
  line: readonly string[],
): Promise<Item[]> {
  const { fs } = process.machine;
  const full = fs.resolve(directory, path);
  const stat = fs.stat(full);
  if (stat?.kind === "directory") return accumulated(process, full, warn, line);
  const isRemote = /^https?:\/\//.test(path);
  if (!stat && !isRemote) {
    if (/^(git::|git@|ssh:|github\.com|[\w.-]+\.[a-z]+\/.*\?ref=)/.test(path))
      throw new CommandError(`Podyard does not simulate kustomizations out of repositories (${path})`);
    const missing = `evalsymlink failure on '${full}' : lstat ${full}: no such file or directory`;
    throw new CommandError(
      `accumulating resources: accumulation err='accumulating resources from '${path}': ${missing}': must build at directory: not a valid directory: ${missing}`,
    );
  }
  const [input] = inputsOf(process, { filename: [isRemote ? path : full], kustomize: "", recursive: false });
  const items: Item[] = [];
  for (const piece of objectsOf((await input?.read()) ?? "", path)) {
    if ("problem" in piece)
      throw new CommandError(`accumulating resources: accumulation err='accumulating resources from '${path}': ${piece.problem.message}'`);
    const { object } = piece;
    if (!object.kind || !object.metadata?.name)
      throw new CommandError(
        `accumulating resources: accumulation err='accumulating resources from '${path}': missing ${object.kind ? "metadata.name in object" : "Resource metadata"}'`,
      );
    items.push(itemOf(object));
  }
  return items;
}

function withAll(items: readonly Item[], more: readonly Item[]): Item[] {
  const result = [...items];
  for (const item of more) {
    const clash = result.find((other) => isSame(other, item));
    if (clash) {
      const { group, version } = groupVersionOf(item.object.apiVersion);
      const id = `${item.object.kind}.${version}.${group || "[noGrp]"}/${nameOf(item)}.${item.object.metadata.namespace ?? "[noNs]"}`;
      throw new CommandError(`accumulating resources: may not add resource with an already registered id: ${id}`);
    }
    result.push(item);
  }
  return result;
}

const isSame = (a: Item, b: Item): boolean =>
  a.object.kind === b.object.kind &&
  groupVersionOf(a.object.apiVersion).group === groupVersionOf(b.object.apiVersion).group &&
  nameOf(a) === nameOf(b) &&
  (a.object.metadata.namespace ?? "") === (b.object.metadata.namespace ?? "");

/** A generated object beside the others, or in place of, or merged into, the one of its name. */
function withGenerated(items: readonly Item[], item: Item): Item[] {
  const { behavior = "create", object } = item;
  if (behavior === "create") return withAll(items, [item]);
  const before = items.find((other) => other.object.kind === object.kind && other.names.includes(nameOf(item)));
  if (!before)
    throw new CommandError(`merging from generator: id ${object.kind}.v1.[noGrp]/${nameOf(item)}.[noNs] does not exist; cannot merge or replace`);
  const { metadata } = before.object;
  const together = {
    ...metadata,
    labels: { ...metadata.labels, ...object.metadata.labels },
    annotations: { ...metadata.annotations, ...object.metadata.annotations },
  };
  if (Object.keys(together.labels).length === 0) delete (together as { labels?: object }).labels;
  if (Object.keys(together.annotations).length === 0) delete (together as { annotations?: object }).annotations;
  const mergedData = (field: string) => ({ ...(before.object[field] as object | undefined), ...(object[field] as object | undefined) });
  const content: Thing =
    behavior === "replace"
      ? { ...object, metadata: together }
      : { ...before.object, metadata: together, ...(before.object["data"] || object["data"] ? { data: mergedData("data") } : {}) };
  return items.map((other) => (other === before ? { ...changed(before, content), needsHash: before.needsHash || item.needsHash } : other));
}

function mergePatchesOf(process: Process, directory: string, { mergePatches }: Kustomization): PatchText[] {
  return mergePatches.map((entry) => {
    const isInline = entry.includes("\n") || /^\s*[{]/.test(entry) || entry.includes("kind:");
    return textOf(process, directory, isInline ? { patch: entry } : { path: entry });
  });
}

function textOf(process: Process, directory: string, patch: Patch): PatchText {
  const { fs } = process.machine;
  if (patch.patch !== undefined && patch.path !== undefined) throw new CommandError("patch and path can't be set at the same time");
  if (patch.patch !== undefined) return { ...patch, text: patch.patch, source: `[patch: ${JSON.stringify(patch.patch)}]` };
  if (patch.path === undefined) throw new CommandError("must specify one of patch and path in");
  try {
    return { ...patch, text: fs.readText(fs.resolve(directory, patch.path)), source: `[path: ${JSON.stringify(patch.path)}]` };
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    const full = fs.resolve(directory, patch.path);
    throw new CommandError(
      `failed to get the patch file from path(${patch.path}): evalsymlink failure on '${full}' : lstat ${full}: ${fileProblem(error)}`,
    );
  }
}

/** Kustomize's hash is of the content alone, where that of `kubectl create --append-hash` has the name in it. */
function withHash(object: Thing): Thing {
  const kind = object.kind === "Secret" ? "Secret" : "ConfigMap";
  const { data = "", binaryData, type, stringData } = object as Thing & Record<string, unknown>;
  const content = kind === "ConfigMap" ? { data, ...(binaryData ? { binaryData } : {}) } : { type, data, ...(stringData ? { stringData } : {}) };
  const name = object.metadata.name ?? "";
  return { ...object, metadata: { ...object.metadata, name: `${name}-${contentHash(kind, "", content)}` } };
}

const first = [
  ...["Namespace", "ResourceQuota", "StorageClass", "CustomResourceDefinition", "ServiceAccount", "PodSecurityPolicy", "Role", "ClusterRole"],
  ...["RoleBinding", "ClusterRoleBinding", "ConfigMap", "Secret", "Endpoints", "Service", "LimitRange", "PriorityClass", "PersistentVolume"],
  ...["PersistentVolumeClaim", "Deployment", "StatefulSet", "CronJob", "PodDisruptionBudget"],
];
const last = ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"];

/** What others need comes before them. */
function inOrder(items: readonly Item[]): Item[] {
  const rank = (kind: string) => (first.includes(kind) ? first.indexOf(kind) - first.length : last.indexOf(kind) + 1);
  const key = ({ object }: Item): string => {
    const { group, version } = groupVersionOf(object.apiVersion);
    return `${group || "~G"}_${version || "~V"}_${object.kind}|${object.metadata.namespace || "~X"}|${object.metadata.name || "~N"}`;
  };
  return [...items].sort((a, b) => rank(a.object.kind) - rank(b.object.kind) || (key(a) < key(b) ? -1 : 1));
}
