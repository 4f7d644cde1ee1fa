import { YamlError } from "#machinery/yaml.ts";
import type { Thing } from "../api/server.ts";
import { CommandError, ConnectionError } from "../errors.ts";
import { inputsOf } from "../resources/files.ts";
import { type Configuration, mergedConfiguration, noConfiguration } from "./configuration.ts";
import { type Custom, customGenerators, customTransformers } from "./custom.ts";
import { documentsIn, objectsIn } from "./documents.ts";
import { withGenerated } from "./generated.ts";
import { type Kustomization, readKustomization } from "./kustomization.ts";
import { joinedPath } from "./origin.ts";
import { Place } from "./place.ts";
import { configurationOf } from "./read-configuration.ts";
import { type Item, idOf, idText, isSameId, itemOf, type Origin, together } from "./resource.ts";
import type { Var } from "./shapes.ts";
import { generatorSteps, transformerSteps } from "./steps.ts";
import { togetherVars, varsText, withVars } from "./vars.ts";

/** What has come together so far. */
export interface Accumulated {
  items: readonly Item[];
  configuration: Configuration;
  vars: readonly Var[];
}

export const nothing = (): Accumulated => ({ items: [], configuration: noConfiguration(), vars: [] });

/** A kustomization and its directory. */
export interface Target {
  place: Place;
  kustomization: Kustomization;
}

/** How a build came to a kustomization. */
export interface Tracing {
  /** The directories on the way. */
  line: readonly string[];
  /** The way as annotations tell it. */
  path: string;
  /** Whether objects are to tell where they are from. */
  isOn: boolean;
  warn: (text: string) => void;
}

export const targetIn = (place: Place, warn: (text: string) => void): Target => ({
  place,
  kustomization: readKustomization(place.fs, place.directory, warn),
});

/** The directory that an entry means. */
export function directoryOf(place: Place, path: string, shown?: string): string {
  if (isRepository(path)) throw new CommandError(`Podyard does not simulate kustomizations out of repositories (${path})`);
  if (shown === undefined && path.startsWith("/")) throw new CommandError(`new root '${path}' cannot be absolute`);
  const full = place.full(path);
  const stat = place.fs.stat(full);
  if (stat?.kind === "directory") return full;
  if (stat) throw new CommandError(`must build at directory: '${shown ?? full}': file is not directory`);
  throw new CommandError(`must build at directory: not a valid directory: ${place.missing(full, shown)}`);
}

/** An address that kustomize clones: with a scheme of git's, or with a host and at least an owner and a name. */
const isRepository = (path: string): boolean =>
  /^(git::|git@|ssh:|file:\/\/|gh:|github\.com[/:]|https?:\/\/[^/]+\/(.*(\.git|_git)\b|[^/]+\/[^/]))|^[\w.-]+\.[a-z]+\/.*(\?ref=|\.git\b)/.test(path);

/** What a kustomization makes of what was there before it, which components alone are given. */
export async function accumulated(target: Target, before: Accumulated, tracing: Tracing): Promise<Accumulated> {
  const { place, kustomization } = target;
  let all = await told("accumulating resources", () => withResources(target, before, kustomization.resources, tracing));
  all = { ...all, configuration: mergedConfiguration(all.configuration, configurationOf(place, kustomization)) };
  all = { ...all, items: await withGenerators(target, all.items, tracing) };
  for (const path of kustomization.components) all = await told("accumulating components", () => withComponent(target, all, path, tracing));
  all = { ...all, items: await withTransformers(target, all, tracing) };
  await validate(target, all.items, tracing);
  return withOwnVars(all, kustomization.vars);
}

async function told<T>(doing: string, what: () => Promise<T>): Promise<T> {
  try {
    return await what();
  } catch (error) {
    if (error instanceof CommandError) throw new CommandError(`${doing}: ${error.message}`);
    throw error;
  }
}

function withOwnVars(all: Accumulated, vars: readonly Var[]): Accumulated {
  try {
    return { ...all, items: withVars(all.items, vars), vars: togetherVars(all.vars, vars) };
  } catch (error) {
    if (error instanceof CommandError) throw new CommandError(`merging vars ${varsText(vars)}: ${error.message}`);
    throw error;
  }
}

