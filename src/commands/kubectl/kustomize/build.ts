import { groupVersionOf } from "#machinery/object.ts";
import { FileError } from "#shell/file-system.ts";
import type { Process } from "#shell/process.ts";
import { yamlText } from "../../yaml/write.ts";
import type { Thing } from "../api/server.ts";
import { contentHash } from "../create/content-hash.ts";
import { CommandError } from "../errors.ts";
import { fileProblem, inputsOf, objectsOf } from "../resources/files.ts";
import { generated } from "./generators.ts";
import { type Kustomization, type Patch, readKustomization, type SortOptions } from "./kustomization.ts";
import { type PatchText, parsed, patched } from "./patches.ts";
import { withReferences } from "./references.ts";
import { replacementsIn } from "./replacements.ts";
import { changed, type Item, itemOf, nameOf, updated, withinRoot } from "./resource.ts";
import { transformed } from "./transformers.ts";

/** How a build goes on: who hears of warnings, and whether files may lie outside of the directory that names them. */
export interface How {
  warn: (text: string) => void;
  anywhere?: boolean;
  /** Whether charts were asked for: what is said of them depends on it. */
  charts?: boolean;
}

/** The objects that a directory's kustomization makes, in the order in which they are applied. */
export async function built(process: Process, directory: string, how: How): Promise<Thing[]> {
  const root = rootOf(process, process.cwd, directory, directory);
  const items = await accumulated(process, root, how, []);
  const hashed = items.map((item) => (item.needsHash ? changed(item, withHash(item.object)) : item));
  const { sortOptions, saysWhoBuilt } = readKustomization(process.machine.fs, root, () => {});
  const objects = inOrder(withReferences(hashed), sortOptions).map(({ object }) => object);
  return saysWhoBuilt ? objects.map((object) => updated(object, "metadata/labels", withBuilder, true)) : objects;
}

/** The same as one YAML text. */
export async function kustomized(process: Process, directory: string, how: How): Promise<string> {
  return (await built(process, directory, how)).map((object) => yamlText(object)).join("---\n");
}

const withBuilder = (labels: unknown): object => ({ ...(labels as object | undefined), "app.kubernetes.io/managed-by": "kustomize-v5.8.1" });

function rootOf({ machine }: Process, base: string, path: string, shown?: string): string {
  const { fs } = machine;
  const full = fs.resolve(base, path);
  const stat = fs.stat(full);
  if (stat?.kind === "directory") return full;
  if (stat) throw new CommandError(`must build at directory: '${shown ?? full}': file is not directory`);
  throw new CommandError(
    `must build at directory: not a valid directory: evalsymlink failure on '${path}' : lstat ${full}: no such file or directory`,
  );
}

async function accumulated(process: Process, directory: string, how: How, line: readonly string[], inherited: readonly Item[] = []): Promise<Item[]> {
  const { fs } = process.machine;
  const kustomization = readKustomization(fs, directory, how.warn, how.charts);
  let items: Item[] = [...inherited];
  for (const path of kustomization.resources) items = await withResources(items, process, directory, path, how, [...line, directory]);
  for (const path of kustomization.components) {
    const root = rootOf(process, directory, path);
    const { kind } = readKustomization(fs, root, () => {}, how.charts);
    if (kind !== "Component")
      throw new CommandError(`accumulating components: accumulateDirectory: "expected kind 'Component' for path '${root}' but got '${kind}'"`);
    items = await accumulated(process, root, how, [...line, directory], items);
  }
  for (const item of generated(process, directory, kustomization, how.anywhere ?? false)) items = withGenerated(items, item);
  for (const patch of mergePatchesOf(process, directory, kustomization, how)) items = patched(items, patch);
  for (const patch of kustomization.patches)
    items = patched(
      items,
      configured(patch, () => parsed(textOf(process, directory, patch, how))),
    );
  const replacements = kustomization.replacements.flatMap((replacement) =>
    replacement.path === undefined ? [replacement] : replacementsIn(fs.readText(fs.resolve(directory, replacement.path))),
  );
  const jsonPatched = (before: readonly Item[]) =>
    kustomization.jsonPatches.reduce((all, patch) => patched(all, textOf(process, directory, patch, how)), [...before]);
  return transformed(items, kustomization, jsonPatched, replacements);
}

