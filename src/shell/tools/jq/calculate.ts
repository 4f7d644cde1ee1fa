import type { Json } from "./syntax.ts";
import { isObject, JqError, type JsonObject, ordered, shown, typeName } from "./values.ts";

export function compares(operator: string, left: Json, right: Json): boolean {
  const order = ordered(left, right);
  if (operator === "==") return order === 0;
  if (operator === "!=") return order !== 0;
  return operator === "<" ? order < 0 : operator === "<=" ? order <= 0 : operator === ">" ? order > 0 : order >= 0;
}

/** `+`, `-`, `*`, `/`, `%` of two values. */
export function calculated(operator: string, left: Json, right: Json): Json {
  const wrong = (how: string): never => {
    throw new JqError(`${typeName(left)} (${shown(left)}) and ${typeName(right)} (${shown(right)}) cannot be ${how}`);
  };
  const numbers = typeof left === "number" && typeof right === "number";
  switch (operator) {
    case "+":
      if (left === null) return right;
      if (right === null) return left;
      if (numbers) return left + right;
      if (typeof left === "string" && typeof right === "string") return left + right;
      if (Array.isArray(left) && Array.isArray(right)) return [...left, ...right];
      if (isObject(left) && isObject(right)) return { ...left, ...right };
      return wrong("added");
    case "-":
      if (numbers) return left - right;
      if (Array.isArray(left) && Array.isArray(right)) return left.filter((one) => !right.some((other) => ordered(one, other) === 0));
      return wrong("subtracted");
    case "*":
      if (numbers) return left * right;
      if (typeof left === "string" && typeof right === "number") return right <= 0 ? null : left.repeat(Math.min(Math.ceil(right), 1_000_000));
      if (typeof left === "number" && typeof right === "string") return calculated("*", right, left);
      if (isObject(left) && isObject(right)) return merged(left, right);
      return wrong("multiplied");
    case "/":
      if (numbers) return right === 0 ? wrong("divided because the divisor is zero") : left / right;
      if (typeof left === "string" && typeof right === "string") return left === "" ? [] : left.split(right);
      return wrong("divided");
    case "%":
      if (!numbers) return wrong("divided");
      if (Math.trunc(right) === 0) return wrong("divided because the divisor is zero");
      return Math.trunc(left) % Math.abs(Math.trunc(right));
  }
  return null;
}

function merged(left: JsonObject, right: JsonObject): JsonObject {
  const result: JsonObject = { ...left };
  for (const [key, value] of Object.entries(right)) {
    const before = result[key];
    result[key] = isObject(before) && isObject(value) ? merged(before, value) : value;
  }
  return result;
}
