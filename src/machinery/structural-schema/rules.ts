import { kubernetesEnvironment } from "../cel/environment.ts";
import { Budget, compile, type Expression } from "../cel/expression.ts";
import { optionalOf } from "../cel/optional.ts";
import { CelProblem } from "../cel/problem.ts";
import { type CelType, declareType } from "../cel/schema-types.ts";
import { isMap } from "../conform.ts";
import { equal } from "../field-comparison.ts";
import { invalidValue } from "../field-error.ts";
import type { FieldError, FieldPath } from "../status.ts";
import type { JSONSchemaProps, ValidationRule } from "../types.ts";

interface Rule {
  readonly said: ValidationRule;
  readonly check: Expression;
  readonly message: Expression | undefined;
  /** It compares with what was before. */
  readonly isTransition: boolean;
}

/** The rules at one place of a schema and under it. */
interface Place {
  readonly type: CelType;
  readonly rules: readonly Rule[];
  readonly fields: ReadonlyMap<string, Place>;
  readonly items?: Place;
  readonly values?: Place;
  readonly props: JSONSchemaProps;
}

/** The rules of a schema: `x-kubernetes-validations`. Compiled when first used. */
export class Rules {
  readonly any: boolean;
  readonly #props: JSONSchemaProps;
  #root: Place | undefined;

  constructor(props: JSONSchemaProps) {
    this.#props = props;
    this.any = hasRules(props);
  }

