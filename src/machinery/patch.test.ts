import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { groupVersionOf, type KubeObject } from "./object.ts";
import { patched } from "./patch.ts";
import { patchType, patchTypes } from "./patch-type.ts";
import { schemaOf } from "./schema.ts";
import { StatusError } from "./status.ts";

interface Recorded {
  objects: KubeObject[];
  cases: { type: "json" | "merge" | "strategic"; before: number; patch: string; after?: number; error?: string; warnings: string[] }[];
}

const { objects, cases }: Recorded = JSON.parse(
  gunzipSync(readFileSync(new URL("../../test/recorded/machinery/patch.json.gz", import.meta.url))).toString(),
);

/** The recordings leave out what a client sent or the object held in full. */
const shortened = (message: string) => message.replace(/Invalid value: (\{…\}|"(\\.|[^"\\])*")/, "Invalid value: …");

test.for(["json", "merge", "strategic"] as const)("recorded %s patches do what they did", (wanted) => {
  for (const { type, before, patch, after, error, warnings } of cases) {
    if (type !== wanted) continue;
    const object = objects[before] as KubeObject;
    const schema = schemaOf({ ...groupVersionOf(object.apiVersion), kind: object.kind });
    if (!schema) throw new Error(`no schema of ${object.kind}`);
    const untouched = JSON.stringify(object);
    let answer: object;
    try {
      const { value, problems } = patched(type, schema, object, patch, "Warn");
      answer = { value, problems };
    } catch (thrown) {
      if (!(thrown instanceof StatusError)) throw thrown;
      answer = { error: shortened(thrown.message) };
    }
    expect(answer, patch).toEqual(error === undefined ? { value: objects[after ?? -1], problems: warnings } : { error: shortened(error) });
    expect(JSON.stringify(object)).toBe(untouched);
  }
});

const deployment = schemaOf({ group: "apps", version: "v1", kind: "Deployment" });
if (!deployment) throw new Error("no schema of Deployment");
const web = { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "web" }, spec: { replicas: 1 } };

test.for([
  ["json", "[", 400, "error decoding patch: unexpected end of JSON input"],
  ["json", '{"op": "remove"}', 400, "error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp"],
  ["json", '[{"op":"bogus","path":"/a"}]', 422, "the server rejected our request due to an error in our request"],
  [
    "json",
    `[${Array(10_001).fill('{"op":"test","path":"/spec/replicas","value":1}').join(",")}]`,
    413,
    "The allowed maximum operations in a JSON patch is 10000, got 10001",
  ],
  ["merge", "[]", 400, "error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}"],
  ["merge", '{"spec":{"replicas":"5"}}', 422, "json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32"],
  ["strategic", '{"spec":{"replicas":"5"}}', 422, ' "" is invalid: patch: Invalid value: "map[spec:map[replicas:5]]": unrecognized type: int32'],
  ["strategic", '{"spec":{"$retainKeys":1}}', 400, "invalid patch format of retainKeys"],
] as const)("%s patch %s: %d", ([type, patch, code, message]) => {
  try {
    patched(type, deployment, web, patch, "Warn");
    expect.unreachable();
  } catch (error) {
    expect(error).toBeInstanceOf(StatusError);
    expect((error as StatusError).code).toBe(code);
    expect((error as StatusError).message).toContain(message);
  }
});

test("strict validation refuses what the schema does not know", () => {
  expect(() => patched("merge", deployment, web, '{"spec":{"x":1,"x":2}}', "Strict")).toThrow(
    'strict decoding error: duplicate field "spec.x", unknown field "spec.x"',
  );
  expect(patched("merge", deployment, web, '{"spec":{"x":1}}', "Ignore").problems).toEqual([]);
});

test("content types name patches", () => {
  expect(patchType("application/json-patch+json; charset=utf-8")).toBe("json");
  expect(patchType("text/plain")).toBeUndefined();
  expect(patchTypes(false)).toEqual(["application/json-patch+json", "application/merge-patch+json", "application/apply-patch+yaml"]);
});
