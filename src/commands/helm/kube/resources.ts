import { apiVersionOf } from "#machinery/object.ts";
import { parseYamlDocuments, YamlError } from "#machinery/yaml.ts";
import { type Discovery, pathOf, type Resource } from "../../kubectl/api/discovery.ts";
import type { Thing } from "../../kubectl/api/server.ts";
import { ConfigError, ConnectionError, isConflict, isNotFound, ServerError } from "../../kubectl/errors.ts";
import type { Session } from "../../kubectl/session.ts";
import { type Dict, isDict } from "../chart/chart.ts";
import { HelmError, messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import { splitManifests } from "../release/manifests.ts";
import { patchFor } from "./patches.ts";

/** An object that a release wants, and the resource that it is of. */
export interface Wanted {
  readonly resource: Resource;
  readonly namespace: string;
  readonly name: string;
  readonly object: Thing;
}

/** Whose changes they are. */
const manager = "helm";

/** How objects are made and changed. */
export interface ApplyMethod {
  serverSide: boolean;
  forceConflicts?: boolean;
  forceReplace?: boolean;
  /** Takes over what earlier client-side changes own. */
  upgradeManagers?: boolean;
  /** Merges custom resources with what is there, too. */
  mergeUnknown?: boolean;
}

export const keyOf = ({ resource, namespace, name }: Wanted): string =>
  `${apiVersionOf(resource.group, resource.version)}/${resource.kind}/${namespace}/${name}`;

/** `apps/v1, Kind=Deployment`. */
const gvkText = ({ resource }: Wanted): string => `${resource.group}/${resource.version}, Kind=${resource.kind}`;

/** An object as the log names it. */
export const whichOf = ({ resource, namespace, name }: Wanted) => ({ namespace, name, kind: resource.kind });

/** How helm applies, as its log tells it. */
const applying = { dryRun: false, fieldValidationDirective: "Strict" } as const;

export const describe = ({ resource, namespace, name }: Wanted): string =>
  `${resource.kind} ${JSON.stringify(name)} in namespace ${JSON.stringify(namespace)}`;

/** The cluster's objects as helm works with them. */
export class Resources {
  readonly #kube: Session;
  readonly #namespace: string;
  readonly #log: Log;

  constructor(kube: Session, namespace: string, log: Log) {
    this.#kube = kube;
    this.#namespace = namespace;
    this.#log = log;
  }

  /** Fails where no server answers. */
  async checkReachable(): Promise<void> {
    try {
      await this.#kube.server.get("/version");
    } catch (problem) {
      throw new HelmError(`kubernetes cluster unreachable: ${this.#unreachable(problem)}`);
    }
  }

  #unreachable(problem: unknown): string {
    const missing = problem instanceof ConfigError && /^context was not found for specified context: (.*)$/.exec(problem.message)?.[1];
    if (missing) return `context ${JSON.stringify(missing)} does not exist`;
    if (!(problem instanceof ConnectionError)) return messageOf(problem);
    const { server } = this.#kube;
    return `Get "${server.url}/version": ${problem.refused ? `dial tcp ${problem.host}: connect: connection refused` : problem.message}`;
  }

  /** The objects of a manifest, in its order. Throws a `HelmError`. */
  async build(manifest: string): Promise<Wanted[]> {
    const objects: Thing[] = [];
    for (const text of splitManifests(manifest)) {
      try {
        for (const { value } of parseYamlDocuments(text)) if (isDict(value)) objects.push(...flat(value as unknown as Thing));
      } catch (problem) {
        if (problem instanceof YamlError) throw new HelmError(`error parsing : error converting YAML to JSON: ${problem.message}`);
        throw problem;
      }
    }
    if (objects.length === 0) return [];
    const discovery = await this.#kube.discovery();
    const problems: string[] = [];
    const wanted = objects.flatMap((object) => {
      try {
        return [this.#wanted(discovery, object)];
      } catch (problem) {
        if (!(problem instanceof HelmError)) throw problem;
        problems.push(problem.message);
        return [];
      }
    });
    if (problems.length === 1) throw new HelmError(problems[0] ?? "");
    if (problems.length > 1) throw new HelmError(`[${problems.join(", ")}]`);
    return wanted;
  }

  #wanted(discovery: Discovery, object: Thing): Wanted {
    const { apiVersion = "", kind = "" } = object;
    const metadata: Thing["metadata"] = object.metadata ?? {};
    const name = metadata.name ?? "";
    checkMetadata(metadata as unknown as Dict);
    if (!kind) throw new HelmError(`unable to decode "": Object 'Kind' is missing in '${JSON.stringify(object)}'`);
    const [group = "", version = ""] = apiVersion.includes("/") ? apiVersion.split("/") : ["", apiVersion];
    const resource = version ? discovery.ofKind({ group, version, kind }) : undefined;
    if (!resource)
      throw new HelmError(
        `resource mapping not found for name: ${JSON.stringify(name)} namespace: ${JSON.stringify(metadata.namespace ?? "")} from "": no matches for kind ${JSON.stringify(kind)} in version ${JSON.stringify(apiVersion)}\nensure CRDs are installed first`,
      );
    const namespace = resource.namespaced ? (metadata.namespace ?? this.#namespace) : "";
    const placed = resource.namespaced ? { ...object, metadata: { ...metadata, namespace } } : object;
    return { resource, namespace, name, object: placed };
  }

  /** An object as it is; undefined where it is not there. */
  async get({ resource, namespace, name }: Wanted): Promise<Thing | undefined> {
    try {
      return await this.#kube.server.get(pathOf(resource, namespace, name));
    } catch (problem) {
      if (isNotFound(problem)) return undefined;
      throw problem;
    }
  }

  async create(wanted: readonly Wanted[], how: ApplyMethod): Promise<void> {
    this.#log.debug("creating resource(s)", { resources: wanted.length });
    this.#checkCreating(how);
    const problems: string[] = [];
    for (const one of wanted) {
      try {
        await this.createOne(one, how);
      } catch (problem) {
        if (!(problem instanceof HelmError || problem instanceof ServerError)) throw problem;
        problems.push(problem.message);
      }
    }
    if (problems.length > 0) throw new HelmError(problems.join("\n"));
  }

  #checkCreating({ serverSide, forceConflicts = false }: ApplyMethod): void {
    if (forceConflicts && !serverSide) throw new HelmError("invalid client create option(s): forceConflicts enabled when serverSideApply disabled");
    if (serverSide) this.#log.debug("using server-side apply for resource creation", { forceConflicts, ...applying });
    else this.#log.debug("using client-side apply for resource creation");
  }

  #checkUpdating({ serverSide, forceConflicts = false, forceReplace, upgradeManagers = false, mergeUnknown = false }: ApplyMethod): void {
    if (forceConflicts && !serverSide) throw new HelmError("invalid client update option(s): forceConflicts enabled when serverSideApply disabled");
    if (forceReplace) this.#log.debug("using resource replace update strategy", { fieldValidationDirective: applying.fieldValidationDirective });
    else if (serverSide)
      this.#log.debug("using server-side apply for resource update", { forceConflicts, ...applying, upgradeClientSideFieldManager: upgradeManagers });
    else this.#log.debug("using client-side apply for resource update", { threeWayMergeForUnstructured: mergeUnknown });
  }

  /** Makes an object; one that is there already is only no failure where the server applies. */
  async createOne(wanted: Wanted, { serverSide, forceConflicts = false }: ApplyMethod): Promise<void> {
    if (serverSide) {
      await this.#apply(wanted, forceConflicts);
      this.#log.debug("Created resource via patch", { namespace: wanted.namespace, name: wanted.name, gvk: gvkText(wanted) });
      return;
    }
    await this.#kube.server.send("POST", pathOf(wanted.resource, wanted.namespace), { query: { fieldManager: manager }, body: wanted.object });
  }

  async #apply(wanted: Wanted, force: boolean): Promise<void> {
    const path = pathOf(wanted.resource, wanted.namespace, wanted.name);
    const query = { fieldManager: manager, fieldValidation: "Strict", force: String(force) };
    try {
      await this.#kube.server.send("PATCH", path, { query, body: wanted.object, contentType: "application/apply-patch+yaml" });
    } catch (problem) {
      if (!(problem instanceof ServerError)) throw problem;
      const which = `${wanted.namespace}/${wanted.name} ${gvkText(wanted)}`;
      throw new HelmError(
        isConflict(problem)
          ? `conflict occurred while applying object ${which}: ${problem.message}`
          : `server-side apply failed for object ${which}: ${problem.message}`,
      );
    }
  }

  /**
   * Makes what is wanted of what was wanted before: what is new is created, what is there is changed, what is wanted no longer goes. Gives what
   * was created; a failure carries it too.
   */
  async update(originals: readonly Wanted[], targets: readonly Wanted[], how: ApplyMethod): Promise<Wanted[]> {
    if (how.forceConflicts && how.forceReplace) throw new HelmError("invalid operation: cannot use force conflicts and force replace together");
    if (how.serverSide && how.forceReplace) throw new HelmError("invalid operation: cannot use server-side apply and force replace together");
    this.#checkCreating({ ...how, forceConflicts: how.serverSide && how.forceConflicts === true });
    this.#checkUpdating(how);
    this.#log.debug("checking resources for changes", { resources: targets.length });
    const before = new Map(originals.map((one) => [keyOf(one), one]));
    const created: Wanted[] = [];
    const problems: string[] = [];
    for (const target of targets) {
      let current: Thing | undefined;
      try {
        current = await this.get(target);
      } catch (problem) {
        throw new UpdateFailed(`could not get information about the resource: ${messageOf(problem)}`, created);
      }
      try {
        if (!current) {
          created.push(target);
          try {
            await this.createOne(target, how);
          } catch (problem) {
            throw new UpdateFailed(`failed to create resource: ${messageOf(problem)}`, created);
          }
          this.#log.debug("created a new resource", whichOf(target));
          continue;
        }
        const original = before.get(keyOf(target));
        if (!original)
          this.#log.warn("resource exists on cluster but not in original release, using cluster state as baseline", {
            namespace: target.namespace,
            name: target.name,
            kind: target.resource.kind,
          });
        await this.#change(original?.object ?? current, target, current, how);
      } catch (problem) {
        if (problem instanceof UpdateFailed) throw problem;
        if (!(problem instanceof HelmError || problem instanceof ServerError)) throw problem;
        problems.push(problem.message);
      }
    }
    if (problems.length > 0) throw new UpdateFailed(problems.join(" && "), created);
    const kept = new Set(targets.map(keyOf));
    await this.#drop(originals.filter((one) => !kept.has(keyOf(one))));
    return created;
  }

  async #change(original: Thing, target: Wanted, current: Thing, how: ApplyMethod): Promise<void> {
    const path = pathOf(target.resource, target.namespace, target.name);
    if (how.forceReplace) {
      const resourceVersion = current.metadata.resourceVersion;
      const body = { ...target.object, metadata: { ...target.object.metadata, ...(resourceVersion && { resourceVersion }) } };
      try {
        await this.#kube.server.send("PUT", path, { query: { fieldManager: manager, fieldValidation: "Strict" }, body });
      } catch (problem) {
        if (problem instanceof ServerError) throw new HelmError(`failed to replace object: ${problem.message}`);
        throw problem;
      }
      this.#log.debug("replace succeeded", { name: target.name, initialKind: target.resource.kind, kind: target.resource.kind });
      return;
    }
    const { namespace, name, kind } = whichOf(target);
    if (how.serverSide) {
      if (how.upgradeManagers) await this.#upgradeManagers(target, current);
      await this.#apply(target, how.forceConflicts ?? false);
      this.#log.debug("Patched resource", { namespace, name, gvk: gvkText(target) });
      return;
    }
    const { patch, contentType } = patchFor(target, original, current, how.mergeUnknown ?? false);
    if (Object.keys(patch).length === 0) {
      this.#log.debug("no changes detected", { kind, name });
      return;
    }
    this.#log.debug("patching resource", { kind, name, namespace });
    try {
      await this.#kube.server.send("PATCH", path, { query: { fieldManager: manager }, body: patch, contentType });
    } catch (problem) {
      if (problem instanceof ServerError)
        throw new HelmError(`cannot patch ${JSON.stringify(target.name)} with kind ${target.resource.kind}: ${problem.message}`);
      throw problem;
    }
  }

  /** What helm once changed as a client becomes what it applies, so that applying can take fields away again. */
  async #upgradeManagers(target: Wanted, current: Thing): Promise<void> {
    const managed = (current.metadata.managedFields ?? []) as readonly ManagedEntry[];
    const isOurs = (entry: ManagedEntry, operation: string) => entry.manager === manager && entry.operation === operation && !entry.subresource;
    if (!managed.some((entry) => isOurs(entry, "Update"))) return;
    const applied = managed.find((entry) => isOurs(entry, "Apply"));
    const changed = managed.filter((entry) => isOurs(entry, "Update"));
    const [first] = changed;
    if (!first) return;
    const fieldsV1 = [...changed, ...(applied ? [applied] : [])].reduce<Dict>((all, entry) => unionOf(all, entry.fieldsV1 ?? {}), {});
    const others = managed.filter((entry) => entry !== applied && !changed.includes(entry));
    const value = [{ ...(applied ?? first), operation: "Apply", fieldsV1 }, ...others];
    const body = [
      { op: "replace", path: "/metadata/managedFields", value },
      { op: "replace", path: "/metadata/resourceVersion", value: current.metadata.resourceVersion },
    ];
    await this.#kube.server.send("PATCH", pathOf(target.resource, target.namespace, target.name), {
      query: { fieldManager: manager },
      body,
      contentType: "application/json-patch+json",
    });
  }

  async #drop(wanted: readonly Wanted[]): Promise<void> {
    const problems: string[] = [];
    for (const one of wanted) {
      this.#log.debug("deleting resource", whichOf(one));
      const current = await this.get(one).catch(() => undefined);
      if (!current) continue;
      const annotation = "helm.sh/resource-policy";
      const value = current.metadata.annotations?.[annotation];
      if (value === "keep") {
        this.#log.debug("skipping delete due to annotation", { ...whichOf(one), annotation, value });
        continue;
      }
      await this.#remove(one, "Background").catch((problem: unknown) => problems.push(refusalOf(problem)));
    }
    if (problems.length > 0) throw new HelmError(problems.join(" && "));
  }

  /** Takes objects away; what is not there is no failure. Gives what the server said against it. */
  async delete(wanted: readonly Wanted[], propagationPolicy = "Background"): Promise<string[]> {
    const problems: string[] = [];
    for (const one of wanted) {
      this.#log.debug("starting delete resource", whichOf(one));
      try {
        await this.#remove(one, propagationPolicy);
      } catch (problem) {
        const error = refusalOf(problem);
        if (isNotFound(problem)) this.#log.debug("ignoring delete failure", { ...whichOf(one), error });
        else problems.push(error);
      }
    }
    return problems;
  }

  async #remove({ resource, namespace, name }: Wanted, propagationPolicy: string): Promise<void> {
    const body = { kind: "DeleteOptions", apiVersion: "v1", propagationPolicy };
    await this.#kube.server.send("DELETE", pathOf(resource, namespace, name), { body });
  }
}

