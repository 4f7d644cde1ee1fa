import type { HttpResponse } from "#base/http.ts";
import { textOf } from "#base/streams.ts";
import { groupVersionOf, type KubeObject } from "#machinery/object.ts";
import { patched } from "#machinery/patch.ts";
import { patchType } from "#machinery/patch-type.ts";
import { schemaOf } from "#machinery/schema.ts";
import { badRequest, conflict, notFound, notSimulated, StatusError } from "#machinery/status.ts";
import type { Scale } from "#machinery/types.ts";
import type { Core, Target } from "../core.ts";
import type { Column } from "../kind.ts";
import type { Resource } from "../registry.ts";
import { gvk, scaled, scaleOf } from "../scaling.ts";
import { ageColumn, nameColumn, partialOf, tableWith } from "../table.ts";
import { update } from "../verbs/update.ts";
import { answer } from "./answer.ts";
import { apply, bodyOf } from "./apply.ts";
import { readObject, strangeness, type Wanted } from "./body.ts";
import { checkShape, type Form, negotiate, objectForms } from "./negotiation.ts";
import { writeQuery } from "./options.ts";
import type { ApiRequest } from "./request.ts";
import { checkName, checkNamespace } from "./write.ts";

/** Where the real server knows a Scale; it takes that of the first alone. */
const versions = ["autoscaling/v1", "apps/v1beta1", "apps/v1beta2", "extensions/v1beta1"];

/** Answers requests to the size of a workload. */
export async function serveScale(core: Core, target: Target, request: ApiRequest): Promise<HttpResponse> {
  const { resource, namespace, name } = target;
  const { http, info, warnings } = request;
  const { scale: scaling } = resource.kind;
  const schema = schemaOf(gvk);
  if (!scaling || !schema) throw notSimulated(`the scale of ${resource.name}`);
  const form = negotiate(http.headers["accept"], objectForms);
  const give = (object: KubeObject) => answer(200, json(core, scaleOf(scaling, object), form), form, http, warnings);

  const wanted: Wanted = { gvk, schema, isKnown: (apiVersion, kind) => versions.includes(apiVersion) && kind === gvk.kind };
  if (info.verb === "update") {
    const options = writeQuery(request, "UpdateOptions");
    const sent = readObject(request, wanted, options.fieldValidation) as Scale;
    checkNamespace(resource, sent, namespace);
    checkName(sent, name);
    const { uid } = sent.metadata;
    const found = resource.collection.get(namespace, name);
    const now = found && resource.read(found.value).metadata.uid;
    if (uid && now && uid !== now)
      throw conflict(
        resource.on,
        name,
        `StorageError: invalid object, Code: 4, Key: /${resource.on.resource}/${namespace}/${name}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: ${uid}, UID in object meta: ${now}`,
      );
    const resized = (old: KubeObject | undefined): KubeObject => {
      if (!old) throw notFound(resource.on, name);
      return scaled(scaling, old, sent);
    };
    return give((await update(core, target, resized, options)).object);
  }

  const entry = resource.collection.get(namespace, name);
  if (!entry) throw notFound(resource.on, name);
  if (info.verb === "get") return give(resource.read(entry.value));

  const type = patchType(http.headers["content-type"] ?? "");
  if (!type) throw new StatusError(415, "UnsupportedMediaType", "415: Unsupported Media Type", {});
  const options = writeQuery(request, "PatchOptions", type === "apply");
  if (type === "apply")
    return give(
      (await apply(core, target, { ...bodyOf(request), value: configOf(resource, name, scaleIn(bodyOf(request).value)) }, request, options)).object,
    );
  const text = textOf(http.body ?? new Uint8Array());
  const { object } = await update(
    core,
    target,
    (old) => {
      if (!old) throw notFound(resource.on, name);
      const { value, problems } = patched(type, schema, scaleOf(scaling, old), text, options.fieldValidation, (made) => strangeness(wanted, made));
      warnings.push(...problems);
      checkName(value, name);
      return scaled(scaling, old, value);
    },
    options,
  );
  return give(object);
}

/** What is applied, which must be a Scale. */
function scaleIn(value: unknown): unknown {
  const { apiVersion = "", kind = "" } = (value ?? {}) as { apiVersion?: string; kind?: string };
  const { group, version } = groupVersionOf(apiVersion);
  if (kind !== gvk.kind || group !== gvk.group) throw badRequest(`invalid object type: ${group}/${version}, Kind=${kind}`);
  return value;
}

/** What an apply of a Scale wants of the object itself. */
function configOf({ apiVersion, gvk: { kind } }: Resource, name: string, sent: unknown): KubeObject {
  const replicas = (sent as Partial<Scale> | null)?.spec?.replicas;
  return { apiVersion, kind, metadata: { name }, spec: replicas === undefined ? {} : { replicas } } as KubeObject;
}

const columns = [
  { ...nameColumn, format: "" },
  {
    name: "Desired",
    type: "integer",
    description: "replicas is the desired number of instances for the scaled object.",
    cell: ({ spec }: Scale) => spec?.replicas ?? 0,
  },
  {
    name: "Available",
    type: "integer",
    description: "replicas is the actual number of observed instances of the scaled object.",
    cell: ({ status }: Scale) => status?.replicas ?? 0,
  },
  ageColumn,
] as unknown as readonly Column<KubeObject>[];

function json({ clock }: Core, scale: Scale, form: Form): string {
  checkShape(form, false, "autoscaling.Scale");
  const { as, version } = form;
  if (!as) return JSON.stringify(scale);
  if (as !== "Table") return JSON.stringify(partialOf(scale, undefined, version));
  return JSON.stringify(
    tableWith(columns, [scale], { resourceVersion: scale.metadata.resourceVersion ?? "" }, clock.now(), "Metadata", undefined, version),
  );
}
