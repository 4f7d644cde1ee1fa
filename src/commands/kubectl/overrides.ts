import type { Thing } from "./api/server.ts";
import { CommandError } from "./errors.ts";

/** The object changed by what `--overrides` says. */
export function mergePatched(object: Thing, text: string, type: string): Thing {
  let patch: unknown;
  try {
    patch = JSON.parse(text);
  } catch (error) {
    throw new CommandError(`invalid character in --overrides: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (type !== "merge" && type !== "strategic" && type !== "json") throw new CommandError(`invalid override type: ${type}`);
  if (type === "json") throw new CommandError("Podyard does not simulate --override-type=json");
  return merged(object, patch) as Thing;
}

/** JSON merge patch: maps are merged, null removes, all else replaces. RFC 7396. */
export function merged(target: unknown, patch: unknown): unknown {
  if (typeof patch !== "object" || patch === null || Array.isArray(patch)) return patch;
  const result: Record<string, unknown> = typeof target === "object" && target !== null && !Array.isArray(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = merged(result[key], value);
  }
  return result;
}
