import { expect, test } from "vitest";
import { ModelPrinter } from "./model.ts";

const pod = {
  description: "Pod is a collection of containers that can run on a host. This resource is created by clients and scheduled onto hosts.",
  type: "object",
  properties: {
    kind: { type: "string", description: "Kind is a string value.\n\nIt is one of:\n  - this\n    kept as it is\n  - that" },
    metadata: { allOf: [{ $ref: "#/definitions/Meta" }], description: "Standard object's metadata." },
    spec: { type: "array", items: { $ref: "#/definitions/Pod" } },
  },
  required: ["kind"],
  "x-kubernetes-group-version-kind": [{ group: "", version: "v1", kind: "Pod" }],
};
const meta = {
  type: "object",
  description: "ObjectMeta is metadata.",
  properties: {
    labels: { type: "object", additionalProperties: { type: "string" }, description: "Map of string keys and values." },
    limit: { oneOf: [] },
  },
};
const document = { definitions: { Pod: pod, Meta: meta } };

// As the real kubectl prints such definitions with --output=plaintext-openapiv2.
test.for([
  [
    "",
    "KIND:     Pod\nVERSION:  v1\n\nDESCRIPTION:\n     Pod is a collection of containers that can run on a host. This resource is\n     created by clients and scheduled onto hosts.\n\nFIELDS:\n   kind\t<string> -required-\n     Kind is a string value.\n     It is one of:\n     - this\n         kept as it is\n     - that\n\n   metadata\t<Object>\n     Standard object's metadata.\n\n   spec\t<[]Object>\n",
  ],
  [
    "metadata",
    "KIND:     Pod\nVERSION:  v1\n\nRESOURCE: metadata <Object>\n\nDESCRIPTION:\n     Standard object's metadata.\n\n     ObjectMeta is metadata.\n\nFIELDS:\n   labels\t<map[string]string>\n     Map of string keys and values.\n\n   limit\t<string>\n",
  ],
  ["metadata.labels", "KIND:     Pod\nVERSION:  v1\n\nFIELD:    labels <map[string]string>\n\nDESCRIPTION:\n     Map of string keys and values."],
  ["nothing", 'field "nothing"'],
] as const)("pod %s", ([path, said]) => {
  const found = new ModelPrinter(document, false).explain({ group: "", version: "v1", kind: "Pod" }, pod, path === "" ? [] : path.split("."));
  expect("text" in found ? found.text : `field "${found.missing}"`).toBe(said);
});

test("fields below each other, what holds itself once", () => {
  const found = new ModelPrinter(document, true).explain({ group: "", version: "v1", kind: "Pod" }, pod, []);
  expect("text" in found ? found.text.split("FIELDS:\n")[1] : "").toBe(
    "   kind\t<string>\n   metadata\t<Object>\n      labels\t<map[string]string>\n      limit\t<string>\n   spec\t<[]Object>\n      kind\t<string>\n      metadata\t<Object>\n         labels\t<map[string]string>\n         limit\t<string>\n      spec\t<[]Object>",
  );
});
