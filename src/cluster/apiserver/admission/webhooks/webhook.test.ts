import { expect, test } from "vitest";
import { TimerQueue } from "#base/clock.ts";
import { textResponse } from "#base/http.ts";
import { Random } from "#base/random.ts";
import { textOf } from "#base/streams.ts";
import { Tasks } from "#base/tasks.ts";
import * as kinds from "#cluster/kinds/index.ts";
import { MemoryStore } from "#cluster/store/memory-store.ts";
import type { Api } from "#machinery/client.ts";
import type { ConfigMap, EndpointSlice, MutatingWebhookConfiguration, Pod, Service, ValidatingWebhookConfiguration } from "#machinery/types.ts";
import { admin } from "#machinery/user.ts";
import { noKubelets } from "../../kubelets.ts";
import { apiServer } from "../../server.ts";

type Asked = { uid: string; operation: string; object: ConfigMap; userInfo: { username: string } };
type Program = (asked: Asked) => object;

/** A server, and a pod behind a service whose program answers reviews. */
async function cluster(program: Program): Promise<Api> {
  const tasks = new Tasks();
  const clock = new TimerQueue(tasks, Date.UTC(2026, 10, 23, 12));
  const kubelets = {
    ...noKubelets,
    proxy: async (_pod: Pod, _port: number, request: { body?: Uint8Array | undefined }) => {
      const { request: asked } = JSON.parse(textOf(request.body ?? new Uint8Array())) as { request: Asked };
      const response = { uid: asked.uid, ...program(asked) };
      return textResponse(200, JSON.stringify({ kind: "AdmissionReview", apiVersion: "admission.k8s.io/v1", response }));
    },
  };
  const api = apiServer({ store: new MemoryStore(), clock, random: new Random(1), tasks, kinds: Object.values(kinds), kubelets }).api(admin);
  await api.create("namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name: "default" } });
  await api.create("serviceaccounts", { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default", namespace: "default" } });
  await api.create<Pod>("pods", {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "judge", namespace: "default" },
    spec: { containers: [{ name: "c", image: "judge" }] },
  });
  await api.create<Service>("services", {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "judge", namespace: "default" },
    spec: { ports: [{ port: 443 }] },
  });
  await api.create<EndpointSlice>("endpointslices.discovery.k8s.io", {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { name: "judge", namespace: "default", labels: { "kubernetes.io/service-name": "judge" } },
    addressType: "IPv4",
    ports: [{ name: "", port: 8443 }],
    endpoints: [{ addresses: ["10.244.0.9"], targetRef: { kind: "Pod", name: "judge", namespace: "default" } }],
  });
  return api;
}

const webhook = (service = "judge") => ({
  name: "judge.example.com",
  admissionReviewVersions: ["v1"],
  sideEffects: "None" as const,
  clientConfig: { service: { name: service, namespace: "default", path: "/review" } },
  rules: [{ apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE" as const], resources: ["configmaps"] }],
});

const validating = (api: Api, more: object = {}, service = "judge") =>
  api.create<ValidatingWebhookConfiguration>("validatingwebhookconfigurations.admissionregistration.k8s.io", {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "ValidatingWebhookConfiguration",
    metadata: { name: "v" },
    webhooks: [{ ...webhook(service), ...more }],
  });

const map = (name: string) => ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: "default" }, data: { a: "1" } });

test("a webhook's no refuses a write in its words", async () => {
  const api = await cluster(({ object }) =>
    object.metadata.name === "bad" ? { allowed: false, status: { message: "not like this" } } : { allowed: true },
  );
  await validating(api);
  await expect(api.create("configmaps", map("bad"))).rejects.toMatchObject({
    code: 400,
    message: 'admission webhook "judge.example.com" denied the request: not like this',
  });
  await api.create("configmaps", map("good"));
});

test("a webhook that may change an object does", async () => {
  const patch = btoa(JSON.stringify([{ op: "add", path: "/data/by", value: "webhook" }]));
  const api = await cluster(() => ({ allowed: true, patchType: "JSONPatch", patch }));
  await api.create<MutatingWebhookConfiguration>("mutatingwebhookconfigurations.admissionregistration.k8s.io", {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "MutatingWebhookConfiguration",
    metadata: { name: "m" },
    webhooks: [webhook()],
  });
  expect(await api.create("configmaps", map("a"))).toMatchObject({ data: { a: "1", by: "webhook" } });
});

test("a webhook that cannot be reached refuses, unless its failures are to be ignored", async () => {
  const why =
    'failed calling webhook "judge.example.com": failed to call webhook: Post "https://gone.default.svc:443/review?timeout=10s": service "gone" not found';
  const api = await cluster(() => ({ allowed: true }));
  await validating(api, {}, "gone");
  await expect(api.create("configmaps", map("a"))).rejects.toMatchObject({ code: 500, message: `Internal error occurred: ${why}` });

  const lenient = await cluster(() => ({ allowed: true }));
  await validating(lenient, { failurePolicy: "Ignore" }, "gone");
  await lenient.create("configmaps", map("a"));
});

test("only what a webhook's conditions select is shown to it", async () => {
  const api = await cluster(() => ({ allowed: false }));
  await validating(api, { matchConditions: [{ name: "data", expression: "'secret' in object.data" }] });
  await api.create("configmaps", map("a"));
  await expect(api.create<ConfigMap>("configmaps", { ...map("b"), data: { secret: "x" } })).rejects.toMatchObject({
    message: 'admission webhook "judge.example.com" denied the request without explanation',
  });
});
