import type { ASTNode, Environment } from "@marcbachmann/cel-js";
import { RE2JS } from "re2js";
import { compileProblem, goType, problemAt, runtimeProblem } from "./errors.ts";
import { withMapLiterals } from "./literals.ts";
import { CelProblem } from "./problem.ts";

/** How much work one evaluation, or a whole round of them, may still do. */
export class Budget {
  #left: number;

  constructor(steps = 10_000_000) {
    this.#left = steps;
  }

  get isSpent(): boolean {
    return this.#left < 0;
  }

  get left(): number {
    return this.#left;
  }

  take(steps: number): void {
    this.#left -= steps;
  }
}

const tooExpensive = "operation cancelled: actual cost limit exceeded";
/** Thrown to end an evaluation. No Error: those are values to `all` and `exists`, which go on in the hope of a better one. */
const stop = Object.freeze({});

/** The most steps of one evaluation. */
const mostSteps = 1_000_000;

/** An expression that fits its environment. */
export interface Expression {
  /** `bool`, `string`, `list<int>`, `dyn`. */
  readonly type: string;
  /** Which variables it names. */
  readonly names: ReadonlySet<string>;
  /** Throws a `CelProblem` where it comes to no value. */
  evaluate(variables: Readonly<Record<string, unknown>>, budget?: Budget): unknown;
}

/** Reads and checks an expression; throws a `CelProblem` that says what is wrong with it. */
export function compile(environment: Environment, text: string): Expression {
  let parsed: ReturnType<Environment["parse"]>;
  try {
    const plain = withMapLiterals(text);
    // An object's fields are of many types, and so is what is put into a text.
    parsed = (plain === text && !text.includes(".format(") ? environment : environment.clone({ homogeneousAggregateLiterals: false })).parse(plain);
  } catch (error) {
    throw compileProblem(error, text);
  }
  const nodes = [...nodesOf(parsed.ast)];
  const names = new Set<string>();
  for (const node of nodes) {
    if (node.op === "id") names.add(node.args as string);
    checkPattern(node, text);
    if ((node.op === "rcall" || node.op === "call") && node.args[0] === "matches") (node.args as unknown[])[0] = "matchesPattern";
  }
  const checked = parsed.check();
  if (!checked.valid) throw earlierProblem(environment, nodes, checked.error, text) ?? compileProblem(checked.error, text, environment);

  // Whatever repeats or grows is counted.
  let meter: Budget | undefined;
  const take = (steps: number) => {
    meter?.take(steps);
    if (meter?.isSpent) throw stop;
  };
  for (const node of nodesOf(parsed.ast)) meterNode(node, take);
  return {
    type: checked.type ?? "dyn",
    names,
    evaluate(variables, budget) {
      const mine = new Budget(Math.min(mostSteps, budget?.left ?? mostSteps));
      const [outer, before] = [meter, mine.left];
      meter = mine;
      try {
        const value = parsed(variables);
        if (mine.isSpent) throw new CelProblem(tooExpensive);
        return value;
      } catch (error) {
        throw mine.isSpent ? new CelProblem(tooExpensive) : runtimeProblem(error);
      } finally {
        meter = outer;
        budget?.take(before - mine.left);
      }
    },
  };
}

/** A pattern that is written out must be one. */
function checkPattern({ op, args }: ASTNode, text: string): void {
  if (op !== "rcall" || args[0] !== "matches") return;
  const pattern = (args[2] as ASTNode[])[0];
  if (pattern?.op !== "value" || typeof pattern.args !== "string") return;
  try {
    RE2JS.compile(pattern.args);
  } catch {
    throw problemAt(text, pattern.start, "invalid matches argument");
  }
}

/** An operator that has no use for its left side, whatever stands on the right, is told of before the right side that cannot be read. */
function earlierProblem(environment: Environment, nodes: readonly ASTNode[], error: unknown, text: string): CelProblem | undefined {
  const range = (error as { range?: { start: number } } | undefined)?.range;
  for (const { op, args } of nodes) {
    if (!arithmetic.has(op)) continue;
    const [left, right] = args as [ASTNode, ASTNode];
    if (right.op !== "id" || right.start !== range?.start) continue;
    const type = environment.check(text.slice(left.start, left.end)).type;
    const isUseless = type !== undefined && type !== "dyn" && !environment.check(`(${text.slice(left.start, left.end)}) ${op} dyn(1)`).valid;
    if (!isUseless) continue;
    return problemAt(text, text.lastIndexOf(op, right.start), `found no matching overload for '_${op}_' applied to '(${goType(type)}, !error!)'`);
  }
  return undefined;
}

const arithmetic: ReadonlySet<string> = new Set(["+", "-", "*", "/", "%"]);

interface Evaluated {
  evaluate(evaluator: unknown, node: unknown, context: unknown): unknown;
  args: unknown;
}

function meterNode(node: ASTNode, take: (steps: number) => void): void {
  const op = node.op as string;
  if (op === "comprehension")
    around((node.args as unknown as { step: Evaluated }).step, (evaluate) => {
      take(1);
      return evaluate();
    });
  if (op === "+")
    around(node as unknown as Evaluated, (evaluate) => {
      const value = evaluate();
      if (Array.isArray(value)) take(value.length);
      else if (typeof value === "string") take(value.length / 10);
      return value;
    });
}

/** Puts something around a node's evaluation. A node replaces its own `evaluate` by what it is to do the first time: that stays inside. */
function around(node: Evaluated, wrap: (evaluate: () => unknown) => unknown): void {
  let inner = node.evaluate;
  const outer: Evaluated["evaluate"] = (...args) => wrap(() => inner.apply(node, args));
  Object.defineProperty(node, "evaluate", { get: () => outer, set: (next) => (inner = next) });
}

/** Every node of an expression, once; macros and what they became too. */
function* nodesOf(root: unknown, seen: Set<object> = new Set()): Iterable<ASTNode> {
  if (typeof root !== "object" || root === null || seen.has(root)) return;
  seen.add(root);
  const node = root as Partial<ASTNode> & { meta?: { alternate?: unknown; macro?: unknown } };
  if (Array.isArray(root)) {
    for (const item of root) yield* nodesOf(item, seen);
  } else if (typeof node.op === "string" && "args" in node) {
    yield node as ASTNode;
    yield* nodesOf(node.args, seen);
    yield* nodesOf(node.meta?.alternate, seen);
    yield* nodesOf(node.meta?.macro, seen);
  } else if (root.constructor === Object) for (const inner of Object.values(root)) yield* nodesOf(inner, seen);
}
