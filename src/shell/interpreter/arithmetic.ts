import { type ArithmeticExpression, parse } from "unbash";

/** Arithmetic that cannot be done: the message after the expression. */
export class ArithmeticError extends Error {}

/** What arithmetic needs of a shell. */
export interface Numbers {
  /** The text of a variable or of an array's element. */
  get(name: string, index?: string): string | undefined;
  set(name: string, index: string | undefined, value: string): void;
  isTable(name: string): boolean;
}

const mostDepth = 64;
const known = new Map<string, ArithmeticExpression | undefined>();

/** The expression in a text. */
export function parseArithmetic(text: string): ArithmeticExpression | undefined {
  if (known.has(text)) return known.get(text);
  const command = parse(`((${text}\n))`).commands[0]?.command;
  if (command?.type !== "ArithmeticCommand" || command.body.trim() !== text.trim()) throw new ArithmeticError(`${text}: ${syntaxProblem(text)}`);
  if (known.size > 500) known.clear();
  known.set(text, command.expression);
  return command.expression;
}

const operand = /^(?:[\w@#]+(?:\[[^\]]*\])?)/;
const operators = /^(?:\*\*|<<=?|>>=?|&&|\|\||[-+*/%&^|<>=!]=?|[~?:,])/;

/** What is wrong with a text that is no expression, in bash's words: where an operand is missing, or where something stands that belongs to nothing. */
export function syntaxProblem(text: string): string {
  let rest = text.trimStart();
  let wantsOperand = true;
  let depth = 0;
  while (rest !== "") {
    const token = (wantsOperand ? /^(?:\+\+|--|[-+!~(])/ : /^(?:\+\+|--|\))/).exec(rest)?.[0];
    const [word] = operand.exec(rest) ?? [];
    const [operator] = operators.exec(rest) ?? [];
    if (token !== undefined) {
      if (token === "(" || token === ")") depth += token === "(" ? 1 : -1;
      if (depth < 0) return `syntax error in expression (error token is "${rest}")`;
      rest = rest.slice(token.length).trimStart();
    } else if (wantsOperand) {
      if (word === undefined) return `syntax error: operand expected (error token is "${rest}")`;
      rest = rest.slice(word.length).trimStart();
      wantsOperand = false;
    } else if (operator !== undefined) {
      const left = rest;
      rest = rest.slice(operator.length).trimStart();
      wantsOperand = true;
      if (rest === "") return `syntax error: operand expected (error token is "${left}")`;
    } else return `${word === undefined ? "syntax error: invalid arithmetic operator" : "syntax error in expression"} (error token is "${rest}")`;
  }
  return depth > 0 ? 'missing `)\' (error token is "")' : "syntax error: invalid arithmetic operator";
}

/** The value of a text as arithmetic: a number, a name, or an expression. */
export function evaluateText(text: string, numbers: Numbers, depth = 0): bigint {
  const trimmed = text.trim();
  if (trimmed === "") return 0n;
  if (/^[+-]?(0|[1-9]\d{0,14})$/.test(trimmed)) return BigInt(trimmed.replace(/^\+/, ""));
  if (depth > mostDepth) throw new ArithmeticError(`${trimmed}: expression recursion level exceeded (error token is "${trimmed}")`);
  const expression = parseArithmetic(trimmed);
  return expression ? evaluate(expression, numbers, trimmed, depth) : 0n;
}

/** The value of an expression; `text` is what messages quote. All expansions in it have been made. */
export function evaluate(expression: ArithmeticExpression, numbers: Numbers, text: string, depth = 0): bigint {
  switch (expression.type) {
    case "ArithmeticGroup":
      return evaluate(expression.expression, numbers, text, depth);
    case "ArithmeticTernary":
      return evaluate(evaluate(expression.test, numbers, text, depth) !== 0n ? expression.consequent : expression.alternate, numbers, text, depth);
    case "ArithmeticUnary":
      return unary(expression, numbers, text, depth);
    case "ArithmeticBinary":
      return binary(expression, numbers, text, depth);
    case "ArithmeticWord":
      return word(expression.value, numbers, text, depth);
    case "ArithmeticCommandExpansion":
      throw new ArithmeticError(`${text}: syntax error: operand expected (error token is "${expression.text}")`);
  }
}

type Of<T extends ArithmeticExpression["type"]> = Extract<ArithmeticExpression, { type: T }>;

function unary(node: Of<"ArithmeticUnary">, numbers: Numbers, text: string, depth: number): bigint {
  if (node.operator === "++" || node.operator === "--") {
    const place = placeOf(node.operand, numbers, depth);
    if (place) {
      const before = evaluateText(numbers.get(place.name, place.index) ?? "", numbers, depth + 1);
      const after = wrapped(node.operator === "++" ? before + 1n : before - 1n);
      numbers.set(place.name, place.index, String(after));
      return node.prefix ? after : before;
    }
    if (!node.prefix) throw new ArithmeticError(`${text}: syntax error: operand expected (error token is "${node.operator}")`);
  }
  const value = evaluate(node.operand, numbers, text, depth);
  if (node.operator === "!") return value === 0n ? 1n : 0n;
  if (node.operator === "~") return ~value;
  return node.operator === "-" ? wrapped(-value) : value;
}

const compare: Record<string, (a: bigint, b: bigint) => boolean> = {
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b,
  "==": (a, b) => a === b,
  "!=": (a, b) => a !== b,
};

function binary(node: Of<"ArithmeticBinary">, numbers: Numbers, text: string, depth: number): bigint {
  const { operator } = node;
  if (operator.endsWith("=") && !compare[operator]) {
    const place = placeOf(node.left, numbers, depth);
    if (!place) throw new ArithmeticError(`${text}: attempted assignment to non-variable (error token is "${operator} ")`);
    const right = evaluate(node.right, numbers, text, depth);
    const value =
      operator === "="
        ? right
        : calculated(operator.slice(0, -1), evaluateText(numbers.get(place.name, place.index) ?? "", numbers, depth + 1), right, text);
    numbers.set(place.name, place.index, String(value));
    return value;
  }
  const left = evaluate(node.left, numbers, text, depth);
  if (operator === "&&") return left !== 0n && evaluate(node.right, numbers, text, depth) !== 0n ? 1n : 0n;
  if (operator === "||") return left !== 0n || evaluate(node.right, numbers, text, depth) !== 0n ? 1n : 0n;
  const right = evaluate(node.right, numbers, text, depth);
  const comparison = compare[operator];
  return comparison ? (comparison(left, right) ? 1n : 0n) : calculated(operator, left, right, text);
}

function calculated(operator: string, a: bigint, b: bigint, text: string): bigint {
  if ((operator === "/" || operator === "%") && b === 0n) throw new ArithmeticError(`${text}: division by 0 (error token is "${String(b)}")`);
  switch (operator) {
    case "+":
      return wrapped(a + b);
    case "-":
      return wrapped(a - b);
    case "*":
      return wrapped(a * b);
    case "/":
      return wrapped(a / b);
    case "%":
      return a % b;
    case "**":
      return power(a, b, text);
    case "<<":
      return wrapped(a << (b & 63n));
    case ">>":
      return wrapped(a >> (b & 63n));
    case "&":
      return a & b;
    case "|":
      return a | b;
    case "^":
      return a ^ b;
    case ",":
      return b;
  }
  throw new ArithmeticError(`${text}: syntax error: invalid arithmetic operator (error token is "${operator}")`);
}

function power(base: bigint, exponent: bigint, text: string): bigint {
  if (exponent < 0n) throw new ArithmeticError(`${text}: exponent less than 0 (error token is "${String(-exponent)}")`);
  let result = 1n;
  let square = base;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = wrapped(result * square);
    square = wrapped(square * square);
  }
  return result;
}

/** As 64 bits hold it. */
const wrapped = (value: bigint): bigint => BigInt.asIntN(64, value);

const nameForm = /^[A-Za-z_]\w*$/;
const elementForm = /^([A-Za-z_]\w*)\[([\s\S]*)\]$/;

interface Place {
  name: string;
  index?: string;
}

function placeOf(node: ArithmeticExpression, numbers: Numbers, depth: number): Place | undefined {
  if (node.type !== "ArithmeticWord") return undefined;
  const value = node.value.trim();
  if (nameForm.test(value)) return { name: value };
  const [, name, index] = elementForm.exec(value) ?? [];
  if (name === undefined || index === undefined) return undefined;
  return { name, index: numbers.isTable(name) ? index : String(evaluateText(index, numbers, depth + 1)) };
}

function word(value: string, numbers: Numbers, text: string, depth: number): bigint {
  const trimmed = value.trim();
  if (trimmed === "") throw new ArithmeticError(`${text}: syntax error: operand expected (error token is "${text.trim().at(-1) ?? ""}")`);
  if (/^\d/.test(trimmed)) return literal(trimmed, text);
  const place = placeOf({ type: "ArithmeticWord", pos: 0, end: 0, value: trimmed }, numbers, depth);
  if (place) return evaluateText(numbers.get(place.name, place.index) ?? "", numbers, depth + 1);
  throw new ArithmeticError(`${text}: ${syntaxProblem(trimmed)}`);
}

const digits = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ@_";

/** `10`, `0x1f`, `017`, `2#1010`. */
function literal(text: string, whole: string): bigint {
  const [, base, body] = /^(\d+)#([0-9a-zA-Z@_]+)$/.exec(text) ?? [];
  const radix = base !== undefined ? Number(base) : /^0[xX]/.test(text) ? 16 : /^0\d/.test(text) ? 8 : 10;
  const number = body ?? text.replace(/^0[xX]/, "");
  if (radix < 2 || radix > 64) throw new ArithmeticError(`${whole}: invalid arithmetic base (error token is "${text}")`);
  let value = 0n;
  for (const digit of number) {
    const at = digits.indexOf(radix <= 36 ? digit.toLowerCase() : digit);
    if (at < 0) throw new ArithmeticError(`${whole}: ${syntaxProblem(text)}`);
    if (at >= radix) throw new ArithmeticError(`${whole}: value too great for base (error token is "${text}")`);
    value = value * BigInt(radix) + BigInt(at);
  }
  return wrapped(value);
}
