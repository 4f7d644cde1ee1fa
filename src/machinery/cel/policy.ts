import type { Environment } from "@marcbachmann/cel-js";
import { kubernetesEnvironment } from "./environment.ts";
import { compile, type Expression } from "./expression.ts";

/** What an admission policy's expressions can name. */
export interface PolicyScope {
  params: boolean;
  /** Names of variables that were defined before. */
  variables: readonly string[];
  /** Match conditions know no variables and no namespace. */
  isCondition?: boolean;
}

/** Values under `variables`: each is found when it is first asked for. */
export class Variables extends Map<string, unknown> {
  readonly #find: (name: string) => unknown;

  constructor(find: (name: string) => unknown) {
    super();
    this.#find = find;
  }

  override get(name: string): unknown {
    if (!this.has(name)) this.set(name, this.#find(name));
    return super.get(name);
  }
}

/** Who may do what, as `authorizer` answers it; put together call by call. */
export class Check {
  readonly asked: Readonly<Record<string, string>>;
  readonly decide: (asked: Readonly<Record<string, string>>) => { allowed: boolean; reason: string };

  /** What the request itself is about. */
  readonly requestResource: Check | undefined;

  constructor(asked: Check["asked"], decide: Check["decide"], requested?: Check["asked"]) {
    this.asked = asked;
    this.decide = decide;
    this.requestResource = requested && new Check(requested, decide);
  }

  with(more: Check["asked"]): Check {
    return new Check({ ...this.asked, ...more }, this.decide);
  }
}

class Decision {
  readonly allowed: boolean;
  readonly reason: string;

  constructor({ allowed, reason }: { allowed: boolean; reason: string }) {
    this.allowed = allowed;
    this.reason = reason;
  }
}

let base: Environment | undefined;

/** The environment of policies without what differs from one to the next. */
function policyBase(): Environment {
  if (base) return base;
  base = kubernetesEnvironment();
  for (const name of ["object", "oldObject", "request", "namespaceObject"]) base.registerVariable(name, "dyn");
  const check = "kubernetes.authorization.Check";
  base.registerType(check, { ctor: Check, fields: { requestResource: check } });
  base.registerType("kubernetes.authorization.Decision", Decision);
  base.registerVariable("authorizer", check);
  const steps = {
    group: "group",
    resource: "resource",
    subresource: "subresource",
    namespace: "namespace",
    name: "name",
    path: "path",
    fieldSelector: "fieldSelector",
    labelSelector: "labelSelector",
  };
  for (const [step, field] of Object.entries(steps))
    base.registerFunction(`${check}.${step}(string): ${check}`, (of: Check, value: string) => of.with({ [field]: value }));
  base.registerFunction(`${check}.serviceAccount(string, string): ${check}`, (of: Check, namespace: string, name: string) =>
    of.with({ serviceAccount: `${namespace}:${name}` }),
  );
  const decision = "kubernetes.authorization.Decision";
  base.registerFunction(`${check}.check(string): ${decision}`, (of: Check, verb: string) => new Decision(of.decide({ ...of.asked, verb })));
  base.registerFunction(`${decision}.allowed(): bool`, ({ allowed }: Decision) => allowed);
  base.registerFunction(`${decision}.reason(): string`, ({ reason }: Decision) => reason);
  base.registerFunction(`${decision}.errored(): bool`, () => false);
  base.registerFunction(`${decision}.error(): string`, () => "");
  return base;
}

/** Reads an expression of an admission policy; throws a `CelProblem`. */
export function compilePolicyExpression(text: string, { params, variables, isCondition }: PolicyScope): Expression {
  const environment = policyBase().clone();
  if (params) environment.registerVariable("params", "dyn");
  if (!isCondition && variables.length > 0) {
    const fields = Object.fromEntries(variables.map((name) => [name, "dyn"]));
    environment.registerType("kubernetes.variables", { ctor: Variables, fields });
    environment.registerVariable("variables", "kubernetes.variables");
  }
  return compile(environment, text);
}