  /** What is wrong with an object, or how it was changed, by the rules. */
  *problems(object: object, old: object | undefined): Iterable<FieldError> {
    this.#root ??= placeOf(this.#props, "Object", true);
    const budget = new Budget();
    try {
      yield* judge(this.#root, object, old, [], budget);
    } catch (error) {
      if (!(error instanceof CelProblem)) throw error;
      yield invalidValue([], null, "validation failed due to running out of cost budget, no further validation rules will be run");
    }
  }
}

export function hasRules(props: JSONSchemaProps): boolean {
  if (props["x-kubernetes-validations"]?.length) return true;
  if (isMap(props.items) && hasRules(props.items as JSONSchemaProps)) return true;
  if (isMap(props.additionalProperties) && hasRules(props.additionalProperties as JSONSchemaProps)) return true;
  return Object.values(props.properties ?? {}).some(hasRules);
}

function placeOf(props: JSONSchemaProps, name: string, isRoot = false): Place {
  const environment = kubernetesEnvironment();
  const type = declareType(environment, props, name, isRoot);
  const rules = (props["x-kubernetes-validations"] ?? []).map((said): Rule => {
    const check = compileRule(environment, type, said, said.rule);
    const message = said.messageExpression ? compileRule(environment, type, said, said.messageExpression) : undefined;
    return { said, check, message, isTransition: check.names.has("oldSelf") };
  });
  const fields = Object.entries(props.properties ?? {}).filter(([, inner]) => hasRules(inner));
  const below = (inner: unknown) =>
    isMap(inner) && hasRules(inner as JSONSchemaProps) ? placeOf(inner as JSONSchemaProps, `${name}.inner`) : undefined;
  const [items, values] = [below(props.items), below(props.additionalProperties)];
  return {
    type,
    rules,
    props,
    fields: new Map(fields.map(([key, inner]) => [key, placeOf(inner, `${name}.${key}`)])),
    ...(items ? { items } : {}),
    ...(values ? { values } : {}),
  };
}

function compileRule(environment: ReturnType<typeof kubernetesEnvironment>, type: CelType, said: ValidationRule, text: string): Expression {
  const scope = environment.clone();
  scope.registerVariable("self", type.name);
  scope.registerVariable("oldSelf", said.optionalOldSelf ? `optional<${type.name}>` : type.name);
  return compile(scope, text);
}

/** What is wrong with a rule itself: why it, or its message, cannot be compiled. */
export function ruleProblems(props: JSONSchemaProps, isRoot: boolean): (rule: ValidationRule) => { rule?: string; messageExpression?: string } {
  const environment = kubernetesEnvironment();
  const type = declareType(environment, props, "Object", isRoot);
  const problem = (said: ValidationRule, text: string, wanted: string, why: string): string | undefined => {
    try {
      const { type: given } = compileRule(environment, type, said, text);
      return given === wanted ? undefined : why;
    } catch (error) {
      if (error instanceof CelProblem) return error.message;
      throw error;
    }
  };
  return (said) => {
    const rule = problem(said, said.rule, "bool", "cel expression must evaluate to a bool");
    const messageExpression = said.messageExpression?.trim()
      ? problem(said, said.messageExpression, "string", "messageExpression must evaluate to a string")
      : undefined;
    return { ...(rule ? { rule } : {}), ...(messageExpression ? { messageExpression } : {}) };
  };
}

function* judge(place: Place, value: unknown, old: unknown, path: FieldPath, budget: Budget): Iterable<FieldError> {
  if (value === null || value === undefined) return;
  for (const rule of place.rules) {
    const problem = problemOf(place, rule, value, old, path, budget);
    if (problem) yield problem;
  }
  if (Array.isArray(value)) {
    const { items } = place;
    if (items) for (const [i, item] of value.entries()) yield* judge(items, item, before(place.props, old, item), [...path, i], budget);
  } else if (isMap(value)) {
    const was = isMap(old) ? old : {};
    for (const [key, inner] of place.fields) yield* judge(inner, value[key], was[key], [...path, key], budget);
    const { values } = place;
    if (values) for (const key of Object.keys(value).sort()) yield* judge(values, value[key], was[key], [...path, { key }], budget);
  }
}

/** The item of before that has the same keys, in a list that is a map. */
function before({ "x-kubernetes-list-type": type, "x-kubernetes-list-map-keys": keys = [] }: JSONSchemaProps, old: unknown, item: unknown): unknown {
  if (type !== "map" || !Array.isArray(old) || !isMap(item)) return undefined;
  return old.find((each) => isMap(each) && keys.every((key) => equal(each[key], item[key])));
}

function problemOf(
  { type, props }: Place,
  { said, check, message, isTransition }: Rule,
  value: unknown,
  old: unknown,
  path: FieldPath,
  budget: Budget,
): FieldError | undefined {
  if (isTransition && old === undefined && !said.optionalOldSelf) return undefined;
  const variables: Record<string, unknown> = { self: type.of(value) };
  if (said.optionalOldSelf) variables["oldSelf"] = optionalOf(old === undefined ? undefined : type.of(old));
  else if (old !== undefined) variables["oldSelf"] = type.of(old);
  const at = [...path, ...stepsOf(said.fieldPath ?? "")];
  try {
    if (check.evaluate(variables, budget) === true) return undefined;
  } catch (error) {
    if (!(error instanceof CelProblem)) throw error;
    return invalidValue(at, props.type ?? "", failure(error.message, said));
  }
  return withoutValue(said.reason ?? "Invalid", at, messageOf(said, message, variables, budget));
}

function failure(why: string, { message, rule }: ValidationRule): string {
  const told = (message || rule).trim();
  if (why.startsWith("no such overload"))
    return `'${why}': call arguments did not match a supported operator, function or macro signature for rule: ${told}`;
  if (why.startsWith("operation cancelled"))
    return `'${why}': no further validation rules will be run due to call cost exceeds limit for rule: ${told}`;
  return `${why} evaluating rule: ${told}`;
}

function messageOf(said: ValidationRule, expression: Expression | undefined, variables: Record<string, unknown>, budget: Budget): string {
  try {
    const text = expression?.evaluate(variables, budget);
    if (typeof text === "string" && text.trim() && !text.includes("\n")) return text.trim();
  } catch (error) {
    if (!(error instanceof CelProblem)) throw error;
  }
  return said.message ? said.message.trim() : `failed rule: ${said.rule.trim()}`;
}

const reasons: Readonly<Record<string, readonly [FieldError["type"], string]>> = {
  FieldValueForbidden: ["FieldValueForbidden", "Forbidden"],
  FieldValueRequired: ["FieldValueRequired", "Required value"],
  FieldValueDuplicate: ["FieldValueDuplicate", "Duplicate value"],
};

function withoutValue(reason: string, path: FieldPath, why: string): FieldError {
  const [type, what] = reasons[reason] ?? (["FieldValueInvalid", "Invalid value"] as const);
  return { type, path, text: `${what}: ${why}` };
}

/** `.spec['foo.bar'].x` as steps. */
function stepsOf(path: string): string[] {
  return [...path.matchAll(/\.([A-Za-z_][\w-]*)|\['((?:\\.|[^'\\])*)'\]/g)].map(([, name, key]) => name ?? key?.replace(/\\(.)/g, "$1") ?? "");
}