async function withResources(target: Target, before: Accumulated, paths: readonly string[], tracing: Tracing): Promise<Accumulated> {
  let all = before;
  for (const path of paths) {
    const full = target.place.full(path);
    const failure = await refusal(async () => {
      if (target.place.fs.stat(full)?.kind === "directory")
        throw new CommandError(`accumulating resources from '${path}': '${full}' must resolve to a file`);
      const more = await told(`accumulating resources from '${path}'`, () => fileItems(target.place, path, tracing));
      all = { ...all, items: await told(`merging resources from '${path}'`, async () => together(all.items, more)) };
    });
    if (!failure) continue;
    const isMalformed = failure.message.includes("MalformedYAMLError");
    const place = await refusal(async () => {
      all = await withDirectory(target, all, path, tracing, false);
    });
    if (place && isMalformed) throw failure;
    if (place) throw new CommandError(`accumulation err='${failure.message}': ${place.message}`);
  }
  return all;
}

/** What a command error, if any, says about what was tried. */
async function refusal(what: () => Promise<void>): Promise<CommandError | undefined> {
  try {
    await what();
    return undefined;
  } catch (error) {
    if (error instanceof CommandError) return error;
    throw error;
  }
}

async function fileItems(place: Place, path: string, { isOn, path: above }: Tracing): Promise<Item[]> {
  const isRemote = /^https?:\/\//.test(path);
  const full = place.full(path);
  if (!isRemote && !place.fs.stat(full)) throw new CommandError(place.missing(full));
  if (!isRemote) place.allow(full);
  const origin = isOn ? { origin: { path: joinedPath(above, path) } } : {};
  return itemsOf(await textOf(place, isRemote ? path : full), path).map((item) => ({ ...item, ...origin }));
}

async function textOf(place: Place, source: string): Promise<string> {
  const [input] = inputsOf(place.process, { filename: [source], kustomize: "", recursive: false });
  try {
    return (await input?.read()) ?? "";
  } catch (error) {
    if (!(error instanceof ConnectionError)) throw error;
    throw new CommandError(`Get "${source}": ${error.message}`);
  }
}

function itemsOf(text: string, source: string): Item[] {
  return valuesIn(text, source).map((value) => {
    const object = (typeof value === "object" ? value : {}) as Thing;
    if (!object.kind) throw new CommandError("missing Resource metadata");
    if (!object.metadata?.name)
      throw new CommandError(`missing metadata.name in object {{${object.apiVersion ?? ""} ${object.kind}} {{ } map[] map[]}}`);
    return itemOf(object);
  });
}

function valuesIn(text: string, source: string): unknown[] {
  try {
    return objectsIn(documentsIn(text));
  } catch (error) {
    if (error instanceof YamlError) throw new CommandError(`MalformedYAMLError: ${error.message} in File: ${source}`);
    throw error;
  }
}

async function withDirectory(target: Target, all: Accumulated, path: string, tracing: Tracing, isComponent: boolean): Promise<Accumulated> {
  const line = [...tracing.line, target.place.directory];
  const root = directoryOf(target.place, path);
  if (!isComponent && line.includes(root))
    throw new CommandError(`cycle detected: candidate root '${root}' contains visited root '${line.find((visited) => visited === root)}'`);
  const { place: outer } = target;
  const place = new Place(outer.process, root, outer.setting);
  const inner = await told(`couldn't make target for path '${root}'`, async () => targetIn(place, tracing.warn));
  if (isComponent && inner.kustomization.kind !== "Component")
    throw new CommandError(`expected kind 'Component' for path '${root}' but got '${inner.kustomization.kind}'`);
  if (!isComponent && inner.kustomization.kind === "Component") throw new CommandError(`expected kind != 'Component' for path '${root}'`);
  const further: Tracing = { ...tracing, line, path: joinedPath(tracing.path, path) };
  const made = await told(`recursed accumulation of path '${root}'`, () => accumulated(inner, isComponent ? all : nothing(), further));
  return told(`recursed merging from path '${root}'`, async () => merged(isComponent ? nothing() : all, made));
}

const merged = (one: Accumulated, other: Accumulated): Accumulated => ({
  items: together(one.items, other.items),
  configuration: mergedConfiguration(one.configuration, other.configuration),
  vars: togetherVars(one.vars, other.vars),
});

