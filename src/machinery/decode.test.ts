import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { DecodeError, decode, readBody } from "./decode.ts";
import { groupVersionOf, type KubeObject } from "./object.ts";
import { schemaOf } from "./schema.ts";

const pod = schemaOf({ group: "", version: "v1", kind: "Pod" });
if (!pod) throw new Error("no schema of Pod");

interface Recorded {
  text: string;
  strict: boolean;
  error: string;
  warnings: string[];
}

const recorded: Recorded[] = JSON.parse(
  gunzipSync(readFileSync(new URL("../../test/recorded/machinery/decode.json.gz", import.meta.url))).toString(),
);

test("recorded bodies are read as the real server read them", () => {
  const answers = recorded.map(({ text, strict }) => {
    try {
      const body = readBody(text, "json");
      const { apiVersion, kind } = body.value as KubeObject;
      const schema = schemaOf({ ...groupVersionOf(apiVersion), kind });
      if (!schema) throw new Error(`no schema of ${kind}`);
      const { problems } = decode(schema, body.value, body.duplicates);
      return strict ? { error: `strict decoding error: ${problems.join(", ")}`, warnings: [] } : { error: "", warnings: problems };
    } catch (error) {
      if (error instanceof DecodeError) return { error: error.message, warnings: [] };
      throw error;
    }
  });
  expect(answers).toEqual(recorded.map(({ error, warnings }) => ({ error, warnings })));
});

test("a value is held as the server's types hold it", () => {
  const { value } = decode(pod, {
    spec: {
      hostNetwork: false,
      nodeSelector: {},
      containers: [
        {
          image: "nginx",
          name: "a",
          stdin: false,
          args: [],
          ports: [{ containerPort: 80, protocol: "" }],
          resources: { limits: { cpu: 0.5, memory: "1024Ki" } },
        },
      ],
    },
    metadata: { name: "web", labels: { b: "2", a: null }, creationTimestamp: null },
    kind: "Pod",
    apiVersion: "v1",
  });
  expect(JSON.stringify(value)).toBe(
    JSON.stringify({
      kind: "Pod",
      apiVersion: "v1",
      metadata: { name: "web", labels: { a: "", b: "2" } },
      spec: {
        containers: [
          { name: "a", image: "nginx", ports: [{ containerPort: 80, protocol: "TCP" }], resources: { limits: { cpu: "500m", memory: "1Mi" } } },
        ],
      },
      status: {},
    }),
  );
});

test.for([
  ["{}", "json", undefined],
  ["a: 1\na: 2\n", "yaml", undefined],
  ["a: [b", "yaml", "error converting YAML to JSON: yaml: line 1: did not find expected ',' or ']'"],
  ["{", "json", "unexpected end of JSON input"],
  ["[".repeat(101), "json", "exceeded max depth"],
] as const)("a body %s as %s", ([text, format, problem]) => {
  if (problem) expect(() => readBody(text, format)).toThrow(new DecodeError(problem));
  else expect(readBody(text, format).problems).toEqual(text === "{}" ? [] : ['yaml: unmarshal errors:\n  line 2: key "a" already set in map']);
});
