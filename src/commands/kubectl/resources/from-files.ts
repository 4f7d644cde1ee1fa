import { groupVersionOf } from "#machinery/object.ts";
import { matcher, SelectorError } from "#machinery/selector.ts";
import type { Process } from "#shell/process.ts";
import type { Resource } from "../api/discovery.ts";
import type { Thing } from "../api/server.ts";
import { CommandError, ServerError } from "../errors.ts";
import { kustomized } from "../kustomize/build.ts";
import { sortedJson } from "../print/json.ts";
import type { Session } from "../session.ts";
import { type FileQuery, inputsOf, objectsOf } from "./files.ts";
import type { Failed, Found, Query } from "./find.ts";
import { type Target, targetPath } from "./target.ts";

/** Finds the objects that files hold. */
export function fromFiles(kube: Session, process: Process, query: Query, files: FileQuery, namespace: string): Found {
  const kustomization = { source: files.kustomize, read: () => kustomized(process, files.kustomize, { warn: (text) => kube.warn(text) }) };
  const inputs = files.kustomize ? [kustomization] : inputsOf(process, files);
  const targets = async function* (): AsyncIterable<Target | Failed> {
    for (const input of inputs) {
      let text: Awaited<ReturnType<typeof input.read>>;
      try {
        text = await input.read();
      } catch (error) {
        // A kustomization that cannot be built is a failure among others.
        if (files.kustomize === "" || !query.continues || query.validates || !(error instanceof CommandError)) throw error;
        yield { error };
        continue;
      }
      for (const piece of objectsOf(text, input.source)) {
        try {
          if ("problem" in piece) throw piece.problem;
          const target = await fileTarget(kube, query, piece.object, piece.source, namespace);
          if (query.labels && !matchesLabels(target, query.labels)) continue;
          yield query.latest && !query.local ? { ...target, object: await kube.server.get(targetPath(target), query.call) } : target;
        } catch (error) {
          if (!query.continues || !(error instanceof ServerError || error instanceof CommandError)) throw error;
          yield { error };
        }
      }
    }
  };
  const single =
    files.kustomize === "" &&
    files.filename.length === 1 &&
    inputs.length === 1 &&
    inputs[0]?.source !== "STDIN" &&
    files.filename[0] === inputs[0]?.source;
  return {
    single,
    targets,
    async *lists() {
      for await (const entry of targets()) yield "error" in entry ? entry : { target: entry };
    },
  };
}

/** A file's object as a target: of what resource it is, and where. */
export async function fileTarget(kube: Session, query: Query, object: Thing, source: string, defaultNamespace: string): Promise<Target> {
  const problem = query.validates ? missingFields(object, source) : undecodable(object, source);
  if (problem) throw problem;
  const { group, version } = groupVersionOf(object.apiVersion);
  const name = object.metadata?.name ?? "";
  let namespace = object.metadata?.namespace ?? "";
  const resource = query.local ? localResource(object) : (await kube.discovery()).ofKind({ group, version, kind: object.kind });
  if (!resource)
    throw new CommandError(
      `resource mapping not found for name: ${JSON.stringify(name)} namespace: ${JSON.stringify(namespace)} from ${JSON.stringify(source)}: no matches for kind ${JSON.stringify(object.kind)} in version ${JSON.stringify(object.apiVersion)}\nensure CRDs are installed first`,
    );
  if (!resource.namespaced) namespace = "";
  else if (namespace === "") namespace = defaultNamespace || kube.namespace;
  else if (query.enforceNamespace && kube.namespaceIsExplicit && namespace !== kube.namespace)
    throw new CommandError(
      `the namespace from the provided object ${JSON.stringify(namespace)} does not match the namespace ${JSON.stringify(kube.namespace)}. You must pass '--namespace=${namespace}' to perform this operation.`,
    );
  const placed =
    resource.namespaced && !query.local ? { ...object, metadata: { ...object.metadata, namespace } } : { ...object, metadata: object.metadata ?? {} };
  return { resource, namespace, name, object: placed as Thing, source, isPlaced: resource.namespaced && !object.metadata?.namespace };
}

function missingFields(object: Thing, source: string): CommandError | undefined {
  const absent = [object.apiVersion ? "" : "apiVersion not set", object.kind ? "" : "kind not set"].filter(Boolean);
  if (absent.length === 0) return undefined;
  const said = absent.length === 1 ? absent[0] : `[${absent.join(", ")}]`;
  return new CommandError(
    `error validating ${JSON.stringify(source)}: error validating data: ${said}; if you choose to ignore these errors, turn validation off with --validate=false`,
  );
}

/** What cannot be an object of any kind, where nothing is held against a schema before. */
function undecodable(object: Thing, source: string): CommandError | undefined {
  const missing = object.kind ? (object.apiVersion ? undefined : "apiVersion") : "Kind";
  return missing && new CommandError(`unable to decode ${JSON.stringify(source)}: Object '${missing}' is missing in '${sortedJson(object)}'`);
}

/** What can be said of a kind without asking the server. */
function localResource(object: Thing): Resource {
  const { group, version } = groupVersionOf(object.apiVersion);
  const kind = object.kind;
  const lower = kind.toLowerCase();
  const plural = /(s|x|ch|sh)$/.test(lower) ? `${lower}es` : /[^aeiou]y$/.test(lower) ? `${lower.slice(0, -1)}ies` : `${lower}s`;
  return { group, version, kind, plural, singular: lower, shortNames: [], categories: [], namespaced: true, verbs: [], subresources: [] };
}

function matchesLabels(target: Target, labels: string): boolean {
  try {
    return matcher(labels)(target.object?.metadata.labels);
  } catch (error) {
    if (error instanceof SelectorError) throw new CommandError(`the provided selector ${JSON.stringify(labels)} is not valid: ${error.message}`);
    throw error;
  }
}
