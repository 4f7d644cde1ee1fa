import { applyJsonPatch, JsonPatchError, type JsonPatchOperation } from "#machinery/json-patch.ts";
import { applyMergePatch } from "#machinery/merge-patch.ts";
import { groupVersionOf } from "#machinery/object.ts";
import { schemaOf } from "#machinery/schema.ts";
import { applyStrategicPatch } from "#machinery/strategic-patch.ts";
import type { Thing } from "./api/server.ts";
import { CommandError } from "./errors.ts";

/** The object changed by what `--overrides` says, in the way that `--override-type` says. */
export function overridden(object: Thing, text: string, type: string): Thing {
  const read = (): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      throw new CommandError("Invalid JSON Patch");
    }
  };
  switch (type) {
    case "merge":
      return applyMergePatch(object, read()) as Thing;
    case "strategic": {
      const schema = schemaOf({ ...groupVersionOf(object.apiVersion), kind: object.kind });
      return (schema ? applyStrategicPatch(schema, object, read()) : applyMergePatch(object, read())) as Thing;
    }
    case "json":
      try {
        return applyJsonPatch(object, read() as JsonPatchOperation[]) as Thing;
      } catch (error) {
        if (error instanceof JsonPatchError) throw new CommandError(error.message);
        throw error;
      }
    default:
      throw new CommandError(`invalid override type: ${type}`);
  }
}
