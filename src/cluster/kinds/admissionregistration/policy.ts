import type { AdmissionNames } from "#machinery/cel/admission.ts";
import { label1035Problems, qualifiedNameProblems, subdomainProblems } from "#machinery/names.ts";
import type { MatchResources, ParamKind, ValidatingAdmissionPolicySpec } from "#machinery/types.ts";
import { checkOptionalChoice, same } from "../shared/checks.ts";
import type { Field } from "../shared/field.ts";
import { checkExpression, checkMatchConditions, judge } from "./expressions.ts";
import { checkMatchResources, failurePolicies } from "./rules.ts";

type Spec = ValidatingAdmissionPolicySpec;
type Validation = NonNullable<Spec["validations"]>[number];
type AuditAnnotation = NonNullable<Spec["auditAnnotations"]>[number];

interface CommonSpec {
  failurePolicy?: string;
  paramKind?: ParamKind;
  matchConstraints?: MatchResources;
  matchConditions?: readonly { name?: string; expression?: string }[];
  variables?: readonly { name?: string; expression?: string }[];
}

/** What policies that judge and policies that change have in common; gives what their expressions may name. */
export function checkPolicy(field: Field, spec: CommonSpec, old: CommonSpec | undefined): AdmissionNames {
  if (spec.failurePolicy === undefined) field.at("failurePolicy").required();
  else checkOptionalChoice(field.at("failurePolicy"), spec.failurePolicy, failurePolicies);
  if (spec.paramKind) checkParamKind(field.at("paramKind"), spec.paramKind);
  const constraints = field.at("matchConstraints");
  if (!spec.matchConstraints) constraints.required();
  else {
    checkMatchResources(constraints, spec.matchConstraints);
    if (!spec.matchConstraints.resourceRules?.length) constraints.at("resourceRules").required();
  }
  const params = spec.paramKind !== undefined;
  const unchanged = old !== undefined && same(spec.paramKind, old.paramKind) && same(spec.matchConditions, old.matchConditions);
  if (!unchanged) checkMatchConditions(field.at("matchConditions"), spec.matchConditions ?? [], params);
  return checkVariables(field.at("variables"), spec.variables ?? [], { params, authorizer: true });
}

/** Each variable may name those before it. */
function checkVariables(field: Field, variables: NonNullable<CommonSpec["variables"]>, names: AdmissionNames): AdmissionNames {
  if (variables.length === 0) return names;
  const known = new Map<string, string>();
  for (const [i, { name = "", expression = "" }] of variables.entries()) {
    const at = field.at(i);
    if (!name.trim()) at.at("name").required("name is not specified");
    else if (!isIdentifier(name)) at.at("name").invalid(name, "must be a valid CEL identifier");
    if (!expression.trim()) {
      at.at("expression").required("expression is not specified");
      continue;
    }
    const judged = judge(expression, { ...names, variables: known });
    if ("problem" in judged) at.at("expression").invalid(expression, judged.problem);
    // One that is wrong may be named all the same: it is told of once.
    if (isIdentifier(name)) known.set(name, "problem" in judged ? "dyn" : judged.type);
  }
  return { ...names, variables: known };
}

const reserved = "true false null in as break const continue else for function if import let loop package namespace return var void while".split(" ");
const isIdentifier = (name: string) => /^[_a-zA-Z][_a-zA-Z0-9]*$/.test(name) && !reserved.includes(name);

/** The kind of what a policy is parameterized by. */
function checkParamKind(field: Field, { apiVersion = "", kind = "" }: ParamKind): void {
  const at = field.at("apiVersion");
  const [first = "", second, ...more] = apiVersion.split("/");
  const [group, version] = second === undefined ? ["", first] : [first, second];
  if (!apiVersion) at.required();
  else if (more.length > 0) at.invalid(apiVersion, `unexpected GroupVersion string: ${apiVersion}`);
  else {
    const groupProblems = group ? subdomainProblems(group) : [];
    if (groupProblems.length > 0) at.invalid(group, groupProblems.join(","));
    const problems = label1035Problems(version);
    if (!version) at.invalid(apiVersion, "version must be specified");
    else if (problems.length > 0) at.invalid(version, problems.join(","));
  }
  const problems = label1035Problems(kind.toLowerCase());
  if (!kind) field.at("kind").required();
  else if (problems.length > 0) field.at("kind").invalid(kind, `may have mixed case, but should otherwise match: ${problems.join(",")}`);
}

const mostAnnotations = 20;
const longestAnnotation = 5 * 1024;

export function checkValidatingPolicy(field: Field, name: string, spec: Spec, old: Spec | undefined): void {
  const names = checkPolicy(field, spec, old);
  const { validations = [], auditAnnotations = [] } = spec;
  if (validations.length === 0 && auditAnnotations.length === 0) {
    const one = "validations or auditAnnotations must contain at least one item";
    field.at("validations").required(one);
    field.at("auditAnnotations").required(one);
    return;
  }
  for (const [i, validation] of validations.entries()) checkValidation(field.at("validations", i), validation, names);
  if (auditAnnotations.length > mostAnnotations)
    field.at("auditAnnotations").invalid(auditAnnotations, `must not have more than ${mostAnnotations} auditAnnotations`);
  for (const [i, annotation] of auditAnnotations.entries()) {
    const at = field.at("auditAnnotations", i);
    checkAnnotation(at, name, annotation, names);
    if (auditAnnotations.findIndex(({ key }) => key === annotation.key) < i) at.at("key").duplicate(annotation.key ?? "");
  }
}

const reasons = ["Forbidden", "Invalid", "RequestEntityTooLarge"];

function checkValidation(field: Field, { expression = "", message = "", messageExpression = "", reason }: Validation, names: AdmissionNames): void {
  if (!expression.trim()) field.at("expression").required("expression is not specified");
  else checkExpression(field.at("expression"), expression, names, ["bool"]);
  const empty = "must be non-empty if specified";
  if (messageExpression && !messageExpression.trim()) field.at("messageExpression").invalid(messageExpression, empty);
  else if (messageExpression) checkExpression(field.at("messageExpression"), messageExpression, { ...names, authorizer: false }, ["string"]);
  if (message && !message.trim()) field.at("message").invalid(message, empty);
  else if (/[\n\r]/.test(message.trim())) field.at("message").invalid(message, "must not contain line breaks");
  checkOptionalChoice(field.at("reason"), reason, reasons);
}

function checkAnnotation(field: Field, name: string, { key = "", valueExpression = "" }: AuditAnnotation, names: AdmissionNames): void {
  const full = `${name}/${key}`;
  if (name) field.at("key").problems(full, qualifiedNameProblems(full));
  else field.at("key").invalid(key, "requires metadata.name be non-empty");
  const at = field.at("valueExpression");
  const text = valueExpression.trim();
  if (!text) at.required("valueExpression is not specified");
  else if (text.length > longestAnnotation) at.required(`must not exceed ${longestAnnotation} bytes in length`);
  else checkExpression(at, text, names, ["string", "null"], valueExpression);
}
