import { valueText } from "../../go-template/format.ts";
import { takes, typed } from "../../go-template/functions.ts";
import { TemplateProblem } from "../../go-template/problem.ts";
import { Int64, type TemplateFunction, type Value } from "../../go-template/values.ts";
import { floatNumber, int64Of, wholeNumber } from "./convert.ts";

const int64 = (value: bigint): Int64 => new Int64(BigInt.asIntN(64, value));

function steps(from: number, to: number, step: number): bigint[] {
  const numbers: bigint[] = [];
  if (to < from) for (let i = from; step < 0 && i > to; i += step) numbers.push(BigInt(i));
  else for (let i = from; step > 0 && i < to; i += step) numbers.push(BigInt(i));
  return numbers;
}

function sequence(...given: Value[]): string {
  const [a = 0, b = 0, c = 0] = given.map(Number);
  const text = (numbers: readonly bigint[]) => numbers.join(" ");
  if (given.length === 1) {
    const step = a < 1 ? -1 : 1;
    return text(steps(1, a + step, step));
  }
  if (given.length === 2) {
    const step = b < a ? -1 : 1;
    return text(steps(a, b + step, step));
  }
  if (given.length !== 3 || (c < a && b > 0)) return "";
  return text(steps(a, c + (c < a ? -1 : 1), b));
}

/** Decimal arithmetic: what floats make of 0.1 + 0.2 is rounded off where they differ from the decimal number. */
function decimal(first: number, others: readonly Value[], work: (a: number, b: number) => number, digits = 15): number {
  return others.map(floatNumber).reduce((a, b) => Number(work(a, b).toPrecision(digits)), first);
}

function divided(a: Value, b: Value, work: (x: bigint, y: bigint) => bigint): Int64 {
  const by = wholeNumber(b);
  if (by === 0n) throw new TemplateProblem("runtime error: integer divide by zero");
  return int64(work(wholeNumber(a), by));
}

function rounded(value: Value, places: Value, from: Value = 0.5): number {
  const power = 10 ** Number(places);
  const digit = power * floatNumber(value);
  return (digit - Math.trunc(digit) >= Number(from) ? Math.ceil(digit) : Math.floor(digit)) / power;
}

/** Whole numbers from the smallest on. */
const ascending = (values: readonly Value[]) => values.map(wholeNumber).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
const most = (values: readonly Value[]) => ascending(values).at(-1) ?? 0n;
const least = (values: readonly Value[]) => ascending(values)[0] ?? 0n;

/** Functions on numbers. */
export const numbers: Readonly<Record<string, TemplateFunction>> = {
  atoi: typed(["string"], (text) => (/^[+-]?\d+$/.test(text as string) ? BigInt((text as string).replace("+", "")) : 0n)),
  int: takes(1, 1, (value) => wholeNumber(value)),
  int64: takes(1, 1, int64Of),
  float64: takes(1, 1, floatNumber),
  toDecimal: takes(1, 1, (value) => {
    const text = valueText(value);
    return new Int64(/^[+-]?[0-7]+$/.test(text) ? Number.parseInt(text, 8) : 0);
  }),
  seq: typed(["...int"], sequence),
  until: typed(["int"], (count) => steps(0, Number(count), Number(count) < 0 ? -1 : 1)),
  untilStep: typed(["int", "int", "int"], (from, to, step) => steps(Number(from), Number(to), Number(step))),
  add1: takes(1, 1, (value) => int64(wholeNumber(value) + 1n)),
  add: takes(0, undefined, (...values) => int64(values.map(wholeNumber).reduce((a, b) => a + b, 0n))),
  sub: takes(2, 2, (a, b) => int64(wholeNumber(a) - wholeNumber(b))),
  div: takes(2, 2, (a, b) => divided(a, b, (x, y) => x / y)),
  mod: takes(2, 2, (a, b) => divided(a, b, (x, y) => x % y)),
  mul: takes(1, undefined, (...values) => int64(values.map(wholeNumber).reduce((a, b) => a * b, 1n))),
  add1f: takes(1, 1, (value) => decimal(floatNumber(value), [1n], (a, b) => a + b)),
  addf: takes(0, undefined, (...values) => decimal(0, values, (a, b) => a + b)),
  subf: takes(1, undefined, (first, ...values) => decimal(floatNumber(first), values, (a, b) => a - b)),
  mulf: takes(1, undefined, (first, ...values) => decimal(floatNumber(first), values, (a, b) => a * b)),
  divf: takes(1, undefined, (first, ...values) =>
    decimal(
      floatNumber(first),
      values,
      (a, b) => {
        if (b === 0) throw new TemplateProblem("decimal division by 0");
        return Number((a / b).toFixed(16));
      },
      17,
    ),
  ),
  biggest: takes(1, undefined, (...values) => int64(most(values))),
  max: takes(1, undefined, (...values) => int64(most(values))),
  min: takes(1, undefined, (...values) => int64(least(values))),
  maxf: takes(1, undefined, (...values) => Math.max(...values.map(floatNumber))),
  minf: takes(1, undefined, (...values) => Math.min(...values.map(floatNumber))),
  ceil: takes(1, 1, (value) => Math.ceil(floatNumber(value))),
  floor: takes(1, 1, (value) => Math.floor(floatNumber(value))),
  round: { least: 2, types: ["interface {}", "int", "float64"], run: rounded },
};
