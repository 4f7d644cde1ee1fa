import { type AdmissionNames, admissionEnvironment } from "#machinery/cel/admission.ts";
import { compile } from "#machinery/cel/expression.ts";
import { CelProblem } from "#machinery/cel/problem.ts";
import { checkQualifiedName, same } from "../shared/checks.ts";
import type { Field } from "../shared/field.ts";

/** What is wrong with an expression; otherwise the type that it is of. `types` are those that it may be of. */
export function judge(text: string, names: AdmissionNames, types?: readonly string[]): { problem: string } | { type: string } {
  try {
    const { type } = compile(admissionEnvironment(names), text);
    if (!types || types.includes(type)) return { type };
    const [first = "", ...others] = types;
    const wanted = others.length === 0 ? first : `one of [${types.map(goType).join(" ")}]`;
    return { problem: `must evaluate to ${wanted} but got ${goType(type)}` };
  } catch (error) {
    if (error instanceof CelProblem) return { problem: error.message };
    throw error;
  }
}

/** Types as cel-go writes them. */
export const goType = (type: string): string =>
  type
    .replace(/^null$/, "null_type")
    .replaceAll("<", "(")
    .replaceAll(">", ")");

/** `told` is the expression as it is shown. */
export function checkExpression(field: Field, text: string, names: AdmissionNames, types: readonly string[], told = text): void {
  const judged = judge(text, names, types);
  if ("problem" in judged) field.invalid(told, judged.problem);
}

interface Condition {
  name?: string;
  expression?: string;
}

const mostConditions = 64;

/** Under what conditions somebody is asked at all. */
export function checkMatchConditions(field: Field, conditions: readonly Condition[], params: boolean): void {
  if (conditions.length > mostConditions) field.tooMany(conditions.length, mostConditions);
  for (const [i, { name = "", expression = "" }] of conditions.entries()) {
    const at = field.at(i);
    const text = expression.trim();
    if (!text) at.at("expression").required();
    else checkExpression(at.at("expression"), text, { params, authorizer: true }, ["bool"]);
    if (name) checkQualifiedName(at.at("name"), name);
    else at.at("name").required();
    if (name && conditions.findIndex((other) => other.name === name) < i) at.at("name").duplicate(name);
  }
}

/** Conditions that did not change are not looked at again. */
export const sameConditions = (
  now: readonly { matchConditions?: readonly Condition[] }[],
  before: readonly { matchConditions?: readonly Condition[] }[],
): boolean => now.length === before.length && now.every(({ matchConditions }, i) => same(matchConditions, before[i]?.matchConditions));
