import { binaryTests, numericTests, unaryTests } from "../interpreter/conditional.ts";
import type { Shell } from "../interpreter/shell.ts";
import { type BuiltinCall, defineBuiltin } from "./builtin.ts";

class TestProblem extends Error {}

/** The value of `test`'s arguments, by POSIX' rules for their number. */
class Expression {
  readonly #args: readonly string[];
  readonly #shell: Shell;
  #at = 0;

  constructor(args: readonly string[], shell: Shell) {
    this.#args = args;
    this.#shell = shell;
  }

  value(): boolean {
    const args = this.#args;
    if (args.length <= 4) return this.#short(args);
    const value = this.#or();
    if (this.#at < args.length) throw new TestProblem("too many arguments");
    return value;
  }

  #short(args: readonly string[]): boolean {
    const [a = "", b = "", c = ""] = args;
    switch (args.length) {
      case 0:
        return false;
      case 1:
        return a !== "";
      case 2:
        if (a === "!") return b === "";
        return this.#unary(a, b);
      case 3:
        if (isBinary(b)) return this.#binary(a, b, c);
        if (b === "-a") return a !== "" && c !== "";
        if (b === "-o") return a !== "" || c !== "";
        if (a === "!") return !this.#short([b, c]);
        if (a === "(" && c === ")") return b !== "";
        throw new TestProblem(`${b}: binary operator expected`);
    }
    if (a === "!") return !this.#short(args.slice(1));
    if (a === "(" && args[3] === ")") return this.#short([b, c]);
    const value = this.#or();
    if (this.#at < args.length) throw new TestProblem("too many arguments");
    return value;
  }

  #or(): boolean {
    let value = this.#and();
    while (this.#args[this.#at] === "-o") {
      this.#at++;
      const right = this.#and();
      value ||= right;
    }
    return value;
  }

  #and(): boolean {
    let value = this.#term();
    while (this.#args[this.#at] === "-a") {
      this.#at++;
      const right = this.#term();
      value &&= right;
    }
    return value;
  }

  #term(): boolean {
    const first = this.#args[this.#at++];
    if (first === undefined) throw new TestProblem("argument expected");
    if (first === "!") return !this.#term();
    const next = this.#args[this.#at];
    const after = this.#args[this.#at + 1];
    if (next !== undefined && after !== undefined && isBinary(next)) {
      this.#at += 2;
      return this.#binary(first, next, after);
    }
    if (first === "(") {
      const value = this.#or();
      if (this.#args[this.#at++] !== ")") throw new TestProblem("`)' expected");
      return value;
    }
    if (unaryTests[first] && next !== undefined) {
      this.#at++;
      return this.#unary(first, next);
    }
    return first !== "";
  }

  #unary(operator: string, operand: string): boolean {
    const test = unaryTests[operator];
    if (!test) throw new TestProblem(`${operator}: unary operator expected`);
    if (operator === "-t" && !/^\d+$/.test(operand)) throw new TestProblem(`${operand}: integer expression expected`);
    return test(operand, this.#shell);
  }

  #binary(left: string, operator: string, right: string): boolean {
    const numeric = numericTests[operator];
    if (!numeric) return binaryTests[operator]?.(left, right, this.#shell) ?? false;
    for (const text of [left, right]) if (!/^\s*[+-]?\d+\s*$/.test(text)) throw new TestProblem(`${text}: integer expression expected`);
    return numeric(BigInt(left.trim().replace(/^\+/, "")), BigInt(right.trim().replace(/^\+/, "")));
  }
}

const isBinary = (operator: string): boolean => operator in numericTests || operator in binaryTests;

async function tested({ shell, fail }: BuiltinCall, args: readonly string[]): Promise<number> {
  try {
    return new Expression(args, shell).value() ? 0 : 1;
  } catch (error) {
    if (error instanceof TestProblem) return fail(error.message, 2);
    throw error;
  }
}

export const test = defineBuiltin({
  name: "test",
  usage: "test [expr]",
  run: (call) => tested(call, call.args),
});

export const bracket = defineBuiltin({
  name: "[",
  usage: "[ arg... ]",

  run(call) {
    if (call.args.at(-1) !== "]") return call.fail("missing `]'", 2);
    return tested(call, call.args.slice(0, -1));
  },
});
