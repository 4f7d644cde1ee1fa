import { Budget, type Expression } from "#machinery/cel/expression.ts";
import { Check, compilePolicyExpression, Variables } from "#machinery/cel/policy.ts";
import { CelProblem } from "#machinery/cel/problem.ts";
import { celOf } from "#machinery/cel/values.ts";
import type { Api } from "#machinery/client.ts";
import type { KubeObject } from "#machinery/object.ts";
import { formatSelector } from "#machinery/selector.ts";
import type { MatchCondition, MatchResources, Namespace, ParamKind, ParamRef, Variable } from "#machinery/types.ts";
import { Authorizer } from "../../authorization/authorizer.ts";
import type { AdmissionRequest } from "../plugin.ts";

/** What both sorts of admission policy say. */
export interface PolicySpec {
  failurePolicy?: "Fail" | "Ignore";
  matchConditions?: MatchCondition[];
  matchConstraints?: MatchResources;
  paramKind?: ParamKind;
  variables?: Variable[];
}

export interface BindingSpec {
  policyName?: string;
  matchResources?: MatchResources;
  paramRef?: ParamRef;
}

export interface Bound<P extends KubeObject, B extends KubeObject> {
  policy: P;
  bindings: readonly B[];
}

/** The policies of one sort that bindings make count; read again when one of them changed. */
export class Policies<P extends KubeObject & { spec?: PolicySpec }, B extends KubeObject & { spec?: BindingSpec }> {
  readonly #api: Api;
  readonly #names: readonly [policies: string, bindings: string];
  #bound: readonly Bound<P, B>[] | undefined;

  constructor(api: Api, policies: string, bindings: string) {
    this.#api = api;
    this.#names = [policies, bindings];
    for (const name of this.#names) if (isServed(api, name)) api.watch(name, () => (this.#bound = undefined));
  }

  get bound(): readonly Bound<P, B>[] {
    this.#bound ??= this.#read();
    return this.#bound;
  }

  #read(): readonly Bound<P, B>[] {
    const [policies, bindings] = this.#names;
    if (!isServed(this.#api, bindings)) return [];
    const all = Map.groupBy(this.#api.list<B>(bindings), ({ spec }) => spec?.policyName ?? "");
    return [...all].flatMap(([name, of]) => {
      const policy = this.#api.get<P>(policies, name);
      return policy ? [{ policy, bindings: of }] : [];
    });
  }
}

function isServed(api: Api, resource: string): boolean {
  const [plural = ""] = resource.split(".");
  const kind = plural.startsWith("validating") ? "ValidatingAdmissionPolicy" : "MutatingAdmissionPolicy";
  return api.resourceOf("admissionregistration.k8s.io/v1", plural.endsWith("bindings") ? `${kind}Binding` : kind) !== undefined;
}

/** Policies do not judge policies: whoever locks themselves out could not undo it. */
const exempt = new Set([
  "validatingadmissionpolicies.admissionregistration.k8s.io",
  "validatingadmissionpolicybindings.admissionregistration.k8s.io",
  "mutatingadmissionpolicies.admissionregistration.k8s.io",
  "mutatingadmissionpolicybindings.admissionregistration.k8s.io",
]);

export const isExempt = ({ resource }: AdmissionRequest): boolean => exempt.has(resource.name);

const expressions = new WeakMap<object, Map<string, Expression>>();

/** An expression of a policy, compiled once a revision of it. */
export function expressionOf(
  policy: KubeObject & { spec?: PolicySpec },
  text: string,
  variables: readonly string[],
  isCondition = false,
): Expression {
  let known = expressions.get(policy);
  if (!known) {
    known = new Map();
    expressions.set(policy, known);
  }
  const key = `${isCondition} ${variables.length} ${text}`;
  let found = known.get(key);
  if (!found) {
    found = compilePolicyExpression(text, { params: policy.spec?.paramKind !== undefined, variables, isCondition });
    known.set(key, found);
  }
  return found;
}

/** What the expressions of one policy see of one request. */
export class Evaluation {
  readonly #policy: KubeObject & { spec?: PolicySpec };
  readonly #values: Record<string, unknown>;
  readonly #budget = new Budget();
  readonly #names: readonly string[];

  constructor(policy: KubeObject & { spec?: PolicySpec }, request: AdmissionRequest, param: KubeObject | undefined) {
    this.#policy = policy;
    const { object, old, operation, namespace, api } = request;
    const variables = policy.spec?.variables ?? [];
    this.#names = variables.map(({ name }) => name);
    this.#values = {
      object: operation === "DELETE" ? null : celOf(object),
      oldObject: old ? celOf(old) : null,
      request: celOf(requestOf(request)),
      params: param ? celOf(param) : null,
      namespaceObject: request.resource.namespaced ? celOf(api.get<Namespace>("namespaces", namespace) ?? null) : null,
      authorizer: authorizerFor(request),
    };
    this.#values["variables"] = new Variables((name) => {
      const at = variables.findIndex((each) => each.name === name);
      const found = variables[at];
      if (!found) throw new CelProblem(`no such key: ${name}`);
      return this.#run(found.expression, this.#names.slice(0, at));
    });
  }

