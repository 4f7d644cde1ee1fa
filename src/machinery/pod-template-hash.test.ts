import { expect, test } from "vitest";
import { recorded } from "../../scripts/recorded.ts";
import { podTemplateHash } from "./pod-template-hash.ts";
import type { PodTemplateSpec } from "./types.ts";

test("templates have the hashes that Kubernetes gives them", () => {
  const cases = recorded("machinery/pod-template-hashes.json.gz") as { hash: string; template: PodTemplateSpec }[];
  expect(cases.map(({ template }) => podTemplateHash(template))).toEqual(cases.map(({ hash }) => hash));
});

test("what is empty hashes as what is not there, and the order of keys does not count", () => {
  const template = (labels: Record<string, string>, spec: object) => ({ metadata: { name: "", labels }, spec: { containers: [], ...spec } });
  expect(podTemplateHash(template({ a: "1", b: "2" }, { volumes: [] }))).toBe(podTemplateHash(template({ b: "2", a: "1" }, {})));
});

test("each collision gives another hash", () => {
  const template = { metadata: { name: "" }, spec: { containers: [] } };
  expect(new Set([undefined, 0, 1, 2].map((count) => podTemplateHash(template, count))).size).toBe(4);
});
