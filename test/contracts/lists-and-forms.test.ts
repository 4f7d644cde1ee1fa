import { expect, test } from "vitest";
import type { Status } from "#machinery/types.ts";
import { parseYaml } from "#machinery/yaml.ts";
import { envtest } from "../exchanges/envtest.ts";

const maps = "/api/v1/namespaces/default/configmaps";

async function server() {
  const send = await envtest();
  const call = async (method: string, path: string, body?: object | string, headers: Record<string, string> = {}) => {
    const text = typeof body === "string" ? body : JSON.stringify(body);
    const given = { accept: "application/json", "content-type": "application/json", ...headers };
    const answer = await send(body === undefined ? { method, path, headers: given } : { method, path, headers: given, body: text });
    return { status: answer.status, text: answer.text, warning: answer.headers["warning"] };
  };
  await call("POST", "/api/v1/namespaces", { metadata: { name: "default" } });
  for (const name of ["a", "b", "c", "d"]) await call("POST", maps, { metadata: { name, labels: { name } } });
  return call;
}

const namesIn = (text: string): string[] => JSON.parse(text).items.map(({ metadata }: { metadata: { name: string } }) => metadata.name);

test("what may be of any version is given whole, whatever the limit", async () => {
  const call = await server();
  expect(namesIn((await call("GET", `${maps}?limit=2&resourceVersion=0`)).text)).toEqual(["a", "b", "c", "d"]);
});

test("nobody counts what a selector leaves over", async () => {
  const call = await server();
  const { remainingItemCount } = JSON.parse((await call("GET", `${maps}?limit=2`)).text).metadata;
  const selected = JSON.parse((await call("GET", `${maps}?limit=2&labelSelector=name!=a`)).text).metadata;
  expect([remainingItemCount, selected.remainingItemCount, typeof selected.continue]).toEqual([2, undefined, "string"]);
});

test("a delete of many goes page by page", async () => {
  const call = await server();
  const first = await call("DELETE", `${maps}?limit=3`);
  expect([namesIn(first.text), typeof JSON.parse(first.text).metadata.continue]).toEqual([["a", "b", "c"], "string"]);
  expect(namesIn((await call("GET", maps)).text)).toEqual(["d"]);
});

test.for([
  ["resourceVersion=1", "specifying resource version is not allowed when using continue"],
  ["resourceVersion=x", "specifying resource version is not allowed when using continue"],
] as const)("a list that goes on is of one version: %s", async ([query, message]) => {
  const call = await server();
  const { metadata } = JSON.parse((await call("GET", `${maps}?limit=2`)).text);
  const answer = await call("GET", `${maps}?limit=2&continue=${metadata.continue}&${query}`);
  expect([answer.status, (parseYaml(answer.text).value as Status).message]).toEqual([400, message]);
});

const available = (...more: string[]) =>
  `406: Not Acceptable\n\nAvailable representations: ${["application/json, application/yaml, application/vnd.kubernetes.protobuf", ...more].join(", ")}`;

test.for([
  [maps, "text/html", available("application/json;stream=watch", "application/vnd.kubernetes.protobuf;stream=watch")],
  [`${maps}/a`, "application/*", available()],
  ["/version", "application/yaml", "406: Not Acceptable\n\nAvailable representations: application/json"],
  [
    maps,
    "application/json;as=Bogus;v=v1;g=meta.k8s.io",
    "only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf",
  ],
  [
    maps,
    "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io",
    "you requested PartialObjectMetadata, but the requested object is a list (*core.ConfigMapList)",
  ],
  [
    `${maps}/a`,
    "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io",
    "you requested PartialObjectMetadataList, but the requested object is not a list (*core.ConfigMap)",
  ],
] as const)("%s is not to be had as %s", async ([path, accept, message]) => {
  const answer = await (await server())("GET", path, undefined, { accept });
  expect([answer.status, (parseYaml(answer.text).value as Status).message]).toEqual([406, message]);
});

const asConfigMap = (what: string) => `${what} in version "v1" cannot be handled as a ConfigMap`;
const registered = 'in scheme "pkg/runtime/scheme.go:111"';

test.for([
  [{ apiVersion: "v1", kind: "Pod" }, `${asConfigMap("Pod")}: converting (v1.Pod) to (core.ConfigMap): unknown conversion`],
  [
    { apiVersion: "v1", kind: "Pod", spec: 5 },
    `${asConfigMap("Pod")}: json: cannot unmarshal number into Go struct field Pod.spec of type v1.PodSpec`,
  ],
  [
    { apiVersion: "v1", kind: "ConfigMapList" },
    `${asConfigMap("ConfigMapList")}: converting (v1.ConfigMapList) to (core.ConfigMap): unknown conversion`,
  ],
  [{ apiVersion: "v1", kind: "Bogus" }, `${asConfigMap("Bogus")}: no kind "Bogus" is registered for version "v1" ${registered}`],
  [
    { apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition" },
    `${asConfigMap("CustomResourceDefinition")}: no kind "CustomResourceDefinition" is registered for version "apiextensions.k8s.io/v1" ${registered}`,
  ],
] as const)("something else than what is wanted is refused: %j", async ([body, message]) => {
  const answer = await (await server())("POST", maps, { metadata: { name: "x" }, ...body });
  expect([answer.status, (parseYaml(answer.text).value as Status).message]).toEqual([400, message]);
});

test("what is created says no version", async () => {
  const call = await server();
  const body = { metadata: { name: "x", resourceVersion: "5" } };
  const refused = await call("POST", maps, body);
  // The real server answers 500.
  expect([refused.status, JSON.parse(refused.text).message]).toEqual([400, "resourceVersion should not be set on objects to be created"]);
  expect((await call("POST", `${maps}?dryRun=All`, body)).status).toBe(201);
});

test("YAML is written as the real server writes it, and keys that come twice are warned of one by one", async () => {
  const call = await server();
  const yaml = await call("GET", `${maps}?limit=1`, undefined, { accept: "application/yaml" });
  expect(yaml.text).toMatch(/^apiVersion: v1\nitems:\n- metadata:\n {4}creationTimestamp: "2026-/);
  const twice = "kind: ConfigMap\napiVersion: v1\nmetadata:\n  name: d\n  name: e\n";
  const made = await call("POST", `${maps}?dryRun=All`, twice, { "content-type": "application/yaml" });
  expect(made.warning).toEqual(['299 - "line 5: key \\"name\\" already set in map"']);
});
