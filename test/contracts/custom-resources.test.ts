import { expect, test } from "vitest";
import { envtest } from "../exchanges/envtest.ts";

type Answer = { status: number; body: Record<string, unknown> & { message?: string; items?: unknown[] }; warning: unknown };

async function server(): Promise<(method: string, path: string, body?: object, type?: string, accept?: string) => Promise<Answer>> {
  const send = await envtest();
  return async (method, path, body, type = "application/json", accept = "application/json") => {
    const headers = { accept, "content-type": type };
    const { status, text, headers: given } = await send(body ? { method, path, headers, body: JSON.stringify(body) } : { method, path, headers });
    return { status, body: text.startsWith("{") ? JSON.parse(text) : { message: text }, warning: given["warning"] };
  };
}

const definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
const root = "/apis/example.com";

const version = (name: string, spec: object, more: object = {}) => ({
  name,
  served: true,
  storage: name === "v1",
  schema: { openAPIV3Schema: { type: "object", properties: { spec: { type: "object", ...spec } } } },
  ...more,
});

const definition = (plural: string, kind: string, versions: object[], names: object = {}) => ({
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: `${plural}.example.com` },
  spec: { group: "example.com", scope: "Cluster", names: { plural, singular: kind.toLowerCase(), kind, ...names }, versions },
});

const object = (kind: string, name: string, spec: object, apiVersion = "example.com/v1") => ({ apiVersion, kind, metadata: { name }, spec });

test("an object is one in all versions, each with its own fields and defaults", async () => {
  const call = await server();
  const old = version("v1beta1", { properties: { size: { type: "string" }, color: { type: "string", default: "red" } } }, { deprecated: true });
  await call("POST", definitions, definition("balls", "Ball", [old, version("v1", { properties: { size: { type: "string" } } })]));
  const made = await call("POST", `${root}/v1beta1/balls`, object("Ball", "a", { size: "s" }, "example.com/v1beta1"));
  expect(made).toMatchObject({ status: 201, body: { apiVersion: "example.com/v1beta1", spec: { size: "s", color: "red" } } });
  expect(made.warning).toEqual(['299 - "example.com/v1beta1 Ball is deprecated"']);
  expect((await call("GET", `${root}/v1/balls/a`)).body).toMatchObject({ apiVersion: "example.com/v1" });
  expect((await call("GET", `${root}/v1beta1/balls`)).body.items).toHaveLength(1);
});

test("a status that clients may not write has its defaults from the start, and again when it was taken away", async () => {
  const call = await server();
  const status = {
    type: "object",
    default: { phase: "New" },
    properties: { phase: { type: "string" }, seen: { type: "object", default: {}, properties: { by: { type: "string", default: "nobody" } } } },
  };
  const only = version("v1", {}, { subresources: { status: {} } });
  only.schema.openAPIV3Schema.properties = { ...only.schema.openAPIV3Schema.properties, status } as typeof only.schema.openAPIV3Schema.properties;
  await call("POST", definitions, definition("balls", "Ball", [only]));
  const path = `${root}/v1/balls/a`;
  const fresh = { phase: "New", seen: { by: "nobody" } };
  const made = await call("POST", `${root}/v1/balls`, { ...object("Ball", "a", {}), status: { phase: "Mine" } });
  expect(made).toMatchObject({ status: 201, body: { status: fresh } });
  expect(JSON.stringify((made.body["metadata"] as { managedFields: unknown }).managedFields)).not.toContain("f:status");
  const patch = "application/merge-patch+json";
  expect((await call("PATCH", path, { status: { phase: "Mine" } }, patch)).body).toMatchObject({ metadata: { generation: 1 }, status: fresh });
  expect((await call("PATCH", `${path}/status`, { status: { phase: "Old" } }, patch)).body["status"]).toEqual({ ...fresh, phase: "Old" });
  expect((await call("PATCH", `${path}/status`, { status: null }, patch)).body["status"]).toEqual(fresh);
});

test("of two that want one name the first has it, and the second when it is free", async () => {
  const call = await server();
  const plain = [version("v1", {})];
  await call("POST", definitions, definition("balls", "Ball", plain, { shortNames: ["b"] }));
  await call("POST", definitions, definition("bats", "Bat", plain, { shortNames: ["b"] }));
  const conditions = async (name: string) =>
    ((await call("GET", `${definitions}/${name}.example.com`)).body["status"] as { conditions: unknown }).conditions;
  expect(await conditions("bats")).toMatchObject([
    { type: "NamesAccepted", status: "False", reason: "ShortNamesConflict", message: '"b" is already in use' },
    { type: "Established", status: "False", reason: "NotAccepted" },
  ]);
  expect((await call("GET", `${root}/v1/bats`)).status).toBe(404);
  await call("DELETE", `${definitions}/balls.example.com`);
  for (let i = 0; i < 6; i++) await call("GET", "/version");
  expect(await conditions("bats")).toMatchObject([{ status: "True" }, { status: "True" }]);
  expect((await call("GET", `${root}/v1/bats`)).status).toBe(200);
});

