import { expect, test } from "vitest";
import { textOf } from "#base/streams.ts";
import { openApiProtobuf } from "./openapi-protobuf.ts";

/** The fields of a message as [number, wire type, value]. */
function fieldsOf(bytes: Uint8Array): [number: number, type: number, value: number | Uint8Array][] {
  const fields: [number, number, number | Uint8Array][] = [];
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let by = 1; ; by *= 128) {
      const byte = bytes[at++] ?? 0;
      value += (byte & 127) * by;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const tag = varint();
    if ((tag & 7) === 0) fields.push([tag >> 3, 0, varint()]);
    else {
      const length = (tag & 7) === 1 ? 8 : varint();
      fields.push([tag >> 3, tag & 7, bytes.slice(at, at + length)]);
      at += length;
    }
  }
  return fields;
}

const bytesAt = (bytes: Uint8Array, ...path: number[]): Uint8Array =>
  path.reduce((inner, number) => {
    const found = fieldsOf(inner).find(([each]) => each === number)?.[2];
    if (!(found instanceof Uint8Array)) throw new Error(`nothing at ${number}`);
    return found;
  }, bytes);
const textAt = (bytes: Uint8Array, ...path: number[]) => textOf(bytesAt(bytes, ...path));

test("documents are written with the numbers of openapi.v2", () => {
  const written = openApiProtobuf({
    swagger: "2.0",
    info: { title: "Kubernetes", version: "1.36" },
    paths: {
      "/api/v1/pods": {
        get: {
          produces: ["application/json"],
          parameters: [
            { name: "name", in: "path", required: true, type: "string", uniqueItems: true },
            { name: "body", in: "body", required: true, schema: { $ref: "#/definitions/Pod" } },
            { $ref: "#/parameters/pretty" },
          ],
          responses: { 200: { description: "OK", schema: { $ref: "#/definitions/Pod" } } },
          "x-kubernetes-group-version-kind": { group: "", kind: "Pod", version: "v1" },
        },
      },
    },
    definitions: { Pod: { type: "object", required: ["spec"], properties: { spec: { type: "array", items: { type: "string" } } }, maximum: 1.5 } },
    securityDefinitions: { BearerToken: { type: "apiKey", name: "authorization", in: "header" } },
    security: [{ BearerToken: [] }],
  });
  expect(fieldsOf(written).map(([number]) => number)).toEqual([1, 2, 8, 9, 12, 13]);
  expect([textAt(written, 1), textAt(written, 2, 1), textAt(written, 2, 2)]).toEqual(["2.0", "Kubernetes", "1.36"]);

  const path = bytesAt(written, 8, 2);
  expect(textAt(path, 1)).toBe("/api/v1/pods");
  const get = bytesAt(path, 2, 2);
  expect(textAt(get, 6)).toBe("application/json");
  expect([textAt(get, 13, 1), textAt(get, 13, 2, 2)]).toEqual(["x-kubernetes-group-version-kind", 'group: ""\nkind: Pod\nversion: v1\n']);
  expect([textAt(get, 9, 1, 1), textAt(get, 9, 1, 2, 1, 2, 1, 1)]).toEqual(["200", "#/definitions/Pod"]);

  const parameters = fieldsOf(get).flatMap(([number, , value]) => (number === 8 && value instanceof Uint8Array ? [value] : []));
  const [inPath, body, reference] = parameters as [Uint8Array, Uint8Array, Uint8Array];
  expect(fieldsOf(bytesAt(inPath, 1, 2, 4)).map(([number]) => number)).toEqual([1, 2, 4, 5, 19]);
  expect(textAt(body, 1, 1, 5, 1)).toBe("#/definitions/Pod");
  expect(textAt(reference, 2, 1)).toBe("#/parameters/pretty");

  const pod = bytesAt(written, 9, 1, 2);
  expect(new DataView(bytesAt(pod, 7).buffer).getFloat64(0, true)).toBe(1.5);
  expect([textAt(pod, 19), textAt(pod, 22, 1), textAt(pod, 25, 1, 1), textAt(pod, 25, 1, 2, 23, 1, 22, 1)]).toEqual([
    "spec",
    "object",
    "spec",
    "string",
  ]);
  expect([textAt(written, 13, 1, 2, 2, 3), textAt(written, 12, 1, 1)]).toEqual(["header", "BearerToken"]);
});
