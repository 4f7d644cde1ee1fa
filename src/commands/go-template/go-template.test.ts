import { expect, test } from "vitest";
import { sprintf } from "./format.ts";
import { Templates } from "./templates.ts";
import { fromJson } from "./values.ts";

const data = fromJson({
  kind: "List",
  items: [
    { metadata: { name: "db", labels: { app: "db", env: "prod" } }, spec: { ports: [{ nodePort: 30080 }], replicas: 3, ratio: 0.5 }, gone: null },
    { metadata: { name: "web", labels: { app: "web", env: "dev" } }, spec: { ports: [] } },
  ],
  empty: {},
});

const run = (source: string) => new Templates().add("output", source).execute("output", data);

test.for([
  ['{{range .items}}{{.metadata.name}}{{"\\n"}}{{end}}', "db\nweb\n"],
  ["{{(index .items 0).metadata.name}}", "db"],
  ["{{(index (index .items 0).spec.ports 0).nodePort}}", "30080"],
  ['{{range .items}}{{if eq .metadata.labels.env "prod"}}{{.metadata.name}} {{end}}{{end}}', "db "],
  ["{{range $i, $x := .items}}{{$i}}={{$x.metadata.name}};{{end}}", "0=db;1=web;"],
  ["{{range $k, $v := (index .items 0).metadata.labels}}{{$k}}={{$v}},{{end}}", "app=db,env=prod,"],
  ["{{range .empty}}x{{else}}none{{end}}", "none"],
  ["{{.nope}}", "<no value>"],
  ["{{.nope.deep}}", "<no value>"],
  ["{{(index .items 0).gone}}", "<no value>"],
  ["{{if .nope}}a{{else if .kind}}b{{else}}c{{end}}", "b"],
  ["{{with .nope}}a{{else}}b{{end}}", "b"],
  ["{{with .kind}}{{.}}{{end}}", "List"],
  ["{{with $x := .kind}}{{$x}}{{end}}", "List"],
  ["{{$x := 1}}{{range .items}}{{$x = 2}}{{end}}{{$x}}", "2"],
  ["a {{- .kind -}} b", "aListb"],
  ["{{/* a comment */}}x{{- /* trimmed */ -}} y", "xy"],
  ["{{len .items}} {{len .kind}}", "2 4"],
  ['{{not true}} {{and 1 0}} {{or 0 "x"}}', "false 0 x"],
  ['{{eq 1 2 1}} {{ne 1 2}} {{lt 1 2}} {{ge "b" "a"}}', "true true true true"],
  ['{{printf "%s has %d, %5.2f %q %v" .kind 3 (index .items 0).spec.ratio "x" .empty}}', 'List has 3,  0.50 "x" map[]'],
  ['{{.kind | printf "%-6s|" | print}}', "List  |"],
  ['{{print 1 2 "a" "b" 3}}', "1 2a b3".replace(" b", "b")],
  ['{{html "<a>&"}} {{urlquery "a b&c"}} {{js "it\'s"}}', "&lt;a&gt;&amp; a+b%26c it\\'s"],
  ["{{(index .items 0).metadata.labels}}", "map[app:db env:prod]"],
  ["{{(index .items 0).spec.ratio}}", "0.5"],
  ['{{define "t"}}[{{.}}]{{end}}{{template "t" .kind}}{{template "t"}}', "[List][<no value>]"],
  ['{{block "b" .kind}}<{{.}}>{{end}}', "<List>"],
  ['{{range .items}}{{if eq .metadata.name "web"}}{{break}}{{end}}{{.metadata.name}}{{end}}', "db"],
  ['{{range .items}}{{if eq .metadata.name "db"}}{{continue}}{{end}}{{.metadata.name}}{{end}}', "web"],
  ["{{range 3}}{{.}}{{end}}", "012"],
  ["{{slice .kind 1 3}} {{1.5}} {{0x10}} {{'a'}} {{`raw`}}", "is 1.5 16 97 raw"],
  ["{{$.kind}}{{range .items}}{{$.kind}}{{end}}", "ListListList"],
  ["}} {", "}} {"],
] as const)("%s", ([source, text]) => expect(run(source)).toBe(text));

test.for([
  ["{{.foo", "template: output:1: unclosed action"],
  ["a\n{{if .x}}", "template: output:2: unexpected EOF"],
  ["{{end}}", "template: output:1: unexpected {{end}}"],
  ["{{foo}}", 'template: output:1: function "foo" not defined'],
  ["{{$x}}", 'template: output:1: undefined variable "$x"'],
  ['{{"x}}', "template: output:1: unterminated quoted string"],
  ["{{}}", "template: output:1: missing value for command"],
  ["{{if}}{{end}}", "template: output:1: missing value for if"],
  ["{{(1}}", "template: output:1: unclosed left paren"],
  ["{{break}}", "template: output:1: {{break}} outside {{range}}"],
  ["{{.a ^}}", "template: output:1: unrecognized character in action: U+005E '^'"],
  ["{{1 | 2}}", "template: output:1: non executable command in pipeline stage 2"],
])("%s cannot be read: %s", ([source, message]) => expect(() => run(source ?? "")).toThrow(message));

test.for([
  ["{{.kind.x}}", 'template: output:1:7: executing "output" at <.kind.x>: can\'t evaluate field x in type interface {}'],
  ["{{(index .items 0).gone.x}}", 'template: output:1:16: executing "output" at <0>: nil pointer evaluating interface {}.x'],
  ["{{index .items 5}}", 'executing "output" at <index .items 5>: error calling index: index out of range: 5'],
  ["{{range .kind | len}}{{end}}{{range true}}{{end}}", "range can't iterate over true"],
  ['{{template "nope"}}', 'template "nope" not defined'],
  ["{{len 3}}", "error calling len: len of type int"],
  ['{{eq 1 "a"}}', "error calling eq: incompatible types for comparison: int and string"],
  ["{{not}}", 'template: output:1:2: executing "output" at <not>: wrong number of args for not: want 1 got 0'],
  ["{{$.kind.z}}", 'template: output:1:3: executing "output" at <$.kind.z>: can\'t evaluate field z in type interface {}'],
  ['{{.kind "x"}}', "at <.kind>: kind is not a method but has arguments"],
  ["{{(len 3).x}}", 'template: output:1:3: executing "output" at <len 3>: error calling len: len of type int'],
])("%s fails: %s", ([source, message]) => expect(() => run(source ?? "")).toThrow(message));

test.for([
  ["%05d|%-5d|%+d|%x|%X|%o|%b", [42n, 42n, 42n, 255n, 255n, 8n, 5n], "00042|42   |+42|ff|FF|10|101"],
  ["%s %v %q", ["a", "b", 'c"'], 'a b "c\\""'],
  ["%d", ["x"], "%!d(string=x)"],
  ["%d", [], "%!d(MISSING)"],
  ["x", [1n], "x%!(EXTRA int=1)"],
  ["%.2f %e %g", [1.005, 1234.5, 1e21], "1.00 1.234500e+03 1e+21"],
  ["%v %v", [1e6, 0.00001], "1e+06 1e-05"],
  ["%t %v", [true, null], "true <nil>"],
  ["%[2]s %[1]s", ["a", "b"], "b a"],
  ["%*d", [5n, 42n], "   42"],
  ["%c %U", [65n, 0x1f600n], "A U+1F600"],
  ["100%%", [], "100%"],
  ["%v", [["a", 1n]], "[a 1]"],
  ["%T %T", ["a", 1.5], "string float64"],
] as const)("printf %s", ([format, args, text]) => expect(sprintf(format, args)).toBe(text));