test("a definition goes with all that it stored", async () => {
  const call = await server();
  await call("POST", definitions, definition("balls", "Ball", [version("v1", {})]));
  await call("POST", `${root}/v1/balls`, object("Ball", "a", {}));
  const gone = await call("DELETE", `${definitions}/balls.example.com`);
  expect(gone.body).toMatchObject({ metadata: { finalizers: ["customresourcecleanup.apiextensions.k8s.io"] } });
  for (let i = 0; i < 6; i++) await call("GET", "/version");
  expect((await call("GET", `${definitions}/balls.example.com`)).status).toBe(404);
  await call("POST", definitions, definition("balls", "Ball", [version("v1", {})]));
  expect((await call("GET", `${root}/v1/balls`)).body.items).toEqual([]);
});

const rules = (...all: object[]) => [
  version("v1", {
    properties: {
      min: { type: "integer" },
      max: { type: "integer" },
      name: { type: "string", "x-kubernetes-validations": [{ rule: "self == oldSelf", message: "name is immutable" }] },
      parts: {
        type: "array",
        "x-kubernetes-list-type": "map",
        "x-kubernetes-list-map-keys": ["id"],
        items: {
          type: "object",
          required: ["id"],
          properties: { id: { type: "string" }, size: { type: "integer" } },
          "x-kubernetes-validations": [{ rule: "self.size >= oldSelf.size", messageExpression: "'was ' + string(oldSelf.size)" }],
        },
      },
      memory: { "x-kubernetes-int-or-string": true },
    },
    "x-kubernetes-validations": all,
  }),
];

test.each([
  ["a rule", { rule: "self.min <= self.max" }, { min: 3, max: 2 }, "spec: Invalid value: failed rule: self.min <= self.max"],
  [
    "its field and reason",
    { rule: "self.min <= self.max", message: "too much", fieldPath: ".min", reason: "FieldValueForbidden" },
    { min: 3, max: 2 },
    "spec.min: Forbidden: too much",
  ],
  [
    "a field that is not there",
    { rule: "self.min <= self.max" },
    { min: 3 },
    'spec: Invalid value: "object": no such key: max evaluating rule: self.min <= self.max',
  ],
  [
    "a quantity",
    { rule: "quantity(self.memory).isLessThan(quantity('1Gi'))" },
    { memory: "2Gi" },
    "spec: Invalid value: failed rule: quantity(self.memory).isLessThan(quantity('1Gi'))",
  ],
])("%s is told when it is broken", async (_, rule, spec, message) => {
  const call = await server();
  expect((await call("POST", definitions, definition("things", "Thing", rules(rule)))).body["message"]).toBeUndefined();
  const answer = await call("POST", `${root}/v1/things`, object("Thing", "a", spec));
  expect(answer.body.message).toBe(`Thing.example.com "a" is invalid: ${message}`);
});

test("rules compare with what was before, item by item", async () => {
  const call = await server();
  await call("POST", definitions, definition("things", "Thing", rules()));
  await call("POST", `${root}/v1/things`, object("Thing", "a", { name: "n", parts: [{ id: "x", size: 3 }] }));
  const patch = async (spec: object) => (await call("PATCH", `${root}/v1/things/a`, { spec }, "application/merge-patch+json")).body.message;
  expect(await patch({ name: "other" })).toBe('Thing.example.com "a" is invalid: spec.name: Invalid value: name is immutable');
  expect(
    await patch({
      parts: [
        { id: "new", size: 1 },
        { id: "x", size: 2 },
      ],
    }),
  ).toBe('Thing.example.com "a" is invalid: spec.parts[1]: Invalid value: was 3');
  expect(
    await patch({
      parts: [
        { id: "new", size: 1 },
        { id: "x", size: 4 },
      ],
    }),
  ).toBeUndefined();
});

test.each([
  ["nullable", { nullable: true, type: "string" }, null, { value: null }],
  ["null with a default", { type: "string", default: "d" }, null, { value: "d" }],
  ["null without", { type: "string" }, null, {}],
  [
    "a default in a default",
    { type: "object", default: {}, properties: { deep: { type: "integer", default: 3 } } },
    undefined,
    { value: { deep: 3 } },
  ],
  [
    "an embedded resource",
    { type: "object", "x-kubernetes-embedded-resource": true, "x-kubernetes-preserve-unknown-fields": true },
    { apiVersion: "v1", kind: "X", metadata: { name: "n" }, y: 1 },
    { value: { apiVersion: "v1", kind: "X", metadata: { name: "n" }, y: 1 } },
  ],
  [
    "unknown fields that are kept",
    { type: "object", "x-kubernetes-preserve-unknown-fields": true, properties: { known: { type: "object", properties: {} } } },
    { a: 1, known: { gone: 1 } },
    { value: { a: 1, known: {} } },
  ],
  [
    "a map",
    { type: "object", additionalProperties: { type: "object", properties: { a: { type: "integer" } } } },
    { k: { a: 1, b: 2 } },
    { value: { k: { a: 1 } } },
  ],
])("%s", async (_, props, value, expected) => {
  const call = await server();
  await call("POST", definitions, definition("things", "Thing", [version("v1", { properties: { value: props } })]));
  const made = await call("POST", `${root}/v1/things`, object("Thing", "a", value === undefined ? {} : { value }));
  expect(made.body["spec"]).toEqual(expected);
});
