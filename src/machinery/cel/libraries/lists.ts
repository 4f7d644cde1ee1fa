import type { Environment } from "@marcbachmann/cel-js";
import { equal } from "../../field-comparison.ts";
import { CelProblem } from "../problem.ts";
import { jsonOf } from "../values.ts";

type List = readonly unknown[];

const same = (a: unknown, b: unknown): boolean => a === b || equal(jsonOf(a), jsonOf(b));
const before = (a: unknown, b: unknown): boolean => (a as bigint) < (b as bigint);

/** The lists and sets of Kubernetes. */
export function registerLists(env: Environment): void {
  env
    .registerFunction("list.isSorted(): bool", (list: List) => list.every((item, i) => i === 0 || !before(item, list[i - 1])))
    .registerFunction("list.sum(): dyn", sum)
    .registerFunction("list.min(): dyn", (list: List) => extreme(list, "min", before))
    .registerFunction("list.max(): dyn", (list: List) => extreme(list, "max", (a, b) => before(b, a)))
    .registerFunction("list.indexOf(dyn): int", (list: List, item: unknown) => BigInt(list.findIndex((each) => same(each, item))))
    .registerFunction("list.lastIndexOf(dyn): int", (list: List, item: unknown) => BigInt(list.findLastIndex((each) => same(each, item))))
    .registerFunction("list.slice(int, int): list", (list: List, from: bigint, to: bigint) => list.slice(Number(from), Number(to)))
    .registerFunction("list.flatten(): list", (list: List) => list.flat())
    .registerFunction("list.flatten(int): list", (list: List, depth: bigint) => list.flat(Number(depth)))
    .registerFunction("list.distinct(): list", (list: List) => list.filter((item, i) => !list.slice(0, i).some((other) => same(item, other))))
    .registerFunction("list.sort(): list", (list: List) => list.toSorted((a, b) => (before(a, b) ? -1 : before(b, a) ? 1 : 0)))
    .registerFunction("list.reverse(): list", (list: List) => list.toReversed());

  class Sets {}
  env.registerType("sets.Namespace", Sets);
  env.registerConstant("sets", "sets.Namespace", new Sets());
  const contains = (list: List, sub: List) => sub.every((item) => list.some((each) => same(each, item)));
  env
    .registerFunction("sets.Namespace.contains(list, list): bool", (_: Sets, list: List, sub: List) => contains(list, sub))
    .registerFunction("sets.Namespace.equivalent(list, list): bool", (_: Sets, a: List, b: List) => contains(a, b) && contains(b, a))
    .registerFunction("sets.Namespace.intersects(list, list): bool", (_: Sets, a: List, b: List) =>
      a.some((item) => b.some((each) => same(each, item))),
    );

  class Numbers {}
  env.registerType("math.Namespace", Numbers);
  env.registerConstant("math", "math.Namespace", new Numbers());
  const whole = (apply: (value: number) => number) => (_: Numbers, value: number) => apply(value);
  env
    .registerFunction("math.Namespace.greatest(list): dyn", (_: Numbers, list: List) => extreme(list, "max", (a, b) => before(b, a)))
    .registerFunction("math.Namespace.least(list): dyn", (_: Numbers, list: List) => extreme(list, "min", before))
    .registerFunction("math.Namespace.greatest(dyn, dyn): dyn", (_: Numbers, a: unknown, b: unknown) => (before(a, b) ? b : a))
    .registerFunction("math.Namespace.least(dyn, dyn): dyn", (_: Numbers, a: unknown, b: unknown) => (before(b, a) ? b : a))
    .registerFunction("math.Namespace.ceil(double): double", whole(Math.ceil))
    .registerFunction("math.Namespace.floor(double): double", whole(Math.floor))
    .registerFunction(
      "math.Namespace.round(double): double",
      whole((value) => Math.sign(value) * Math.round(Math.abs(value))),
    )
    .registerFunction("math.Namespace.trunc(double): double", whole(Math.trunc))
    .registerFunction("math.Namespace.abs(double): double", whole(Math.abs))
    .registerFunction("math.Namespace.abs(int): int", (_: Numbers, value: bigint) => (value < 0n ? -value : value))
    .registerFunction("math.Namespace.sign(double): double", whole(Math.sign))
    .registerFunction("math.Namespace.sign(int): int", (_: Numbers, value: bigint) => (value < 0n ? -1n : value > 0n ? 1n : 0n));
}

function sum(list: List): unknown {
  if (list.length === 0) return 0n;
  return list.reduce((all, item) => (all as bigint) + (item as bigint), typeof list[0] === "number" ? 0 : 0n);
}

function extreme(list: List, name: string, better: (a: unknown, b: unknown) => boolean): unknown {
  if (list.length === 0) throw new CelProblem(`${name} called on empty list`);
  return list.reduce((best, item) => (better(item, best) ? item : best));
}
