import { withFields } from "#machinery/conform.ts";
import type { Draft, KubeObject } from "#machinery/object.ts";
import { alreadyExists, badRequest, invalid, StatusError } from "#machinery/status.ts";
import { formatTime } from "#machinery/time.ts";
import { admissionRequest, type Core, strategyContext, type Target, type WriteOptions } from "../core.ts";
import { tracked } from "../managed-fields.ts";
import type { Resource } from "../registry.ts";
import { problemsOf } from "./object.ts";

/** As many characters of `generateName` as leave room for the suffix in a DNS label. */
const longestGenerated = 58;

/** Creates an object; gives what is stored (or would be: dry run). The draft stays whose it is. */
export async function create(
  core: Core,
  resource: Resource,
  namespace: string,
  draft: Draft<KubeObject>,
  options: WriteOptions,
): Promise<KubeObject> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await createOnce(core, resource, namespace, draft, options);
    } catch (error) {
      // A generated name that is taken is another one the next time.
      const wasTaken = error instanceof StatusError && error.reason === "AlreadyExists" && !draft.metadata?.name;
      if (!wasTaken || attempt === 8) throw error;
    }
  }
}

async function createOnce(core: Core, resource: Resource, namespace: string, draft: Draft<KubeObject>, options: WriteOptions): Promise<KubeObject> {
  const { kind } = resource;
  let object = freshly(resource, draft);
  if (resource.namespaced) object.metadata.namespace = namespace;
  else delete object.metadata.namespace;
  if (resource.statusApart && !kind.status) resource.dropStatus(object);
  object = tracked(core.clock, resource, undefined, object, "", options);
  if (kind.answer) return await kind.answer(object, strategyContext(core, "", options));

  const target: Target = { resource, namespace, name: object.metadata.name ?? "", subresource: "" };
  const request = admissionRequest(core, "CREATE", target, object, undefined, options);
  await core.admission.mutate(request);
  object = request.object;

  fillMetadata(core, object);
  if (resource.hasGeneration) object.metadata.generation = 1;
  const context = strategyContext(core, "", options);
  if (kind.prepareCreate) {
    const before = object;
    object = withFields(before, {});
    const prepared = kind.prepareCreate(object, context);
    if (prepared) await prepared;
    object = resource.normalise(object, before);
  }

  const problems = problemsOf(core, resource, object, undefined, "");
  if (problems.length > 0) throw invalid(resource.judgedAs, object.metadata.name ?? "", problems);
  if (!options.unheard) for (const text of kind.warnings?.(object, undefined, "") ?? []) options.warn(text);
  await core.admission.validate({ ...request, object, name: object.metadata.name ?? "" });
  // What is stored is read back, and whatever can be filled in by now is.
  kind.default?.(object);
  object = resource.settled(object);

  const name = object.metadata.name ?? "";
  if (metadataVersion(object) && !options.dryRun) throw badRequest("resourceVersion should not be set on objects to be created");
  if (resource.collection.get(namespace, name)) throw alreadyExists(resource.on, name);
  if (options.dryRun) return object;
  const stored = core.store.put(resource.collection.key(namespace, name), resource.stored(object)).value;
  const after = kind.afterWrite?.(stored as KubeObject, undefined, context);
  if (after) await after;
  return resource.read(stored);
}

/** A copy of the draft without what only the server says. */
function freshly(resource: Resource, draft: Draft<KubeObject>): KubeObject {
  const { uid: _, creationTimestamp: __, deletionTimestamp: ___, deletionGracePeriodSeconds: ____, selfLink: _____, ...given } = draft.metadata;
  return resource.conform(withFields(draft, { metadata: given }));
}

/** The version that the object says it has; one that is none does not matter. */
const metadataVersion = ({ metadata: { resourceVersion = "" } }: KubeObject) => (/^\d+$/.test(resourceVersion) ? Number(resourceVersion) : 0);

function fillMetadata(core: Core, object: KubeObject): void {
  const { metadata } = object;
  metadata.creationTimestamp = formatTime(core.clock.now());
  metadata.uid = core.random.uuid();
  if (metadata.generateName && !metadata.name) metadata.name = metadata.generateName.slice(0, longestGenerated) + core.random.suffix();
}
