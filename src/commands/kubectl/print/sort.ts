import { findAll } from "#machinery/json-path/evaluate.ts";
import { JsonPathProblem, parseJsonPath, relaxed } from "#machinery/json-path/parse.ts";
import { compareQuantities, readQuantity } from "#machinery/quantity.ts";
import { CommandError } from "../errors.ts";

/** The items in the order of a field, as `--sort-by` names it. `objectOf` gives the object to look into. */
export function sortedBy<T>(items: readonly T[], field: string, objectOf: (item: T) => unknown): T[] {
  if (items.length === 0) return [];
  const path = strict(() => relaxed(field));
  const template = strict(() => parseJsonPath(path));
  const keyed = items.map((item) => ({ item, value: strict(() => findAll(template, objectOf(item), { allowMissing: true })[0]?.[0]) }));
  if (keyed.every(({ value }) => value === undefined))
    throw new CommandError(`couldn't find any field with path ${JSON.stringify(path)} in the list of objects`);
  try {
    return keyed.sort((a, b) => order(a.value, b.value)).map(({ item }) => item);
  } catch (error) {
    if (error instanceof Unsortable)
      throw new Unsortable(`Field ${path} in [][][]reflect.Value is an unsortable type: interface, err: ${error.message}`);
    throw error;
  }
}

/** Values that have no order: the real one ends at once, with a line of its log. */
export class Unsortable extends Error {}

function strict<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof JsonPathProblem) throw new CommandError(error.message);
    throw error;
  }
}

function order(a: unknown, b: unknown): number {
  if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? -1 : 1;
  if (typeof a === "number" && typeof b === "number") return a - b;
  if (typeof a === "string" && typeof b === "string") {
    const [x, y] = [readQuantity(a), readQuantity(b)];
    if (!("problem" in x) && !("problem" in y)) return compareQuantities(x, y);
    return a < b ? -1 : a > b ? 1 : 0;
  }
  throw new Unsortable(`unsortable type: ${Array.isArray(a) ? "[]interface {}" : "map[string]interface {}"}`);
}