/** What the server said against it; other failures stay what they are. */
function refusalOf(problem: unknown): string {
  if (problem instanceof ServerError) return problem.message;
  throw problem;
}

const kindOf = (value: unknown): string => (Array.isArray(value) ? "array" : typeof value === "boolean" ? "bool" : typeof value);

/** What every object's metadata must be, whatever its kind. */
function checkMetadata(metadata: Dict): void {
  const wrong = (value: unknown, field: string, type: string) =>
    new HelmError(`unable to decode "": json: cannot unmarshal ${kindOf(value)} into Go struct field ObjectMeta.metadata.${field} of type ${type}`);
  for (const field of ["name", "namespace"] as const) {
    const value = metadata[field] ?? "";
    if (typeof value !== "string") throw wrong(value, field, "string");
  }
  for (const field of ["labels", "annotations"] as const) {
    const map = metadata[field] ?? {};
    if (!isDict(map)) throw wrong(map, field, "map[string]string");
    for (const value of Object.values(map)) if (value !== null && typeof value !== "string") throw wrong(value, field, "string");
  }
}

interface ManagedEntry {
  manager?: string;
  operation?: string;
  subresource?: string;
  fieldsV1?: Dict;
}

const unionOf = (a: Dict, b: Dict): Dict => {
  const result = { ...a };
  for (const [key, value] of Object.entries(b)) result[key] = unionOf((result[key] ?? {}) as Dict, value as Dict);
  return result;
};

/** An update that failed half-way. */
export class UpdateFailed extends HelmError {
  readonly created: readonly Wanted[];
  constructor(message: string, created: readonly Wanted[]) {
    super(message);
    this.created = created;
  }
}

/** The members of a list, or the object itself. */
function flat(object: Thing): Thing[] {
  const items = object["items"];
  return object.kind?.endsWith("List") && Array.isArray(items) ? (items as Thing[]).flatMap(flat) : [object];
}
