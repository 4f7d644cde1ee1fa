import type { Environment } from "@marcbachmann/cel-js";
import { kubernetesEnvironment } from "./environment.ts";

/** What an expression of admission may name beside the objects and the request. */
export interface AdmissionNames {
  params?: boolean;
  authorizer?: boolean;
  /** The variables of a policy by name, each with its type. */
  variables?: ReadonlyMap<string, string>;
}

const text = "string";
const texts = "list<string>";
const kind = { group: text, version: text, kind: text };
const resource = { group: text, version: text, resource: text };

/** The types of what admission tells of a request and its namespace. https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/ */
const types: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "kubernetes.GroupVersionKind": kind,
  "kubernetes.GroupVersionResource": resource,
  "kubernetes.UserInfo": { username: text, uid: text, groups: texts, extra: "map<string, list<string>>" },
  "kubernetes.AdmissionRequest": {
    kind: "kubernetes.GroupVersionKind",
    resource: "kubernetes.GroupVersionResource",
    subResource: text,
    requestKind: "kubernetes.GroupVersionKind",
    requestResource: "kubernetes.GroupVersionResource",
    requestSubResource: text,
    name: text,
    namespace: text,
    operation: text,
    userInfo: "kubernetes.UserInfo",
    dryRun: "bool",
    options: "dyn",
  },
  "kubernetes.NamespaceSpec": { finalizers: texts },
  "kubernetes.NamespaceCondition": { status: text, type: text, lastTransitionTime: "google.protobuf.Timestamp", message: text, reason: text },
  "kubernetes.NamespaceStatus": { conditions: "list<kubernetes.NamespaceCondition>", phase: text },
  "kubernetes.NamespaceMetadata": {
    name: text,
    generateName: text,
    namespace: text,
    labels: "map<string, string>",
    annotations: "map<string, string>",
    UID: text,
    creationTimestamp: "google.protobuf.Timestamp",
    deletionGracePeriodSeconds: "int",
    deletionTimestamp: "google.protobuf.Timestamp",
    generation: "int",
    resourceVersion: text,
    finalizers: texts,
  },
  "kubernetes.Namespace": { metadata: "kubernetes.NamespaceMetadata", spec: "kubernetes.NamespaceSpec", status: "kubernetes.NamespaceStatus" },
};

let base: Environment | undefined;

/** What expressions of webhooks and admission policies may say. */
export function admissionEnvironment({ params = false, authorizer = false, variables }: AdmissionNames): Environment {
  if (!base) {
    base = kubernetesEnvironment();
    for (const [name, fields] of Object.entries(types)) base.registerType(name, { ctor: class extends Map {}, fields: { ...fields } });
    for (const name of ["object", "oldObject"]) base.registerVariable(name, "dyn");
    declareAuthorizer(base);
    base.registerVariable("namespaceObject", "kubernetes.Namespace");
    base.registerVariable("request", "kubernetes.AdmissionRequest");
  }
  const environment = base.clone();
  if (params) environment.registerVariable("params", "dyn");
  if (authorizer) environment.registerVariable("authorizer", authorizerType);
  if (variables) {
    environment.registerType("kubernetes.variables", { ctor: class extends Map {}, fields: Object.fromEntries(variables) });
    environment.registerVariable("variables", "kubernetes.variables");
  }
  return environment;
}

const authorizerType = "kubernetes.authorization.Authorizer";

/** Whom an authorizer may be asked about, step by step. https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-authorizer-library */
function declareAuthorizer(environment: Environment): void {
  const typeOf = (name: string) => `kubernetes.authorization.${name}`;
  const [path, group, resource, decision] = [typeOf("PathCheck"), typeOf("GroupCheck"), typeOf("ResourceCheck"), typeOf("Decision")];
  // What the request is about can be asked of who sent it alone.
  const other = typeOf("OtherAuthorizer");
  for (const name of [path, group, resource, decision, other]) environment.registerType(name, { ctor: class extends Map {}, fields: {} });
  environment.registerType(authorizerType, { ctor: class extends Map {}, fields: { requestResource: resource } });
  const steps = [
    ...[authorizerType, other].flatMap((of) => [
      `${of}.path(string): ${path}`,
      `${of}.group(string): ${group}`,
      `${of}.serviceAccount(string, string): ${other}`,
    ]),
    `${group}.resource(string): ${resource}`,
    ...["subresource", "namespace", "name", "fieldSelector", "labelSelector"].map((step) => `${resource}.${step}(string): ${resource}`),
    `${path}.check(string): ${decision}`,
    `${resource}.check(string): ${decision}`,
    ...["allowed(): bool", "errored(): bool", "reason(): string", "error(): string"].map((step) => `${decision}.${step}`),
  ];
  // Here expressions are judged and never run.
  for (const step of steps) environment.registerFunction(step, () => undefined);
}
