import { expect, test } from "vitest";
import { envtest } from "../exchanges/envtest.ts";

type Send = Awaited<ReturnType<typeof envtest>>;

async function server(): Promise<
  (method: string, path: string, body?: object, type?: string) => Promise<{ status: number; body: Record<string, never>; warning: unknown }>
> {
  const send: Send = await envtest();
  return async (method, path, body, type = "application/json") => {
    const headers = { accept: "application/json", "content-type": type };
    const { status, text, headers: given } = await send(body ? { method, path, headers, body: JSON.stringify(body) } : { method, path, headers });
    return { status, body: JSON.parse(text), warning: given["warning"] };
  };
}

const group = "/apis/admissionregistration.k8s.io/v1";
const deployments = "/apis/apps/v1/namespaces/default/deployments";

const deployment = (name: string, replicas: number, labels = {}) => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name, labels },
  spec: {
    replicas,
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: "c", image: "nginx" }] } },
  },
});

const matchConstraints = {
  resourceRules: [{ apiGroups: ["apps"], apiVersions: ["v1"], operations: ["CREATE", "UPDATE"], resources: ["deployments"] }],
};

async function judged(spec: object, binding: object = {}) {
  const call = await server();
  const policy = {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "ValidatingAdmissionPolicy",
    metadata: { name: "demo" },
    spec: { matchConstraints, ...spec },
  };
  expect((await call("POST", `${group}/validatingadmissionpolicies`, policy)).body).toMatchObject({ kind: "ValidatingAdmissionPolicy" });
  const bound = {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "ValidatingAdmissionPolicyBinding",
    metadata: { name: "demo-binding" },
    spec: { policyName: "demo", validationActions: ["Deny"], ...binding },
  };
  expect((await call("POST", `${group}/validatingadmissionpolicybindings`, bound)).body).toMatchObject({ kind: "ValidatingAdmissionPolicyBinding" });
  return call;
}

const denied = "ValidatingAdmissionPolicy 'demo' with binding 'demo-binding' denied request:";

test("a write that a policy denies is refused in its words, others pass", async () => {
  const call = await judged({ validations: [{ expression: "object.spec.replicas <= 5" }] });
  expect((await call("POST", deployments, deployment("small", 5))).status).toBe(201);
  expect(await call("POST", deployments, deployment("large", 6))).toMatchObject({
    status: 422,
    body: {
      reason: "Invalid",
      message: `deployments.apps "large" is forbidden: ${denied} failed expression: object.spec.replicas <= 5`,
      details: { causes: [{ message: `${denied} failed expression: object.spec.replicas <= 5` }] },
    },
  });
  const scaled = await call("PATCH", `${deployments}/small`, { spec: { replicas: 9 } }, "application/merge-patch+json");
  expect(scaled.status).toBe(422);
});

test("variables, messages, reasons and match conditions", async () => {
  const call = await judged({
    variables: [
      { name: "replicas", expression: "object.spec.replicas" },
      { name: "twice", expression: "variables.replicas * 2" },
    ],
    matchConditions: [{ name: "not-exempt", expression: "!has(object.metadata.labels) || !('exempt' in object.metadata.labels)" }],
    validations: [
      {
        expression: "variables.twice <= 10",
        messageExpression: "'twice is ' + string(variables.twice) + ' for ' + request.userInfo.username",
        reason: "Forbidden",
      },
    ],
  });
  expect(await call("POST", deployments, deployment("large", 6))).toMatchObject({
    status: 403,
    body: { message: `deployments.apps "large" is forbidden: ${denied} twice is 12 for kubernetes-admin` },
  });
  expect((await call("POST", deployments, deployment("exempt", 6, { exempt: "yes" }))).status).toBe(201);
});

test("a binding that warns lets pass", async () => {
  const call = await judged(
    { validations: [{ expression: "object.metadata.name.startsWith('web-')", message: "call it web-" }] },
    { validationActions: ["Warn"] },
  );
  const made = await call("POST", deployments, deployment("api", 1));
  expect(made.status).toBe(201);
  expect(made.warning).toEqual(["299 - \"Validation failed for ValidatingAdmissionPolicy 'demo' with binding 'demo-binding': call it web-\""]);
});

test("parameters come from what a binding names, and a failure is a refusal", async () => {
  const call = await judged(
    { paramKind: { apiVersion: "v1", kind: "ConfigMap" }, validations: [{ expression: "object.spec.replicas <= int(params.data.most)" }] },
    { paramRef: { name: "limits", namespace: "default", parameterNotFoundAction: "Deny" } },
  );
  expect((await call("POST", deployments, deployment("web", 1))).body["message"]).toContain(
    "no params found for policy binding with `Deny` parameterNotFoundAction",
  );
  await call("POST", "/api/v1/namespaces/default/configmaps", {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "limits" },
    data: { most: "3" },
  });
  expect((await call("POST", deployments, deployment("web", 3))).status).toBe(201);
  expect((await call("POST", deployments, deployment("more", 4))).status).toBe(422);
});

test.each([
  [
    "ApplyConfiguration",
    { applyConfiguration: { expression: "Object{metadata: Object.metadata{labels: {'team': 'a'}}, spec: Object.spec{replicas: 2}}" } },
  ],
  [
    "JSONPatch",
    {
      jsonPatch: {
        expression:
          "[JSONPatch{op: 'add', path: '/metadata/labels', value: {'team': 'a'}}, JSONPatch{op: 'replace', path: '/spec/replicas', value: 2}]",
      },
    },
  ],
])("a mutating policy changes what is written by %s", async (patchType, mutation) => {
  const call = await server();
  const policy = {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "MutatingAdmissionPolicy",
    metadata: { name: "m" },
    spec: { matchConstraints, failurePolicy: "Fail", reinvocationPolicy: "Never", mutations: [{ patchType, ...mutation }] },
  };
  expect((await call("POST", `${group}/mutatingadmissionpolicies`, policy)).body).toMatchObject({ kind: "MutatingAdmissionPolicy" });
  await call("POST", `${group}/mutatingadmissionpolicybindings`, {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "MutatingAdmissionPolicyBinding",
    metadata: { name: "mb" },
    spec: { policyName: "m" },
  });
  expect((await call("POST", deployments, deployment("web", 1))).body).toMatchObject({ metadata: { labels: { team: "a" } }, spec: { replicas: 2 } });
});
