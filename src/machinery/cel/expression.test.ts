import { expect, test } from "vitest";
import { kubernetesEnvironment } from "./environment.ts";
import { Budget, compile } from "./expression.ts";
import { declareType } from "./schema-types.ts";
import { celOf, jsonOf } from "./values.ts";

const schema = {
  type: "object",
  properties: {
    size: { type: "string" },
    replicas: { type: "integer" },
    "odd-name": { type: "string" },
    when: { type: "string", format: "date-time" },
    port: { "x-kubernetes-int-or-string": true },
    tags: { type: "array", items: { type: "string" } },
    parts: { type: "array", items: { type: "object", properties: { id: { type: "string" }, weight: { type: "integer" } } } },
    labels: { type: "object", additionalProperties: { type: "string" } },
    free: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
  },
};
const value = {
  size: "small",
  replicas: 3,
  "odd-name": "x",
  when: "2026-01-02T03:04:05Z",
  port: 80,
  tags: ["b", "a"],
  parts: [
    { id: "p", weight: 2 },
    { id: "q", weight: 5 },
  ],
  labels: { app: "web" },
  free: { any: { thing: [1, "a"] } },
};

function evaluated(text: string): unknown {
  const environment = kubernetesEnvironment();
  const type = declareType(environment, schema, "Object");
  environment.registerVariable("self", type.name);
  return jsonOf(compile(environment, text).evaluate({ self: type.of(value) }));
}

test.each([
  ["self.size == 'small' && self.replicas <= 10", true],
  ["self.parts.all(p, p.weight > 1) && self.parts.exists_one(p, p.id == 'q')", true],
  ["self.odd__dash__name == 'x'", true],
  ["self.when > timestamp('2026-01-01T00:00:00Z')", true],
  ["type(self.port) == int && self.port < 100", true],
  ["has(self.labels.none)", false],
  ["self.labels.all(key, key.size() < 10) && self.labels['app'] == 'web'", true],
  ["self.tags.map(tag, tag + '!').join(',')", "b!,a!"],
  ["self.tags.isSorted()", false],
  ["self.parts.map(p, p.weight).sum()", 7],
  ["self.parts.map(p, p.weight).max()", 5],
  ["sets.contains(self.tags, ['a'])", true],
  ["self.size.matches('^s[a-z]+$')", true],
  ["'a1b22'.findAll('[0-9]+')", ["1", "22"]],
  ["'%s has %d of %.2f'.format(['x', 3, 1.5])", "x has 3 of 1.50"],
  ["quantity('1.5Gi').isGreaterThan(quantity('1G'))", true],
  ["quantity('100m').add(quantity('900m')).asInteger()", 1],
  ["isQuantity('1.5Gu')", false],
  ["ip('10.0.0.1').family() == 4 && !isIP('10.0.0.01')", true],
  ["cidr('10.0.0.0/8').containsIP('10.1.2.3')", true],
  ["cidr('10.0.0.0/8').containsCIDR('10.1.0.0/16')", true],
  ["url('https://example.com:8443/a?b=c').getPort()", "8443"],
  ["url('https://example.com:443/a').getHost()", "example.com:443"],
  ["!format.dns1123Label().validate('Not_OK').hasValue()", false],
  ["format.named('dns1123Label').value().validate('ok').hasValue()", false],
  ["semver('1.2.3').isLessThan(semver('1.10.0'))", true],
  ["[3, 1, 2].sort()", [1, 2, 3]],
  ["math.greatest(1, 3)", 3],
  ["cel.bind(x, self.replicas, x * x)", 9],
  ["[1, 2][?5].orValue(7)", 7],
  ["Object{spec: Object.spec{replicas: 3, names: ['a: b']}}", { spec: { replicas: 3, names: ["a: b"] } }],
  ["[JSONPatch{op: 'add', path: '/a', value: Object{x: {'y': 1}}}]", [{ op: "add", path: "/a", value: { x: { y: 1 } } }]],
])("%s", (text, expected) => {
  expect(evaluated(text)).toEqual(expected);
});

test.each([
  ["self.nope > 1", "compilation failed: ERROR: <input>:1:5: undefined field 'nope'"],
  ["foo > 1", "compilation failed: ERROR: <input>:1:1: undeclared reference to 'foo' (in container '')"],
  ["self.size - 1", "compilation failed: ERROR: <input>:1:11: found no matching overload for '_-_' applied to '(string, int)'"],
  ["self.size - nope", "compilation failed: ERROR: <input>:1:11: found no matching overload for '_-_' applied to '(string, !error!)'"],
  ["self.replicas - nope", "compilation failed: ERROR: <input>:1:17: undeclared reference to 'nope' (in container '')"],
  ["self.free.x > 1", "compilation failed: ERROR: <input>:1:10: undefined field 'x'"],
  ["self.size.matches('(')", "compilation failed: ERROR: <input>:1:19: invalid matches argument"],
  ["self.size.nope()", "compilation failed: ERROR: <input>:1:15: undeclared reference to 'nope' (in container '')"],
  ["self.replicas in self.tags", "compilation failed: ERROR: <input>:1:15: found no matching overload for '@in' applied to '(int, list(string))'"],
  ["!self.size", "compilation failed: ERROR: <input>:1:1: found no matching overload for '!_' applied to '(string)'"],
  ["[1, 'a'].size() > 0", "compilation failed: ERROR: <input>:1:5: expected type 'int' but found 'string'"],
  ["has(self.size", "compilation failed: ERROR: <input>:1:14: Syntax error: missing ')' at '<EOF>'"],
  ["self.size x", "compilation failed: ERROR: <input>:1:11: Syntax error: extraneous input 'x' expecting <EOF>"],
  ["not at all", "compilation failed: ERROR: <input>:1:5: Syntax error: mismatched input 'at' expecting <EOF>"],
])("%s cannot be compiled", (text, message) => {
  expect(() => evaluated(text)).toThrow(message);
});

test("what costs too much is ended", () => {
  const environment = kubernetesEnvironment().registerVariable("all", "dyn");
  const list = celOf(Array.from({ length: 500 }, (_, i) => i));
  const expression = compile(environment, "all.all(a, all.all(b, all.all(c, a + b + c >= 0)))");
  expect(() => expression.evaluate({ all: list }, new Budget())).toThrow("actual cost limit exceeded");
});
