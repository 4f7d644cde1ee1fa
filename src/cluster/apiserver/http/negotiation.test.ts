import { expect, test } from "vitest";
import { StatusError } from "#machinery/status.ts";
import { bareForms, type Endpoint, failureForm, formsOf, jsonForm, listForms, negotiate, objectForms, watchForms } from "./negotiation.ts";

const table = ";as=Table;v=v1;g=meta.k8s.io";
const protobuf = "application/vnd.kubernetes.protobuf";
const custom = formsOf({ custom: true }, objectForms);

test.for<[accept: string | undefined, endpoint: Endpoint, form: object]>([
  [undefined, objectForms, { media: "json" }],
  ["*/*", objectForms, { media: "json" }],
  ["application/yaml", objectForms, { media: "yaml" }],
  [protobuf, objectForms, { media: "protobuf" }],
  ["application/json;q=0.1,application/yaml;q=0.9", objectForms, { media: "yaml" }],
  ["application/json;q=abc", objectForms, { media: "json" }],
  ["application/cbor,application/json", objectForms, { media: "json" }],
  [`application/json${table}`, objectForms, { media: "json", as: "Table", version: "v1" }],
  ["application/json;as=Table;v=v1beta1;g=meta.k8s.io", listForms, { media: "json", as: "Table", version: "v1beta1" }],
  [`${protobuf}${table},application/json`, objectForms, { media: "json" }],
  ["application/json;as=Bogus;v=v1;g=meta.k8s.io,application/json", objectForms, { media: "json" }],
  ["application/json;pretty=1", objectForms, { media: "json", pretty: true }],
  ["application/json;stream=watch", watchForms, { media: "json" }],
  [`${protobuf};stream=watch`, watchForms, { media: "protobuf" }],
  [`${protobuf},application/json`, custom, { media: "json" }],
  [`${protobuf};as=PartialObjectMetadata;v=v1;g=meta.k8s.io`, custom, { media: "protobuf", as: "PartialObjectMetadata", version: "v1" }],
  ["application/*", bareForms, { media: "json" }],
])("%s", ([accept, endpoint, form]) => {
  expect(negotiate(accept, endpoint)).toEqual(form);
});

const accepted = "only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf";

test.for<[accept: string, endpoint: Endpoint, message: string]>([
  ["text/html", jsonForm, "406: Not Acceptable\n\nAvailable representations: application/json"],
  [
    "APPLICATION/JSON",
    objectForms,
    "406: Not Acceptable\n\nAvailable representations: application/json, application/yaml, application/vnd.kubernetes.protobuf",
  ],
  ["text/html", custom, accepted],
  ["application/json;v=v1;g=meta.k8s.io", objectForms, accepted],
  ["application/json;as=Table", listForms, accepted],
  [
    "application/yaml",
    watchForms,
    "only the following media types are accepted: application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch",
  ],
  [protobuf, custom, accepted],
])("%s is refused", ([accept, endpoint, message]) => {
  const refused = expect(() => negotiate(accept, endpoint));
  refused.toThrow(StatusError);
  refused.toThrow(message);
});

test("a failure is told in a form that the client takes, and else to their eyes", () => {
  expect(failureForm("application/yaml")).toEqual({ media: "yaml" });
  expect(failureForm(`application/json${table},application/json`)).toEqual({ media: "json" });
  expect(failureForm("text/html")).toBeUndefined();
});
