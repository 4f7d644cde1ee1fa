import { isMap } from "./conform.ts";
import { NumberText, setKey } from "./json.ts";

/** What a JSON merge patch makes of a value: https://www.rfc-editor.org/rfc/rfc7386. What was given stays as it is. */
export function applyMergePatch(value: unknown, patch: unknown): unknown {
  if (Array.isArray(patch)) return patch.map((item) => (item === null ? null : applyMergePatch(undefined, item)));
  if (!isMap(patch) || patch instanceof NumberText) return patch;
  const result: Record<string, unknown> = isMap(value) ? { ...value } : {};
  for (const [key, change] of Object.entries(patch)) {
    if (change === null) delete result[key];
    else setKey(result, key, applyMergePatch(Object.hasOwn(result, key) ? result[key] : undefined, change));
  }
  return result;
}
