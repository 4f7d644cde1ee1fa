import { expect, test } from "vitest";
import { definer } from "./command.ts";
import { bool, csv, duration, int, string, strings } from "./flags.ts";
import { parse, UsageProblem } from "./parse.ts";
import { distance, suggestions } from "./suggest.ts";
import { tabbed } from "./tab-writer.ts";

const defineCommand = definer<object, Record<never, never>>();
const root = defineCommand({
  name: "tool",
  summary: "",
  sharedFlags: { namespace: string({ short: "n", help: "" }), v: int({ short: "v", help: "" }) },
  commands: [
    defineCommand({
      name: "get",
      aliases: ["g"],
      suggestFor: ["list"],
      summary: "",
      flags: {
        watch: bool({ short: "w", help: "" }),
        output: string({ short: "o", help: "" }),
        file: strings({ short: "f", help: "" }),
        "dry-run": string({ default: "none", bare: "unchanged", help: "" }),
        timeout: duration({ help: "" }),
      },
      run() {},
    }),
    defineCommand({ name: "set", summary: "", commands: [defineCommand({ name: "image", summary: "", run() {} })] }),
    defineCommand({ name: "scale", summary: "", flags: { replicas: int({ required: true, help: "" }) }, run() {} }),
  ],
});

test.for([
  ["get pods", "tool get", ["pods"], {}],
  ["-n x get pods -w", "tool get", ["pods"], { namespace: "x", watch: true }],
  ["get -nx -woyaml a b", "tool get", ["a", "b"], { namespace: "x", watch: true, output: "yaml" }],
  ["get --watch=false -o=json", "tool get", [], { watch: false, output: "json" }],
  ["g -f a,b -f c", "tool get", [], { file: ["a", "b", "c"] }],
  ["get --dry-run x", "tool get", ["x"], { "dry-run": "unchanged" }],
  ["get --dry_run=client", "tool get", [], { "dry-run": "client" }],
  ["get a -- -w b", "tool get", ["a", "-w", "b"], {}],
  ["get -", "tool get", ["-"], {}],
  ["--namespace set set image", "tool set image", [], { namespace: "set" }],
  ["get --timeout 1m30s", "tool get", [], { timeout: 90_000 }],
] as const)("%s", ([line, path, args, values]) => {
  const { invocation } = parse(root, line.split(" "));
  expect(invocation.path).toBe(path);
  expect(invocation.args).toEqual(args);
  expect(invocation.flags).toMatchObject(values);
  for (const name of Object.keys(values)) expect(invocation.changed(name)).toBe(true);
});

test.for([
  ["gett pods", 'unknown command "gett" for "tool"'],
  ["get --foo", "unknown flag: --foo"],
  ["get -z", "unknown shorthand flag: 'z' in -z"],
  ["get -wz", "unknown shorthand flag: 'z' in -z"],
  ["get --output", "flag needs an argument: --output"],
  ["get -o", "flag needs an argument: 'o' in -o"],
  ["get -v=foo", 'invalid argument "foo" for "-v, --v" flag: strconv.ParseInt: parsing "foo": invalid syntax'],
  ["get --watch=x", 'invalid argument "x" for "-w, --watch" flag: strconv.ParseBool: parsing "x": invalid syntax'],
  ["get --timeout=5", 'invalid argument "5" for "--timeout" flag: time: missing unit in duration "5"'],
  ["scale x", 'required flag(s) "replicas" not set'],
])("%s fails", ([line, message]) => {
  expect(() => parse(root, (line ?? "").split(" "))).toThrow(UsageProblem);
  expect(() => parse(root, (line ?? "").split(" "))).toThrow(message);
});

test("suggestions are by likeness, by beginning and by other words", () => {
  expect(suggestions(root.commands ?? [], "gett")).toEqual(["get", "set"]);
  expect(suggestions(root.commands ?? [], "scal")).toEqual(["scale"]);
  expect(suggestions(root.commands ?? [], "list")).toEqual(["get"]);
  expect(distance("foo", "top")).toBe(2);
});

test("a quoted value may hold commas", () => expect(csv('a,"b,c",d')).toEqual(["a", "b,c", "d"]));

test("a column is a run of lines that have a cell there", () => {
  expect(tabbed("Name:\tweb\nLabels:\ta=b\n\tc=d\nplain\nA long one:\tx\n", { least: 0, padding: 2 })).toBe(
    "Name:    web\nLabels:  a=b\n         c=d\nplain\nA long one:  x\n",
  );
});
