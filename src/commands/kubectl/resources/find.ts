import type { Process } from "#shell/process.ts";
import { pathOf, qualified, type Resource } from "../api/discovery.ts";
import type { Call, Thing } from "../api/server.ts";
import { CommandError, Exit, ServerError, throwAll } from "../errors.ts";
import type { Session } from "../session.ts";
import { checkFiles, type FileQuery, inputsOf } from "./files.ts";
import { fromFiles } from "./from-files.ts";
import { type Target, targetPath } from "./target.ts";

/** Which objects a command line names. */
export interface Query {
  args?: readonly string[];
  /** Whether a type alone means all of its objects. */
  typesMeanAll?: boolean;
  files?: FileQuery | undefined;
  labels?: string | undefined;
  fields?: string | undefined;
  all?: boolean;
  allNamespaces?: boolean;
  /** A file's object must be in the namespace that the command line names. */
  enforceNamespace?: boolean;
  subresource?: string | undefined;
  /** Files' objects are looked up as they are on the server. */
  latest?: boolean;
  /** Named objects are fetched; without it only their names are known. */
  fetch?: boolean;
  /** Files are held against the schemas before anything else is looked at. */
  validates?: boolean;
  /** Go on after a failure, and tell all failures at the end. */
  continues?: boolean;
  singleType?: boolean;
  chunkSize?: number;
  /** How objects are asked for: as a table. */
  call?: Call;
  /** Nothing is asked of the server. */
  local?: boolean;
}

/** What was found: one target a visit, lists as a whole or one by one. */
export interface Found {
  /** Whether the command line can only mean one object. */
  single: boolean;
  /** The targets. Failures of single ones come as entries where the query continues, else they are thrown. */
  targets(): AsyncIterable<Target | Failed>;
  /** Lists as the server sent them, where they are lists: one for each type. */
  lists(): AsyncIterable<Listed | { target: Target } | Failed>;
}

export interface Failed {
  error: unknown;
}

/** The objects of one type, as the server sent them. */
export interface Listed {
  resource: Resource;
  namespace: string;
  list: Thing;
}

const missing = `You must provide one or more resources by argument or filename.
Example resource specifications include:
   '-f rsrc.yaml'
   '--filename=rsrc.json'
   '<resource> <name>'
   '<resource>'`;

const doubledType =
  "there is no need to specify a resource type as a separate argument when passing arguments in resource/name form (e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get resource resource/<resource_name>'";

type Ask =
  | { kind: "none" }
  | { kind: "names"; pairs: readonly (readonly [type: string, name: string])[]; slashed: boolean }
  | { kind: "types"; types: readonly string[] };

/** Reads `TYPE`, `TYPE NAME…`, `TYPE/NAME…` and `TYPE1,TYPE2 NAME…`. */
export function readArguments(args: readonly string[]): Ask {
  const unique = (list: string) => [...new Set(list.split(","))];
  let words = args;
  const [first = "", ...names] = args;
  if (args.length >= 2 && unique(first).length > 1) words = unique(first).flatMap((type) => names.map((name) => `${type}/${name}`));

  const slashed = words.filter((word) => word.includes("/"));
  if (slashed.length > 0) {
    if (slashed.length !== words.length) throw new CommandError(doubledType);
    return {
      kind: "names",
      slashed: true,
      pairs: words.map((word) => {
        const parts = word.split("/");
        if (parts.length !== 2) throw new CommandError("arguments in resource/name form may not have more than one slash");
        const [type = "", name = ""] = parts;
        if (!type || !name || type.includes(",")) throw new CommandError("arguments in resource/name form must have a single resource and name");
        return [type, name] as const;
      }),
    };
  }
  if (words.length === 0) return { kind: "none" };
  if (words.length === 1) return { kind: "types", types: unique(first) };
  return { kind: "names", slashed: false, pairs: names.map((name) => [first, name] as const) };
}

