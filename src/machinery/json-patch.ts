import { isMap } from "./conform.ts";
import { plainNumbers, setKey } from "./json.ts";

/** One operation of a JSON patch: https://www.rfc-editor.org/rfc/rfc6902 */
export interface JsonPatchOperation {
  op: string;
  path: string;
  from?: string;
  value?: unknown;
}

/** A JSON patch that does not fit what it is applied to. */
export class JsonPatchError extends Error {}

/** The value after all operations; what was given stays as it is, and what was not touched is shared. */
export function applyJsonPatch(value: unknown, operations: readonly JsonPatchOperation[]): unknown {
  return operations.reduce(applyOperation, value);
}

function applyOperation(value: unknown, { op, path, from, value: operand }: JsonPatchOperation): unknown {
  const steps = stepsOf(path);
  switch (op) {
    case "add":
      return changed(value, steps, (holder, key) => added(holder, key, operand ?? null));
    case "remove":
      return changed(value, steps, removed);
    case "replace":
      return steps.length === 0 ? operand : changed(value, steps, (holder, key) => replaced(holder, key, operand ?? null));
    case "test":
      if (!equal(at(value, steps), operand ?? null)) throw new JsonPatchError(`testing value ${path} failed: test failed`);
      return value;
    case "copy": {
      const copied = at(value, stepsOf(from ?? ""));
      return changed(value, steps, (holder, key) => added(holder, key, copied));
    }
    case "move": {
      const source = stepsOf(from ?? "");
      const moved = at(value, source);
      return changed(changed(value, source, removed), steps, (holder, key) => added(holder, key, moved));
    }
    default:
      throw new JsonPatchError(`unexpected kind: ${op}`);
  }
}

function stepsOf(path: string): string[] {
  if (path === "") return [];
  if (!path.startsWith("/")) throw new JsonPatchError(`doc is missing path: ${path}: missing value`);
  return path
    .slice(1)
    .split("/")
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** What stands at a path: null where a map has no such key. */
function at(value: unknown, steps: readonly string[]): unknown {
  let here = value;
  for (const [i, step] of steps.entries()) {
    if (Array.isArray(here)) here = here[indexIn(here, step, here.length - 1)];
    else if (isMap(here)) here = Object.hasOwn(here, step) ? here[step] : i === steps.length - 1 ? null : undefined;
    else throw missing(steps);
  }
  if (here === undefined) throw missing(steps);
  return here;
}

type Change = (holder: Record<string, unknown> | readonly unknown[], key: string) => Record<string, unknown> | unknown[];

/** A copy of the way to the last step, where `change` makes the difference. */
function changed(value: unknown, steps: readonly string[], change: Change): unknown {
  const [step, ...rest] = steps;
  if (step === undefined || (!isMap(value) && !Array.isArray(value))) throw missing(steps);
  if (rest.length === 0) return change(value, step);
  if (Array.isArray(value))
    return value.with(indexIn(value, step, value.length - 1), changed(value[indexIn(value, step, value.length - 1)], rest, change));
  if (!isMap(value) || !Object.hasOwn(value, step)) throw missing(steps);
  return withKey(value, step, changed(value[step], rest, change));
}

function added(holder: Record<string, unknown> | readonly unknown[], key: string, value: unknown): Record<string, unknown> | unknown[] {
  if (!Array.isArray(holder)) return withKey(holder as Record<string, unknown>, key, value);
  return holder.toSpliced(key === "-" ? holder.length : indexIn(holder, key, holder.length), 0, value);
}

function replaced(holder: Record<string, unknown> | readonly unknown[], key: string, value: unknown): Record<string, unknown> | unknown[] {
  // The real server adds what is not there.
  if (!Array.isArray(holder)) return withKey(holder as Record<string, unknown>, key, value);
  return holder.with(indexIn(holder, key, holder.length - 1), value);
}

function removed(holder: Record<string, unknown> | readonly unknown[], key: string): Record<string, unknown> | unknown[] {
  if (Array.isArray(holder)) return holder.toSpliced(indexIn(holder, key, holder.length - 1), 1);
  if (!Object.hasOwn(holder, key)) throw new JsonPatchError(`Unable to remove nonexistent key: ${key}: missing value`);
  return Object.fromEntries(Object.entries(holder).filter(([each]) => each !== key));
}

/** A place in a list; below zero it counts from the end. */
function indexIn(list: readonly unknown[], step: string, last: number): number {
  if (!/^[+-]?\d+$/.test(step)) throw new JsonPatchError(`value was not a proper array index: '${step}'`);
  const index = Number(step);
  const place = index < 0 ? index + last + 1 : index;
  if (place < 0 || place > last || list.length < last) throw new JsonPatchError(`Unable to access invalid index: ${index}: invalid index referenced`);
  return place;
}

function withKey(map: Record<string, unknown>, key: string, value: unknown): Record<string, unknown> {
  const copy = { ...map };
  setKey(copy, key, value);
  return copy;
}

const missing = (steps: readonly string[]) => new JsonPatchError(`doc is missing path: /${steps.join("/")}: missing value`);

function equal(a: unknown, b: unknown): boolean {
  const [left, right] = [plainNumbers(a), plainNumbers(b)];
  if (left === right) return true;
  if (Array.isArray(left) && Array.isArray(right)) return left.length === right.length && left.every((item, i) => equal(item, right[i]));
  if (!isMap(left) || !isMap(right)) return false;
  const keys = Object.keys(left);
  return keys.length === Object.keys(right).length && keys.every((key) => Object.hasOwn(right, key) && equal(left[key], right[key]));
}
