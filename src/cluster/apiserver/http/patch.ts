import type { HttpResponse } from "#base/http.ts";
import { textOf } from "#base/streams.ts";
import { forbiddenField } from "#machinery/field-error.ts";
import type { KubeObject } from "#machinery/object.ts";
import { patched } from "#machinery/patch.ts";
import { patchType } from "#machinery/patch-type.ts";
import { invalid, notFound, StatusError } from "#machinery/status.ts";
import type { Core, Target } from "../core.ts";
import { noteRewritten } from "../managed-fields.ts";
import { update } from "../verbs/update.ts";
import { answer } from "./answer.ts";
import { applyObject } from "./apply.ts";
import { strangeness } from "./body.ts";
import { formsOf, negotiate, objectForms } from "./negotiation.ts";
import { writeQuery } from "./options.ts";
import { type ApiRequest, isTrue } from "./request.ts";
import { objectJson } from "./serialize.ts";
import { checkName, checkNamespace, presented, wantedOf } from "./write.ts";

/** Answers a PATCH of an object or a part of it. */
export async function patchObject(core: Core, target: Target, request: ApiRequest): Promise<HttpResponse> {
  const { resource, namespace, name } = target;
  const { http, info, warnings } = request;
  const type = patchType(http.headers["content-type"] ?? "");
  if (!type) throw new StatusError(415, "UnsupportedMediaType", "415: Unsupported Media Type", {});
  if (type === "strategic" && resource.kind.custom) throw new StatusError(415, "UnsupportedMediaType", noStrategy);
  const form = negotiate(http.headers["accept"], formsOf(resource.kind, objectForms));
  const options = writeQuery(request, "PatchOptions", type === "apply");
  if (type === "apply") return await applyObject(core, target, request, options);
  if (isTrue(info.query.get("force")))
    throw invalid({ group: "meta.k8s.io", kind: "PatchOptions" }, "", [forbiddenField(["force"], "may not be specified for non-apply patch")]);

  const wanted = wantedOf(core, resource);
  const text = textOf(http.body ?? new Uint8Array());
  const transform = (old: KubeObject | undefined): KubeObject => {
    if (!old) throw notFound(resource.on, name);
    const { value, problems, rewritten } = patched(type, resource.schema, old, text, options.fieldValidation, (made) => strangeness(wanted, made));
    warnings.push(...problems);
    checkName(value, name);
    checkNamespace(resource, value, namespace);
    noteRewritten(resource.schema, value, rewritten);
    return value;
  };
  const { object } = await update(core, target, transform, options);
  return answer(200, objectJson(core, resource, presented(core, resource, object), form, info.query), form, http, warnings);
}

/** Only built-in kinds say how their lists are merged. */
const noStrategy =
  "the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml";
