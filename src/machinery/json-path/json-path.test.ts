import { expect, test } from "vitest";
import { findAll, goSource, jsonPathText } from "./evaluate.ts";
import { parseJsonPath, relaxed } from "./parse.ts";

const data = {
  kind: "List",
  apiVersion: "v1",
  items: [
    {
      metadata: { name: "db", labels: { app: "db", "a.b/c": "x" } },
      spec: { containers: [{ image: "redis:7", ports: [{ containerPort: 80 }] }, { image: "nginx" }] },
      ready: true,
    },
    { metadata: { name: "web" }, spec: { containers: [{ image: "nginx:1" }] }, ready: false, none: null },
  ],
};

test.for([
  ["{.items[*].metadata.name}", "db web"],
  ["{.items[0].metadata.name}", "db"],
  ["{.items[-1].metadata.name}", "web"],
  ["{.items[-1:].metadata.name}", "web"],
  ["{.items[0:2].metadata.name}", "db web"],
  ["{.items[::2].metadata.name}", "db"],
  ["{.items[0,1].metadata.name}", "db web"],
  ["{items[*].metadata.name}", undefined],
  ['{range .items[*]}{.metadata.name}{"\\t"}{.spec.containers[*].image}{"\\n"}{end}', "db\tredis:7 nginx\nweb\tnginx:1\n"],
  ["{range .items[*]}[{range .spec.containers[*]}({.image}){end}]{end}.", "[(redis:7)(nginx)][(nginx:1)]."],
  ["{range .nope[*]}x{end}y", "y"],
  ['{.items[?(@.metadata.name=="web")].spec.containers[0].image}', "nginx:1"],
  ["{.items[?(@.metadata.name=='web')].metadata.name}", "web"],
  ["{.items[?(@.none)].metadata.name}", "web"],
  ["{.items[?(@.ready==true)].metadata.name}", "db"],
  ["{.items[*].spec.containers[?(@.ports[0].containerPort>=80)].image}", "redis:7"],
  ["{.items[0].metadata.labels}", '{"a.b/c":"x","app":"db"}'],
  ["{.items[0].metadata.labels.a\\.b/c}", "x"],
  ["{.items[0].metadata.labels['app']}", "db"],
  ["{.items[0].metadata.labels['a\\.b/c']}", "x"],
  ["{..image}", "redis:7 nginx nginx:1"],
  ["{.kind} {.apiVersion}{'\\n'}text", "List v1\ntext"],
  ["{.nope.deep}", ""],
  ["{.items[*].none}", "null"],
  ["{.items[*].ready}", "true false"],
  ["{.items[*]['metadata.name', 'ready']}", "db web true false"],
  ["{$.kind}", "List"],
  ["plain", "plain"],
] as const)("%s", ([path, text]) => {
  if (text !== undefined) expect(jsonPathText(parseJsonPath(path), data, { allowMissing: true })).toBe(text);
  else expect(() => jsonPathText(parseJsonPath(path), data, { allowMissing: true })).toThrow("unrecognized identifier items");
});

test.for([
  ["{.items[*}", "unterminated array"],
  ["{.items", "unclosed action"],
  ["{.items[a]}", "invalid array index a"],
  ["{.items[?(@.a]}", "unterminated filter"],
  ["{%}", "unrecognized character in action: U+0025 '%'"],
  ['{"x}', "unterminated quoted string"],
])("%s cannot be read: %s", ([path, message]) => expect(() => parseJsonPath(path ?? "")).toThrow(message));

test.for([
  ["{.items[5].x}", "array index out of bounds: index 5, length 2"],
  ["{.items[-3].x}", "array index out of bounds: index -1, length 2"],
  ["{.nope}", "nope is not found"],
  ["{.kind[0]}", "string is not array or slice"],
  ["{end}", "not in range, nothing to end"],
  ['{.items[?(@.ready=="x")]}', "incompatible types for comparison"],
])("%s fails: %s", ([path, message]) => expect(() => findAll(parseJsonPath(path ?? ""), data, { allowMissing: false })).toThrow(message));

test.for([
  ["metadata.name", "{.metadata.name}"],
  [".metadata.name", "{.metadata.name}"],
  ["{metadata.name}", "{.metadata.name}"],
  ["{.metadata.name}", "{.metadata.name}"],
])("relaxed %s", ([path, full]) => expect(relaxed(path ?? "")).toBe(full));

test("Go source", () =>
  expect(goSource({ b: [1, "x", null], a: {} })).toBe(
    'map[string]interface {}{"a":map[string]interface {}{}, "b":[]interface {}{1, "x", interface {}(nil)}}',
  ));