/** Finds the objects that a query names. What is wrong with the query itself is thrown here. */
export async function find(kube: Session, process: Process, query: Query): Promise<Found> {
  const { files, labels, fields, all = false } = query;
  const hasFiles = files !== undefined && (files.filename.length > 0 || files.kustomize !== "");
  if (files) checkFiles(files);
  if (all && (labels || fields)) throw new CommandError("setting 'all' parameter but found a non empty selector. ");
  const selects = all || Boolean(labels) || Boolean(fields);
  // Asked for before the server is: that there is no such context is told in these words.
  const own = kube.namespace;
  const ask = await expanded(kube, readArguments(query.args ?? []));
  const namespace = query.allNamespaces ? "" : own;

  if (hasFiles) {
    if (!files.kustomize) inputsOf(process, files);
    if (ask.kind === "types" || (ask.kind === "names" && !ask.slashed))
      throw new CommandError("when paths, URLs, or stdin is provided as input, you may not specify resource arguments as well");
    if (ask.kind === "names") throw new CommandError("resource/name arguments cannot be provided when a path is specified");
    return fromFiles(kube, process, query, files, namespace);
  }
  if (selects || (ask.kind === "types" && query.typesMeanAll)) {
    if (ask.kind === "names")
      throw new CommandError(
        ask.slashed
          ? "selectors and the all flag cannot be used when passing resource/name arguments"
          : "name cannot be provided when a selector is specified",
      );
    if (ask.kind === "none") throw new CommandError("at least one resource must be specified to use a selector");
    if (query.subresource) throw new CommandError("subresource cannot be used when bulk resources are specified");
    return bySelector(kube, query, await resourcesOf(kube, ask.types, query.singleType), namespace);
  }
  if (ask.kind === "names") return byName(kube, query, ask.pairs, namespace);
  if (ask.kind === "types") {
    await resourcesOf(kube, ask.types, false);
    throw new CommandError("resource(s) were provided, but no name was specified");
  }
  throw new CommandError(missing);
}

/** Categories such as `all` stand for their resources. */
async function expanded(kube: Session, ask: Ask): Promise<Ask> {
  const types = ask.kind === "types" ? ask.types : ask.kind === "names" && !ask.slashed ? [ask.pairs[0]?.[0] ?? ""] : [];
  if (types.length === 0) return ask;
  const discovery = await kube.discovery();
  const full = types.flatMap((type) => {
    const members = discovery.category(type);
    return members.length > 0 ? members.map(qualified) : [type];
  });
  if (ask.kind === "types") return { ...ask, types: full };
  if (ask.kind === "names" && full.length > 1) throw new CommandError("you must specify only one resource");
  return ask;
}

async function resourcesOf(kube: Session, types: readonly string[], single: boolean | undefined): Promise<Resource[]> {
  if (single && types.length > 1) throw new CommandError("you may only specify a single resource type");
  const found: Resource[] = [];
  for (const type of types) {
    const resource = await kube.resource(type);
    if (!found.includes(resource)) found.push(resource);
  }
  return found;
}

async function byName(kube: Session, query: Query, pairs: readonly (readonly [string, string])[], namespace: string): Promise<Found> {
  const targets: Target[] = [];
  for (const [type, name] of pairs) {
    const resource = await kube.resource(type);
    if (query.singleType && targets.some((target) => target.resource !== resource))
      throw new CommandError("you may only specify a single resource type");
    targets.push({ resource, namespace: resource.namespaced ? namespace : "", name });
  }
  if (targets.some(({ resource }) => resource.namespaced) && namespace === "")
    throw new CommandError(
      query.allNamespaces
        ? "a resource cannot be retrieved by name across all namespaces"
        : "namespace may not be empty when retrieving a resource by name",
    );

  const fetched = async function* (): AsyncIterable<Target | Failed> {
    for (const target of targets) {
      try {
        yield query.fetch === false ? target : { ...target, object: await kube.server.get(targetPath(target, query.subresource), query.call) };
      } catch (error) {
        if (!(error instanceof ServerError)) throw error;
        const told = withResource(error, target.resource, target.name);
        if (!query.continues) throw told;
        yield { error: told };
      }
    }
  };
  return {
    single: targets.length === 1,
    targets: fetched,
    async *lists() {
      for await (const entry of fetched()) yield "error" in entry ? entry : { target: entry };
    },
  };
}