async function withComponent(target: Target, all: Accumulated, path: string, tracing: Tracing): Promise<Accumulated> {
  const missing = await refusal(async () => void directoryOf(target.place, path));
  if (missing) throw new CommandError(`loader.New ${JSON.stringify(missing.message)}`);
  try {
    return await withDirectory(target, all, path, tracing, true);
  } catch (error) {
    if (error instanceof CommandError) throw new CommandError(`accumulateDirectory: ${JSON.stringify(error.message)}`);
    throw error;
  }
}

/** The objects that entries describe, which are files, directories, or written out. */
async function described(target: Target, entries: readonly string[], tracing: Tracing): Promise<readonly Item[]> {
  const origin = tracing.isOn ? { origin: { path: joinedPath(tracing.path, target.kustomization.file) } } : {};
  let items: Item[] = [];
  const paths: string[] = [];
  for (const entry of entries) {
    const own = writtenOut(entry);
    if (own)
      items = together(
        items,
        own.map((item) => ({ ...item, ...origin })),
      );
    else paths.push(entry);
  }
  return (await withResources(target, { ...nothing(), items }, paths, tracing)).items;
}

/** The objects of an entry that is no path. */
function writtenOut(entry: string): Item[] | undefined {
  try {
    return itemsOf(entry, "entry");
  } catch (error) {
    if (error instanceof CommandError) return undefined;
    throw error;
  }
}

async function withGenerators(target: Target, before: readonly Item[], tracing: Tracing): Promise<readonly Item[]> {
  const { place, kustomization } = target;
  const own = generatorSteps(kustomization, place).map(({ kind, act }) => ({ act, origin: originOf(target, kind, tracing) }));
  const custom = await told("loading generator plugins", async () =>
    customGenerators(await described(target, kustomization.generators, tracing), place),
  );
  return [...own, ...custom].reduce<readonly Item[]>(
    (items, { act, origin }) => act().reduce<readonly Item[]>((all, item) => withGenerated(all, { ...item, origin }), items),
    before,
  );
}

const originOf = ({ kustomization }: Target, kind: string, { isOn, path }: Tracing): Origin | undefined =>
  isOn ? { configuredIn: joinedPath(path, kustomization.file), configuredBy: { apiVersion: "builtin", kind } } : undefined;

async function withTransformers(target: Target, { items, configuration }: Accumulated, tracing: Tracing): Promise<readonly Item[]> {
  const { place, kustomization } = target;
  const own: Custom<(items: readonly Item[]) => readonly Item[]>[] = transformerSteps(kustomization, configuration, place).map(({ kind, act }) => ({
    act,
    origin: originOf(target, kind, tracing),
  }));
  const custom = customTransformers(await described(target, kustomization.transformers, tracing), place);
  return [...own, ...custom].reduce<readonly Item[]>((all, { act, origin }) => {
    const result = act(all);
    if (!origin) return result;
    return result.map((item) =>
      item.origin || !tracing.isOn ? { ...item, transformations: [...item.transformations, origin] } : { ...item, origin },
    );
  }, items);
}

/** Validators may refuse what is there, and change nothing but their mark. */
async function validate(target: Target, items: readonly Item[], tracing: Tracing): Promise<void> {
  const { validators } = target.kustomization;
  for (const { act } of customTransformers(await described(target, validators, tracing), target.place)) {
    const after = act(items);
    const problem = difference(items, after);
    if (problem) throw new CommandError(`validator shouldn't modify the resource map: ${problem}`);
  }
}

function difference(before: readonly Item[], after: readonly Item[]): string | undefined {
  if (before.length !== after.length) return "lists have different number of entries";
  for (const { object } of before) {
    const id = idOf(object);
    const other = after.find((item) => isSameId(idOf(item.object), id))?.object;
    if (!other) return `id in self missing from other; id: ${idText(id)}`;
    const { "validated-by": _, ...labels } = other.metadata.labels ?? {};
    const unmarked = { ...other, metadata: { ...other.metadata, labels } };
    const shown = (one: object) => JSON.stringify(one, (_key, value: unknown) => (isEmptyMap(value) ? undefined : value));
    if (shown(unmarked) !== shown(object)) return `nodes unequal: \n -- ${JSON.stringify(object)},\n -- ${JSON.stringify(other)}\n`;
  }
  return undefined;
}

const isEmptyMap = (value: unknown): boolean =>
  typeof value === "object" && value !== null && !Array.isArray(value) && Object.keys(value).length === 0;
