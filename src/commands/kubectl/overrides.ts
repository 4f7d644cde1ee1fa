import { isMap } from "#machinery/conform.ts";
import { applyJsonPatch, JsonPatchError, type JsonPatchOperation } from "#machinery/json-patch.ts";
import { applyMergePatch } from "#machinery/merge-patch.ts";
import { groupVersionOf } from "#machinery/object.ts";
import { schemaOf } from "#machinery/schema.ts";
import { applyStrategicPatch } from "#machinery/strategic-patch.ts";
import type { Thing } from "./api/server.ts";
import { CommandError } from "./errors.ts";
import { typed } from "./resources/typed.ts";

/**
 * The object changed by what `--overrides` says, in the way that `--override-type` says, and as typed Go code holds it: fields that its kind does
 * not have fall away without a word.
 */
export function overridden(object: Thing, text: string, type: string): Thing {
  const change = changes[type];
  if (!change) throw new CommandError(`invalid override type: ${type}`);
  const changed = change(object, text) as Thing;
  if (Array.isArray(changed))
    throw new CommandError(
      "couldn't get version/kind; json parse error: json: cannot unmarshal array into Go value of type " +
        'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }',
    );
  const { apiVersion, kind } = changed;
  if (!schemaOf({ ...groupVersionOf(apiVersion), kind }))
    throw new CommandError(`no kind "${kind}" is registered for version "${apiVersion}" in scheme "pkg/scheme/scheme.go:28"`);
  return typed(changed);
}

const changes: Record<string, (object: Thing, text: string) => unknown> = {
  merge(object, text) {
    const patch = parsed(text, "Invalid JSON Patch");
    if (typeof patch !== "object" || patch === null) throw new CommandError("Invalid JSON Patch");
    return applyMergePatch(object, patch);
  },
  strategic(object, text) {
    const patch = parsed(text, "invalid JSON document");
    if (!isMap(patch)) throw new CommandError("invalid JSON document");
    const schema = schemaOf({ ...groupVersionOf(object.apiVersion), kind: object.kind });
    return schema ? applyStrategicPatch(schema, object, patch) : applyMergePatch(object, patch);
  },
  json(object, text) {
    const operations = parsed(text, "Invalid JSON Patch");
    if (!Array.isArray(operations))
      throw new CommandError(`json: cannot unmarshal ${isMap(operations) ? "object" : typeof operations} into Go value of type jsonpatch.Patch`);
    return (operations as JsonPatchOperation[]).reduce<unknown>((value, operation) => {
      try {
        return applyJsonPatch(value, [operation]);
      } catch (error) {
        if (!(error instanceof JsonPatchError)) throw error;
        throw new CommandError(`error in ${operation.op} for path: '${operation.path}': ${error.message}`);
      }
    }, object);
  },
};

function parsed(text: string, problem: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new CommandError(problem);
  }
}