function bySelector(kube: Session, query: Query, resources: readonly Resource[], namespace: string): Found {
  const lists = async function* (): AsyncIterable<Listed | Failed> {
    for (const resource of resources) {
      const scope = resource.namespaced ? namespace : "";
      try {
        for await (const list of pages(kube, resource, scope, query)) yield { resource, namespace: scope, list };
      } catch (error) {
        if (!query.continues || !(error instanceof ServerError)) throw error;
        yield { error };
      }
    }
  };
  return {
    single: false,
    lists,
    async *targets() {
      for await (const entry of lists()) {
        if ("error" in entry) yield entry;
        else for (const target of targetsOf(entry.resource, entry.list)) yield target;
      }
    },
  };
}

/** The objects of a list; those of a typed list do not name their kind themselves. */
export function targetsOf(resource: Resource, list: Thing): Target[] {
  const kind = list.kind.replace(/List$/, "");
  return ((list["items"] as Thing[] | undefined) ?? []).map((item) => {
    const object = item.kind ? item : ({ ...item, apiVersion: list.apiVersion, kind } as Thing);
    return { resource, namespace: object.metadata.namespace ?? "", name: object.metadata.name ?? "", object };
  });
}

async function* pages(kube: Session, resource: Resource, namespace: string, query: Query): AsyncIterable<Thing> {
  let next: string | undefined;
  do {
    const limit = query.chunkSize ? String(query.chunkSize) : undefined;
    const selectors = { labelSelector: query.labels || undefined, fieldSelector: query.fields || undefined };
    try {
      const list: Thing = await kube.server.get(pathOf(resource, namespace), {
        ...query.call,
        query: { ...query.call?.query, ...selectors, limit, continue: next },
      });
      yield list;
      next = (list.metadata as { continue?: string }).continue || undefined;
    } catch (error) {
      throw error instanceof ServerError ? enriched(error, resource, query) : error;
    }
  } while (next);
}

/** A refused list is told together with what it was to be of. */
function enriched(error: ServerError, resource: Resource, { labels = "", fields = "" }: Query): ServerError {
  if (error.reason !== "BadRequest" && error.reason !== "NotFound") return error;
  const about = JSON.stringify(`${resource.group}/${resource.version}, Resource=${resource.plural}`);
  const list =
    labels || fields
      ? `Unable to find ${about} that match label selector ${JSON.stringify(labels)}, field selector ${JSON.stringify(fields)}`
      : `Unable to list ${about}`;
  const named = withResource(error, resource);
  return new ServerError({ ...named.status, message: `${list}: ${named.message}` });
}

/** A path that nobody serves is told with what was asked for there: the answer says nothing of it. */
function withResource(error: ServerError, resource: Resource, name?: string): ServerError {
  if (error.status.details || error.reason !== "NotFound") return error;
  return new ServerError({ ...error.status, message: `${error.message} (get ${qualified(resource)}${name === undefined ? "" : ` ${name}`})` });
}

/** All targets, and then all failures as one. */
export async function visit(found: Found, work: (target: Target) => Promise<void> | void, continues = true): Promise<void> {
  const errors: unknown[] = [];
  for await (const entry of found.targets()) {
    try {
      if ("error" in entry) throw entry.error;
      await work(entry);
    } catch (error) {
      if (!continues || error instanceof Exit) throw error;
      errors.push(error);
    }
  }
  throwAll(errors);
}
