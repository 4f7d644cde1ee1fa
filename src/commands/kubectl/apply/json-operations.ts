import { applyJsonPatch, JsonPatchError, type JsonPatchOperation } from "#machinery/json-patch.ts";
import { CommandError } from "../errors.ts";

/** The value after one operation of a JSON patch; what is wrong with it is told as by the library that the real kubectl has for it. */
export function operated(value: unknown, operation: JsonPatchOperation): unknown {
  const { op = "unknown", path } = operation as Partial<JsonPatchOperation>;
  if (!["add", "remove", "replace", "move", "test", "copy"].includes(op)) throw new CommandError(`Unexpected kind: ${op}`);
  if (path === undefined) throw new CommandError(`${op} operation failed to decode path: missing value`);
  try {
    return applyJsonPatch(value, [operation]);
  } catch (error) {
    if (!(error instanceof JsonPatchError)) throw error;
    const { message } = error;
    if (op === "test") throw new CommandError(message);
    if (!message.startsWith("doc is missing")) throw new CommandError(`error in ${op} for path: '${path}': ${message}`);
    const shown = op === "add" || op === "remove" ? JSON.stringify(path) : path;
    const where = op === "move" ? "from path" : op === "copy" ? "destination path" : "path";
    throw new CommandError(
      `${op} operation does not apply: doc is missing ${where}: ${op === "move" ? (operation.from ?? "") : shown}: missing value`,
    );
  }
}
