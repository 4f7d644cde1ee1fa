import { DecodeError, decode } from "#machinery/decode.ts";
import { groupVersionOf } from "#machinery/object.ts";
import { schemaOf } from "#machinery/schema.ts";
import type { Thing } from "../api/server.ts";
import { CommandError } from "../errors.ts";

/** An object of a known kind as typed Go code would hold it: fields that are always written are there. Others stay as they are. */
export function typed(object: Thing): Thing {
  const schema = schemaOf({ ...groupVersionOf(object.apiVersion), kind: object.kind });
  if (!schema) return object;
  try {
    const { value } = decode<Thing>(schema, object);
    // The type itself does not hold them where it was read as part of a list.
    return { ...value, apiVersion: object.apiVersion, kind: object.kind };
  } catch (error) {
    if (error instanceof DecodeError) throw new CommandError(error.message);
    throw error;
  }
}