/** The items with those of one entry of `resources`; whatever goes wrong is told with the way that led there. */
async function withResources(
  items: readonly Item[],
  process: Process,
  directory: string,
  path: string,
  how: How,
  line: readonly string[],
): Promise<Item[]> {
  const { fs } = process.machine;
  const full = fs.resolve(directory, path);
  const kind = fs.stat(full)?.kind;
  const failed = (doing: string, why: string, end: string) =>
    new CommandError(`accumulating resources: accumulation err='${doing} resources from '${path}': ${why}': ${end}`);
  const failure = (error: unknown, doing: "accumulation" | "merging") => {
    if (!(error instanceof CommandError)) return error;
    const { message } = error;
    if (kind !== "directory")
      return failed(doing === "merging" ? "merging" : "accumulating", message, `must build at directory: '${full}': file is not directory`);
    const plain = /^(cycle detected|expected kind)/.test(message);
    return failed(
      "accumulating",
      `'${full}' must resolve to a file`,
      plain ? message : `recursed ${doing} of path '${full}': ${message}`.replace("merging of", "merging from"),
    );
  };
  if (!kind && !/^https?:\/\//.test(path)) return withAll(items, await resourcesOf(process, directory, path, how, line));
  let more: Item[];
  try {
    if (kind === "directory" && line.includes(full))
      throw new CommandError(`cycle detected: candidate root '${full}' contains visited root '${full}'`);
    if (kind === "directory" && readKustomization(fs, full, () => {}).kind === "Component")
      throw new CommandError(`expected kind != 'Component' for path '${full}'`);
    more = await resourcesOf(process, directory, path, how, line);
  } catch (error) {
    throw failure(error, "accumulation");
  }
  try {
    return withAll(items, more);
  } catch (error) {
    throw failure(error, "merging");
  }
}

async function resourcesOf(process: Process, directory: string, path: string, how: How, line: readonly string[]): Promise<Item[]> {
  const { fs } = process.machine;
  const full = fs.resolve(directory, path);
  const stat = fs.stat(full);
  if (stat?.kind === "directory") return accumulated(process, full, how, line);
  const isRemote = /^https?:\/\//.test(path);
  if (!stat && !isRemote) {
    if (/^(git::|git@|ssh:|github\.com|[\w.-]+\.[a-z]+\/.*\?ref=)/.test(path))
      throw new CommandError(`Podyard does not simulate kustomizations out of repositories (${path})`);
    const missing = `evalsymlink failure on '${full}' : lstat ${full}: no such file or directory`;
    throw new CommandError(
      `accumulating resources: accumulation err='accumulating resources from '${path}': ${missing}': must build at directory: not a valid directory: ${missing}`,
    );
  }
  if (!isRemote && !how.anywhere) withinRoot(directory, full);
  const [input] = inputsOf(process, { filename: [isRemote ? path : full], kustomize: "", recursive: false });
  const items: Item[] = [];
  for (const piece of objectsOf((await input?.read()) ?? "", path, "1.2")) {
    if ("problem" in piece) throw piece.problem;
    const { object } = piece;
    if (!object.kind) throw new CommandError("missing Resource metadata");
    if (!object.metadata?.name)
      throw new CommandError(`missing metadata.name in object {{${object.apiVersion ?? ""} ${object.kind}} {{ } map[] map[]}}`);
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
      throw new CommandError(`may not add resource with an already registered id: ${id}`);
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
  const before = items.find((other) => other.object.kind === object.kind && other.names.includes(nameOf(item)));
  const refused = (why: string) =>
    new CommandError(
      `merging from generator &{0xc000000000 <nil>}: id resid.ResId{Gvk:resid.Gvk{Group:"", Version:"v1", Kind:"${object.kind}", isClusterScoped:false}, Name:"${nameOf(item)}", Namespace:"${object.metadata.namespace ?? ""}"} ${why}`,
    );
  if (behavior === "create") {
    if (before && isSame(before, item))
      throw refused(`exists; can not use behavior: '${item.behavior ?? "unspecified"}', behavior must be merge or replace`);
    return [...items, item];
  }
  if (!before) throw refused("does not exist; cannot merge or replace");
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

/** A patch that cannot be read is told with all that the kustomization says of it. */
function configured(patch: Patch, read: () => PatchText): PatchText {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw new CommandError(`trouble configuring builtin PatchTransformer with config: \`\n${yamlText(patch)}\`: ${error.message}`);
  }
}

function mergePatchesOf(process: Process, directory: string, { mergePatches }: Kustomization, how: How): PatchText[] {
  return mergePatches.map((entry) => {
    const isInline = entry.includes("\n") || /^\s*[{]/.test(entry) || entry.includes("kind:");
    return textOf(process, directory, isInline ? { patch: entry } : { path: entry }, how);
  });
}

function textOf(process: Process, directory: string, patch: Patch, how: How): PatchText {
  const { fs } = process.machine;
  if (patch.patch !== undefined && patch.path !== undefined) throw new CommandError("patch and path can't be set at the same time");
  if (patch.patch !== undefined) return { ...patch, text: patch.patch, source: `[patch: ${JSON.stringify(patch.patch)}]` };
  if (patch.path === undefined) throw new CommandError("must specify one of patch and path in");
  try {
    const full = fs.resolve(directory, patch.path);
    if (fs.stat(full) && !how.anywhere) withinRoot(directory, full);
    return { ...patch, text: fs.readText(full), source: `[path: ${JSON.stringify(patch.path)}]` };
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
function inOrder(items: readonly Item[], { order = "legacy", legacySortOptions }: SortOptions = {}): Item[] {
  if (order === "fifo") return [...items];
  const [begin, end] = [legacySortOptions?.orderFirst ?? first, legacySortOptions?.orderLast ?? last];
  const rank = (kind: string) => (begin.includes(kind) ? begin.indexOf(kind) - begin.length : end.indexOf(kind) + 1);
  const kindOf = ({ object }: Item): string => {
    const { group, version } = groupVersionOf(object.apiVersion);
    return `${group || "~G"}_${version || "~V"}_${object.kind}`;
  };
  const idOf = ({ object: { metadata } }: Item): string => `${metadata.namespace || "~X"}|${metadata.name || "~N"}`;
  const compare = (x: string, y: string): number => (x < y ? -1 : x > y ? 1 : 0);
  return [...items].sort((a, b) => rank(a.object.kind) - rank(b.object.kind) || compare(kindOf(a), kindOf(b)) || compare(idOf(a), idOf(b)));
}