  evaluate(text: string): unknown {
    return this.#run(text, this.#names);
  }

  /** Whether all match conditions hold. Throws a `CelProblem` where one comes to no value and none is false. */
  get matches(): boolean {
    let problem: unknown;
    for (const { expression } of this.#policy.spec?.matchConditions ?? []) {
      try {
        if (expressionOf(this.#policy, expression, [], true).evaluate(this.#values, this.#budget) !== true) return false;
      } catch (error) {
        problem ??= error;
      }
    }
    if (problem) throw problem;
    return true;
  }

  #run(text: string, variables: readonly string[]): unknown {
    return expressionOf(this.#policy, text, variables).evaluate(this.#values, this.#budget);
  }
}

/** What a policy or a webhook is told of a request, beside its objects. */
export function requestOf({ resource, subresource, operation, namespace, name, user, dryRun, random }: AdmissionRequest) {
  const { group, version } = resource.gvk;
  const what = { group, version, resource: resource.kind.plural };
  return {
    uid: random.uuid(),
    kind: resource.gvk,
    resource: what,
    subResource: subresource,
    requestKind: resource.gvk,
    requestResource: what,
    requestSubResource: subresource,
    name,
    namespace,
    operation,
    userInfo: { username: user.name, ...(user.uid ? { uid: user.uid } : {}), groups: user.groups, ...(user.extra ? { extra: user.extra } : {}) },
    dryRun,
  };
}

function authorizerFor({ user, api, resource: { on }, subresource: part, namespace: where, name: what }: AdmissionRequest): Check {
  const authorizer = new Authorizer(api);
  const decide: Check["decide"] = ({
    verb = "",
    group = "",
    resource = "",
    subresource = "",
    namespace = "",
    name = "",
    path = "",
    serviceAccount,
  }) => {
    const [of = "", account = ""] = serviceAccount?.split(":") ?? [];
    const who = serviceAccount
      ? {
          name: `system:serviceaccount:${serviceAccount}`,
          groups: ["system:serviceaccounts", `system:serviceaccounts:${of}`, "system:authenticated"],
          extra: { account: [account] },
        }
      : user;
    return authorizer.decide({
      user: who,
      verb,
      path,
      resource: resource ? { group, plural: resource, subresource, namespace, name } : undefined,
    });
  };
  return new Check({}, decide, { group: on.group, resource: on.resource, subresource: part, namespace: where, name: what });
}

/** What a binding's reference to parameters leads to: nothing where none are wanted; a problem where there are none. */
export function paramsOf(
  kind: ParamKind | undefined,
  ref: ParamRef | undefined,
  { api, namespace }: AdmissionRequest,
): readonly (KubeObject | undefined)[] | string {
  if (!kind || !ref) return [undefined];
  const found = api.resourceOf(kind.apiVersion ?? "", kind.kind ?? "");
  if (!found) return `failed to configure policy: failed to find resource referenced by paramKind: '${kind.apiVersion}, Kind=${kind.kind}'`;
  const where = found.namespaced ? ref.namespace || namespace : undefined;
  if (found.namespaced && !where)
    return "failed to configure binding: cannot use namespaced paramRef in policy binding that matches cluster-scoped resources";
  const one = ref.name ? api.get(found.resource, ref.name, where) : undefined;
  const objects = ref.name
    ? one
      ? [one]
      : []
    : api.list(found.resource, { namespace: where, labels: formatSelector(ref.selector).replace("<none>", "") });
  if (objects.length > 0) return objects;
  return ref.parameterNotFoundAction === "Allow"
    ? []
    : "failed to configure binding: no params found for policy binding with `Deny` parameterNotFoundAction";
}
