import { Regex, RegexError } from "../interpreter/regex.ts";
import { defineTool } from "./tool.ts";

class ExprError extends Error {}

/** Evaluates `expr`'s arguments. */
class Expression {
  readonly #args: readonly string[];
  #at = 0;

  constructor(args: readonly string[]) {
    this.#args = args;
  }

  value(): string {
    const value = this.#or();
    const rest = this.#args[this.#at];
    if (rest !== undefined) throw new ExprError(`syntax error: unexpected argument ‘${rest}’`);
    return value;
  }

  #take(...operators: string[]): string | undefined {
    const next = this.#args[this.#at];
    if (next === undefined || !operators.includes(next)) return undefined;
    this.#at++;
    return next;
  }

  #or(): string {
    let left = this.#and();
    while (this.#take("|")) {
      const right = this.#and();
      left = isNull(left) ? (isNull(right) ? "0" : right) : left;
    }
    return left;
  }

  #and(): string {
    let left = this.#comparison();
    while (this.#take("&")) {
      const right = this.#comparison();
      left = isNull(left) || isNull(right) ? "0" : left;
    }
    return left;
  }

  #comparison(): string {
    let left = this.#sum();
    for (let operator = this.#take("<", "<=", "=", "==", "!=", ">=", ">"); operator; operator = this.#take("<", "<=", "=", "==", "!=", ">=", ">")) {
      const right = this.#sum();
      const numbers = isInteger(left) && isInteger(right);
      const order = numbers ? Number(BigInt(left) - BigInt(right)) : left < right ? -1 : left > right ? 1 : 0;
      const holds =
        operator === "<"
          ? order < 0
          : operator === "<="
            ? order <= 0
            : operator === ">"
              ? order > 0
              : operator === ">="
                ? order >= 0
                : operator === "!="
                  ? order !== 0
                  : order === 0;
      left = holds ? "1" : "0";
    }
    return left;
  }

  #sum(): string {
    let left = this.#product();
    for (let operator = this.#take("+", "-"); operator; operator = this.#take("+", "-")) {
      const [a, b] = [integer(left), integer(this.#product())];
      left = String(operator === "+" ? a + b : a - b);
    }
    return left;
  }

  #product(): string {
    let left = this.#match();
    for (let operator = this.#take("*", "/", "%"); operator; operator = this.#take("*", "/", "%")) {
      const [a, b] = [integer(left), integer(this.#match())];
      if (operator !== "*" && b === 0n) throw new ExprError("division by zero");
      left = String(operator === "*" ? a * b : operator === "/" ? a / b : a % b);
    }
    return left;
  }

  #match(): string {
    let left = this.#primary();
    while (this.#take(":")) left = matched(left, this.#primary());
    return left;
  }

  #primary(): string {
    const word = this.#args[this.#at++];
    if (word === undefined)
      throw new ExprError(this.#at === 1 ? "missing operand" : `syntax error: missing argument after ‘${this.#args[this.#at - 2] ?? ""}’`);
    if (word === "(") {
      const inner = this.#or();
      if (!this.#take(")")) throw new ExprError(`syntax error: expecting ')' after ‘${this.#args[this.#at - 1] ?? ""}’`);
      return inner;
    }
    if (word === "+") return this.#primary();
    if (this.#args[this.#at] === undefined) return word;
    if (word === "length") return String([...this.#primary()].length);
    if (word === "match") return matched(this.#primary(), this.#primary());
    if (word === "index") {
      const [text, characters] = [[...this.#primary()], this.#primary()];
      return String(text.findIndex((one) => characters.includes(one)) + 1);
    }
    if (word === "substr") {
      const [text, from, count] = [[...this.#primary()], Number(this.#primary()), Number(this.#primary())];
      return from < 1 || !(count > 0) ? "" : text.slice(from - 1, from - 1 + count).join("");
    }
    return word;
  }
}

const isInteger = (text: string): boolean => /^-?\d+$/.test(text);
const isNull = (text: string): boolean => text === "" || /^-?0+$/.test(text);

function integer(text: string): bigint {
  if (!isInteger(text)) throw new ExprError("non-integer argument");
  return BigInt(text);
}

function matched(text: string, pattern: string): string {
  const regex = new Regex(`^${pattern.replace(/^\^/, "")}`, { extended: false });
  const match = regex.exec(text);
  if (regex.groups > 0) return match?.groups[1] ?? "";
  return String(match ? [...text.slice(match.at, match.end)].length : 0);
}

export const expr = defineTool({
  name: "expr",
  usage: "EXPRESSION",
  summary: "Print the value of EXPRESSION to standard output.",
  plain: true,

  async run({ args, out, fail, err }) {
    try {
      const value = new Expression(args[0] === "--" ? args.slice(1) : args).value();
      await out.line(value);
      return isNull(value) ? 1 : 0;
    } catch (error) {
      if (error instanceof RegexError) return fail(error.message, 2);
      if (!(error instanceof ExprError)) throw error;
      const code = await fail(error.message, 2);
      if (error.message === "missing operand") await err.line("Try 'expr --help' for more information.");
      return code;
    }
  },
});
