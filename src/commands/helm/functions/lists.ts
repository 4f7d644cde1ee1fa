import { takes, typed } from "../../go-template/functions.ts";
import { TemplateProblem } from "../../go-template/problem.ts";
import { isList, isNil, type TemplateFunction, type Value } from "../../go-template/values.ts";
import { isEmpty, kindName, same, wholeNumber } from "./convert.ts";

/** The items of a list, or the error that `what` gives of anything else. */
function items(list: Value, what: string): readonly Value[] {
  if (isList(list)) return list;
  if (list instanceof Uint8Array) return [...list].map(BigInt);
  if (isNil(list)) throw new TemplateProblem("runtime error: invalid memory address or nil pointer dereference");
  throw new TemplateProblem(`${what} ${kindName(list)}`);
}

function part(list: Value, ...places: Value[]): Value {
  const all = items(list, "list should be type of slice or array but");
  if (all.length === 0) return null;
  const from = Number(places.length > 0 ? wholeNumber(places[0]) : 0n);
  const to = places.length > 1 ? Number(wholeNumber(places[1])) : all.length;
  if (from < 0 || to < from || to > all.length) throw new TemplateProblem("reflect.Value.Slice: slice index out of bounds");
  return all.slice(from, to);
}

function chunks(size: Value, list: Value): Value[][] {
  const all = items(list, "Cannot chunk type");
  const length = Number(size);
  const result: Value[][] = [];
  for (let i = 0; i < all.length; i += Math.max(length, 1)) result.push(all.slice(i, i + length));
  return result;
}

const unique = (list: readonly Value[]): Value[] => {
  const seen: Value[] = [];
  for (const item of list) if (!seen.some((other) => same(other, item))) seen.push(item);
  return seen;
};

/** Each name stands for itself and for its form with `must`. */
const both = (functions: Readonly<Record<string, TemplateFunction>>): Record<string, TemplateFunction> =>
  Object.fromEntries(
    Object.entries(functions).flatMap(([name, fn]) => [
      [name, fn],
      [`must${name[0]?.toUpperCase()}${name.slice(1)}`, fn],
    ]),
  );

/** Functions on lists. */
export const lists: Readonly<Record<string, TemplateFunction>> = {
  list: takes(0, undefined, (...values) => values),
  tuple: takes(0, undefined, (...values) => values),
  ...both({
    append: takes(2, 2, (list, item) => [...items(list, "Cannot push on type"), item]),
    push: takes(2, 2, (list, item) => [...items(list, "Cannot push on type"), item]),
    prepend: takes(2, 2, (list, item) => [item, ...items(list, "Cannot prepend on type")]),
    first: takes(1, 1, (list) => items(list, "Cannot find first on type")[0]),
    rest: takes(1, 1, (list) => (items(list, "Cannot find rest on type").length === 0 ? null : items(list, "").slice(1))),
    last: takes(1, 1, (list) => items(list, "Cannot find last on type").at(-1)),
    initial: takes(1, 1, (list) => (items(list, "Cannot find initial on type").length === 0 ? null : items(list, "").slice(0, -1))),
    reverse: takes(1, 1, (list) => items(list, "Cannot find reverse on type").toReversed()),
    compact: takes(1, 1, (list) => items(list, "Cannot compact on type").filter((item) => !isEmpty(item))),
    uniq: takes(1, 1, (list) => unique(items(list, "Cannot find uniq on type"))),
    without: takes(1, undefined, (list, ...omitted) =>
      items(list, "Cannot find without on type").filter((item) => !omitted.some((other) => same(other, item))),
    ),
    has: takes(2, 2, (needle, list) => !isNil(list) && items(list, "Cannot find has on type").some((item) => same(item, needle))),
    slice: takes(1, undefined, part),
    chunk: typed(["int", "interface {}"], chunks),
  }),
  concat: takes(0, undefined, (...all) =>
    all.flatMap((list) => {
      if (isList(list)) return list;
      if (isNil(list)) throw new TemplateProblem("runtime error: invalid memory address or nil pointer dereference");
      throw new TemplateProblem(`Cannot concat type ${kindName(list)} as list`);
    }),
  ),
};
