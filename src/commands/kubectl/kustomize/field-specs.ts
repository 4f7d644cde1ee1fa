import type { Thing } from "../api/server.ts";
import { CommandError } from "../errors.ts";
import { idOf, idText, isOfKind, type Kinds } from "./resource.ts";

/** Where something stands in objects of a kind; `create` makes what is not there. */
export interface FieldSpec extends Kinds {
  path: string;
  create?: boolean;
}

type Change = (value: unknown) => unknown;

/** The object with what stands at that place changed, in every list on the way. `empty` is what a place is made with. */
export function updatedAt(object: Thing, spec: FieldSpec, change: Change, empty?: unknown): Thing {
  if (!isOfKind(spec, idOf(object))) return object;
  const steps = stepsOf(spec.path);
  try {
    return updated(object, steps, { change, create: (spec.create ?? false) && empty !== undefined, empty }) as Thing;
  } catch (error) {
    if (error instanceof CommandError) throw new CommandError(`considering field '${spec.path}' of object ${idText(idOf(object))}: ${error.message}`);
    throw error;
  }
}

/** The same at several places, one after the other. */
export const updatedAtAll = (object: Thing, specs: readonly FieldSpec[], change: Change, empty?: unknown): Thing =>
  specs.reduce((result, spec) => updatedAt(result, spec, change, empty), object);

/** `spec/template`, with `\/` for a slash that separates nothing. */
export const stepsOf = (path: string): string[] => (path.match(/(?:\\\/|[^/])+/g) ?? []).map((step) => step.replaceAll("\\/", "/"));

function updated(node: unknown, steps: readonly string[], how: { change: Change; create: boolean; empty: unknown }): unknown {
  const [step, ...rest] = steps;
  if (step === undefined) return how.change(node);
  if (node === null || node === undefined) return node;
  if (Array.isArray(node)) {
    const list = node.map((item) => updated(item, steps, how));
    return list.every((item, i) => item === node[i]) ? node : list;
  }
  if (typeof node !== "object") throw new CommandError("expected sequence or mapping node");
  const key = step.replace(/\[\]$/, "");
  const makes = how.create && !step.endsWith("[]");
  const map = node as Readonly<Record<string, unknown>>;
  let value = map[key];
  if (value === undefined && !makes) return node;
  if (makes && (value === undefined || value === null)) value = rest.length > 0 ? {} : how.empty;
  const result = updated(value, rest, how);
  return result === map[key] ? node : { ...map, [key]: result };
}

const isSameSpec = (a: FieldSpec, b: FieldSpec): boolean => isOfKind(b, a) && a.path === b.path;

/** Both lists; a place that is in one already must be made, or not, as there. */
export function mergedSpecs(specs: readonly FieldSpec[], more: readonly FieldSpec[]): FieldSpec[] {
  const result = [...specs];
  for (const spec of more) {
    const known = result.find((other) => isSameSpec(other, spec));
    if (!known) result.push(spec);
    else if ((known.create ?? false) !== (spec.create ?? false)) throw new CommandError("conflicting fieldspecs");
  }
  return result;
}
