import { labelProblems, subdomainProblems } from "#machinery/names.ts";
import type { FlowSchemaSpec } from "#machinery/types.ts";
import type { Field } from "../shared/field.ts";

type Rules = NonNullable<FlowSchemaSpec["rules"]>[number];
type FlowSubject = Rules["subjects"][number];
type Resources = NonNullable<Rules["resourceRules"]>[number];
type Paths = NonNullable<Rules["nonResourceRules"]>[number];

const highestPrecedence = 10000;
const verbs = ["create", "delete", "deletecollection", "get", "list", "patch", "proxy", "update", "watch"];

export function checkFlowSchema(field: Field, name: string, spec: FlowSchemaSpec): void {
  const { matchingPrecedence: precedence = 0, distinguisherMethod, priorityLevelConfiguration, rules = [] } = spec;
  const at = field.at("matchingPrecedence");
  if (precedence <= 0) at.invalid(precedence, "must be a positive value");
  if (precedence > highestPrecedence) at.invalid(precedence, `must not be greater than ${highestPrecedence}`);
  if (precedence === 1 && name !== "exempt") at.invalid(precedence, "only the schema named 'exempt' may have matchingPrecedence 1");
  const methods = ["ByNamespace", "ByUser"];
  if (distinguisherMethod && !methods.includes(distinguisherMethod.type))
    field.at("distinguisherMethod", "type").notSupported({ Type: distinguisherMethod.type ?? "" }, methods);
  const level = field.at("priorityLevelConfiguration", "name");
  const levelName = priorityLevelConfiguration?.name;
  if (levelName) level.problems(levelName, subdomainProblems(levelName));
  else level.required("must reference a priority level");
  for (const [i, rule] of rules.entries()) checkRules(field.at("rules", i), rule);
}

function checkRules(field: Field, { subjects, resourceRules = [], nonResourceRules = [] }: Rules): void {
  if (!subjects?.length) field.at("subjects").required("subjects must contain at least one value");
  for (const [i, subject] of (subjects ?? []).entries()) checkSubject(field.at("subjects", i), subject);
  if (resourceRules.length === 0 && nonResourceRules.length === 0)
    field.required("at least one of resourceRules and nonResourceRules has to be non-empty");
  for (const [i, rule] of resourceRules.entries()) checkResources(field.at("resourceRules", i), rule);
  for (const [i, rule] of nonResourceRules.entries()) checkPaths(field.at("nonResourceRules", i), rule);
}

/** The field of each kind of subject, in the order in which the real server looks at those that must not be there. */
const subjectFields = { ServiceAccount: "serviceAccount", User: "user", Group: "group" } as const;

function checkSubject(field: Field, subject: FlowSubject): void {
  const { kind = "" } = subject;
  const own = Object.hasOwn(subjectFields, kind) ? subjectFields[kind as keyof typeof subjectFields] : undefined;
  if (!own) {
    field.at("kind").notSupported(kind, Object.keys(subjectFields).sort());
    return;
  }
  const at = field.at(own);
  const named = subject[own];
  if (!named) at.required(`${own} is required when subject kind is '${kind}'`);
  else {
    if (!named.name) at.at("name").required();
    else if (own === "serviceAccount" && named.name !== "*") at.at("name").problems(named.name, subdomainProblems(named.name));
    if (own === "serviceAccount") checkAccountNamespace(at.at("namespace"), subject.serviceAccount?.namespace);
  }
  for (const [other, part] of Object.entries(subjectFields))
    if (part !== own && subject[part]) field.at(part).forbidden(`${part} is forbidden when subject kind is not '${other}'`);
}

function checkAccountNamespace(field: Field, namespace: string | undefined): void {
  if (namespace) field.problems(namespace, labelProblems(namespace));
  else field.required("must specify namespace for service account");
}

/** A list in which `*` stands alone; says whether each of its members is to be looked at. */
function checkList(field: Field, list: readonly string[] | null | undefined, { one, others }: { one: string; others: string }): boolean {
  if (!list?.length) field.required(one);
  else if (list.includes("*")) {
    if (list.length > 1) field.invalid(list, `if '*' is present, must not specify other ${others}`);
  } else return true;
  return false;
}

function checkVerbs(field: Field, list: readonly string[] | null | undefined): void {
  const known = checkList(field, list, { one: "verbs must contain at least one value", others: "verbs" });
  if (known && !(list ?? []).every((verb) => verbs.includes(verb))) field.notSupported(list, verbs);
}

function checkResources(field: Field, rule: Resources): void {
  checkVerbs(field.at("verbs"), rule.verbs);
  checkList(field.at("apiGroups"), rule.apiGroups, { one: "resource rules must supply at least one api group", others: "api groups" });
  checkList(field.at("resources"), rule.resources, { one: "resource rules must supply at least one resource", others: "resources" });
  const at = field.at("namespaces");
  const { namespaces, clusterScope } = rule;
  if (!namespaces?.length && clusterScope) return;
  const one = "resource rules that are not cluster scoped must supply at least one namespace";
  if (!checkList(at, namespaces, { one, others: "namespaces" })) return;
  for (const [i, namespace] of (namespaces ?? []).entries())
    for (const why of labelProblems(namespace)) at.at(i).invalid(namespace, `each member of this list must be '*' or a DNS-1123 label; ${why}`);
}

function checkPaths(field: Field, { verbs: list, nonResourceURLs: paths }: Paths): void {
  checkVerbs(field.at("verbs"), list);
  const at = field.at("nonResourceURLs");
  if (!checkList(at, paths, { one: "nonResourceURLs must contain at least one value", others: "non-resource URLs" })) return;
  for (const [i, path] of (paths ?? []).entries()) {
    const problem = pathProblem(path);
    if (problem) at.at(i).invalid(path, problem);
  }
}

function pathProblem(path: string): string | undefined {
  if (path === "") return "must not be empty";
  if (path === "/") return undefined;
  if (!path.startsWith("/")) return "must start with slash";
  if (path.includes(" ")) return "must not contain white-space";
  if (path.includes("//")) return "must not contain double slash";
  const wildcards = path.split("*").length - 1;
  return wildcards > 1 || (wildcards === 1 && !path.endsWith("/*")) ? "wildcard can only do suffix matching" : undefined;
}
