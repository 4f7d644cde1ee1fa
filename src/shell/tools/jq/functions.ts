import { strftime } from "../../strftime.ts";
import { calculated } from "./calculate.ts";
import { type BuiltinFunction, type Call, Scope } from "./evaluate.ts";
import { formatted } from "./formats.ts";
import { parseJq } from "./parser.ts";
import { type Path, type Place, placesOf, step, withoutPaths, withValue } from "./paths.ts";
import type { Filter, Json } from "./syntax.ts";
import { compact, isObject, isTruthy, JqError, ordered, shown, typeName, valuesIn } from "./values.ts";

/** Functions that are written in jq themselves. */
const written = `
def map(f): [.[] | f];
def select(f): if f then . else empty end;
def recurse(f): def r: ., (f | r); r;
def recurse(f; cond): def r: ., (f | select(cond) | r); r;
def to_entries: [keys_unsorted[] as $k | {key: $k, value: .[$k]}];
def from_entries: reduce .[] as $x ({}; . + {($x | if type == "object" then (if has("key") then .key elif has("k") then .k elif has("name") then .name elif has("Name") then .Name elif has("Key") then .Key else .K end) else . end | if type == "string" then . elif type == "null" then "null" else tojson end): ($x | if type == "object" then (if has("value") then .value elif has("v") then .v elif has("Value") then .Value else .V end) else null end)});
def with_entries(f): to_entries | map(f) | from_entries;
def values: select(. != null);
def nulls: select(. == null);
def booleans: select(type == "boolean");
def numbers: select(type == "number");
def strings: select(type == "string");
def arrays: select(type == "array");
def objects: select(type == "object");
def iterables: select(type | . == "array" or . == "object");
def scalars: select(type | . != "array" and . != "object");
def any: reduce .[] as $x (false; . or $x);
def all: reduce .[] as $x (true; . and $x);
def any(f): reduce (.[] | f) as $x (false; . or $x);
def all(f): reduce (.[] | f) as $x (true; . and $x);
def any(g; f): isempty(first(g | f | select(.))) | not;
def all(g; f): isempty(first(g | f | select(. | not)));
def isempty(g): label $go | (g | false, break $go), true;
def first(f): label $out | (f | ., break $out);
def last(f): reduce f as $x (null; $x);
def nth($n): .[$n];
def nth($n; f): if $n < 0 then error("Out of bounds negative array index") else last(limit($n + 1; f)) end;
def first: .[0];
def last: .[-1];
def limit($n; f): if $n > 0 then label $out | foreach f as $x (0; . + 1; $x, if . >= $n then break $out else empty end) else empty end;
def until(cond; update): def u: if cond then . else (update | u) end; u;
def while(cond; update): def w: if cond then ., (update | w) else empty end; w;
def repeat(f): def r: ., (f | r); r;
def range($n): range(0; $n);
def in(x): . as $k | x | has($k);
def inside(x): . as $s | x | contains($s);
def del(f): delpaths([path(f)]);
def paths: path(..) | select(length > 0);
def paths(f): path(.. | select(f)) | select(length > 0);
def leaf_paths: paths(scalars);
def map_values(f): .[] |= f;
def walk(f): def w: if type == "object" then map_values(w) elif type == "array" then map(w) else . end | f; w;
def env: $ENV;
def todate: strftime("%Y-%m-%dT%H:%M:%SZ");
def fromdateiso8601: strptime("%Y-%m-%dT%H:%M:%SZ") | mktime;
def fromdate: fromdateiso8601;
def date: todate;
def todateiso8601: strftime("%Y-%m-%dT%H:%M:%SZ");
def match(re): match(re; null);
def match(re; flags): _match(re; flags; false) | .[];
def test(re): test(re; null);
def test(re; flags): _match(re; flags; true);
def capture(re): capture(re; null);
def capture(re; flags): match(re; flags) | [.captures[] | select(.name != null) | {key: .name, value: .string}] | from_entries;
def scan(re): scan(re; null);
def scan(re; flags): match(re; "g" + flags) | if (.captures | length) > 0 then [.captures[].string] else .string end;
def split(re; flags): . as $s | [foreach (match(re; flags + "g") | [.offset, .length], null) as $m ([0, null]; if $m == null then [.[0], $s[.[0]:]] else [$m[0] + $m[1], $s[.[0]:$m[0]]] end; .[1])];
def splits(re): splits(re; null);
def splits(re; flags): split(re; flags) | .[];
def sub(re; str): sub(re; str; "");
def gsub(re; str): sub(re; str; "g");
def gsub(re; str; flags): sub(re; str; flags + "g");
def ascii: [.] | implode;
def combinations: if length == 0 then [] else .[0][] as $x | (.[1:] | combinations) as $w | [$x] + $w end;
def combinations(n): . as $dot | [range(n)] | map($dot) | combinations;
def add(f): reduce f as $x (null; . + $x);
def tostream: path(def r: (.[]? | r), .; r) as $p | getpath($p) | reduce path(.[]?) as $q ([$p, .]; [$p + $q]);
def input_line_number: 0;
def inputs: def r: (try input catch if . == "No more inputs" then empty else error end) | (., r); r;
def finites: select(isinfinite or isnan | not);
def normals: select(isnormal);
def pick(f): . as $top | reduce path(f) as $p (null; setpath($p; $top | getpath($p)));
def debug(m): (m | debug | empty), .;
def abs: if type == "number" and . < 0 then -. else . end;
def toarray: if type == "array" then . else [.] end;
def have_literal_numbers: true;
def halt_error: halt_error(5);
`;

/** Leaves the program, with a message and a code. */
export class Halt extends Error {
  readonly value: Json | undefined;
  readonly code: number;
  constructor(value: Json | undefined, code: number) {
    super("halt");
    this.value = value;
    this.code = code;
  }
}

/** A function whose arguments are values: each combination of them gives a result. */
function ofValues(work: (input: Json, args: readonly Json[], call: Call) => Json): BuiltinFunction {
  return function* (call) {
    function* combined(i: number, values: readonly Json[]): Generator<Place> {
      const arg = call.args[i];
      if (!arg) yield { value: work(call.input.value, values, call), path: undefined };
      else for (const value of call.engine.values(arg, call.input.value, call.scope)) yield* combined(i + 1, [...values, value]);
    }
    yield* combined(0, []);
  };
}

const refused = (value: Json, how: string): never => {
  throw new JqError(`${typeName(value)} (${shown(value)}) ${how}`);
};
const text = (value: Json, how: string): string => (typeof value === "string" ? value : refused(value, how));
const list = (value: Json, how: string): Json[] => (Array.isArray(value) ? value : refused(value, how));
const number = (value: Json, how = "number required"): number => (typeof value === "number" ? value : refused(value, how));

const keysOf = (value: Json, sorted: boolean): Json[] => {
  if (Array.isArray(value)) return value.map((_, i) => i);
  if (!isObject(value)) return refused(value, "has no keys");
  return sorted ? Object.keys(value).sort() : Object.keys(value);
};

/** Elements with what a filter makes of each, in its order. */
function keyed(call: Call, arg: Filter | undefined, sorted = true): { value: Json; key: Json[] }[] {
  const items = list(call.input.value, "cannot be sorted, as it is not an array").map((value) => ({
    value,
    key: arg ? [...call.engine.values(arg, value, call.scope)] : [value],
  }));
  return sorted ? items.sort((a, b) => ordered(a.key, b.key)) : items;
}

function groupsOf(call: Call, arg: Filter | undefined): Json[][] {
  const groups: { key: Json[]; values: Json[] }[] = [];
  for (const { value, key } of keyed(call, arg)) {
    const last = groups.at(-1);
    if (last && ordered(last.key, key) === 0) last.values.push(value);
    else groups.push({ key, values: [value] });
  }
  return groups.map((group) => group.values);
}

function extreme(call: Call, arg: Filter | undefined, sign: 1 | -1): Json {
  let best: { value: Json; key: Json[] } | undefined;
  for (const item of keyed(call, arg, false))
    if (!best || ordered(item.key, best.key) * sign > 0 || (sign > 0 && ordered(item.key, best.key) === 0)) best = item;
  return best?.value ?? null;
}

function lengthOf(value: Json): number {
  if (value === null) return 0;
  if (typeof value === "string") return [...value].length;
  if (typeof value === "number") return Math.abs(value);
  if (Array.isArray(value)) return value.length;
  return isObject(value) ? Object.keys(value).length : refused(value, "has no length");
}

function contains(whole: Json, part: Json): boolean {
  if (isObject(whole) && isObject(part))
    return Object.entries(part).every(([key, value]) => Object.hasOwn(whole, key) && contains(whole[key] ?? null, value));
  if (Array.isArray(whole) && Array.isArray(part)) return part.every((one) => whole.some((other) => contains(other, one)));
  if (typeof whole === "string" && typeof part === "string") return whole.includes(part);
  if (typeName(whole) === typeName(part)) return ordered(whole, part) === 0;
  throw new JqError(`${typeName(whole)} (${shown(whole)}) and ${typeName(part)} (${shown(part)}) cannot have their containment checked`);
}

function flattened(values: readonly Json[], depth: number): Json[] {
  return values.flatMap((value) => (Array.isArray(value) && depth > 0 ? flattened(value, depth - 1) : [value]));
}

const mostMatches = 100_000;

function matchesOf(input: Json, source: Json, flags: Json, testing: boolean): Json {
  const whole = text(input, "cannot be matched, as it is not a string");
  const letters = flags === null ? "" : text(flags, "is not a string");
  const [pattern, marks] = Array.isArray(source)
    ? [String(source[0]), letters + String(source[1] ?? "")]
    : [text(source, "cannot be matched, as it is not a string"), letters];
  let regex: RegExp;
  try {
    regex = new RegExp(pattern, `gd${marks.includes("i") ? "i" : ""}${marks.includes("s") || marks.includes("p") ? "s" : ""}u`);
  } catch {
    throw new JqError(`${pattern} (at offset 0) is not a valid regex: end pattern at escape`);
  }
  if (testing) return regex.test(whole);
  const found: Json[] = [];
  for (const match of whole.matchAll(regex)) {
    const offset = (at: number) => [...whole.slice(0, at)].length;
    const captures = match.slice(1).map((group, i): Json => {
      const place = match.indices?.[i + 1];
      return {
        offset: place ? offset(place[0]) : -1,
        length: group === undefined ? 0 : [...group].length,
        string: group ?? null,
        name: nameOfGroup(pattern, i) ?? null,
      };
    });
    found.push({ offset: offset(match.index), length: [...match[0]].length, string: match[0], captures });
    if ((!marks.includes("g") && found.length > 0) || found.length > mostMatches) break;
  }
  return found;
}

/** The name of a group by its number. */
function nameOfGroup(pattern: string, index: number): string | undefined {
  const groups = [...pattern.matchAll(/\\.|\[(?:\\.|[^\]])*\]|\((?!\?)|\(\?<([A-Za-z_]\w*)>/g)].filter(([whole]) => whole.startsWith("("));
  return groups[index]?.[1];
}

function* substituted(call: Call): Generator<Place> {
  const [pattern, replacement, flagArg] = call.args;
  const { engine, scope, input } = call;
  if (!pattern || !replacement || !flagArg) return;
  const whole = text(input.value, "cannot be matched, as it is not a string");
  for (const flags of engine.values(flagArg, input.value, scope))
    for (const source of engine.values(pattern, input.value, scope)) {
      let results = [""];
      let at = 0;
      const characters = [...whole];
      for (const match of matchesOf(whole, source, flags, false) as {
        offset: number;
        length: number;
        captures: { name: string | null; string: string | null }[];
      }[]) {
        const named = Object.fromEntries(match.captures.filter((one) => one.name !== null).map((one) => [one.name as string, one.string]));
        const before = characters.slice(at, match.offset).join("");
        const texts = [...engine.values(replacement, named, scope)].map((one) => text(one, "cannot be added to a string"));
        results = results.flatMap((result) => texts.map((one) => result + before + one));
        at = match.offset + match.length;
      }
      for (const result of results) yield { value: result + characters.slice(at).join(""), path: undefined };
    }
}

const moment = (value: Json): Date => {
  if (typeof value === "number") return new Date(value * 1000);
  const parts = list(value, "requires parsed datetime inputs").map((one) => number(one));
  return new Date(Date.UTC(parts[0] ?? 1970, parts[1] ?? 0, parts[2] ?? 1, parts[3] ?? 0, parts[4] ?? 0, parts[5] ?? 0));
};

function broken(date: Date): Json[] {
  const day = Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / 86_400_000);
  return [
    date.getUTCFullYear(),
    date.getUTCMonth(),
    date.getUTCDate(),
    date.getUTCHours(),
    date.getUTCMinutes(),
    date.getUTCSeconds() + date.getUTCMilliseconds() / 1000,
    date.getUTCDay(),
    day,
  ];
}

function trimmedBy(value: Json, part: Json, start: boolean): Json {
  if (typeof value !== "string" || typeof part !== "string") return value;
  return start
    ? value.startsWith(part)
      ? value.slice(part.length)
      : value
    : part !== "" && value.endsWith(part)
      ? value.slice(0, -part.length)
      : value;
}

function numeral(value: Json): Json {
  if (typeof value === "number") return value;
  if (typeof value !== "string") return refused(value, "cannot be parsed as a number");
  if (!/^\s*-?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$/.test(value))
    throw new JqError(`Invalid numeric literal at EOF at line 1, column ${value.length} (while parsing '${value}')`);
  return Number(value);
}

const math = (work: (value: number) => number): BuiltinFunction => ofValues((input) => work(number(input)));

const native: Readonly<Record<string, BuiltinFunction>> = {
  "empty/0": function* () {},
  "not/0": ofValues((input) => !isTruthy(input)),
  "length/0": ofValues(lengthOf),
  "utf8bytelength/0": ofValues((input) => new TextEncoder().encode(text(input, "only strings have UTF-8 byte length")).length),
  "keys/0": ofValues((input) => keysOf(input, true)),
  "keys_unsorted/0": ofValues((input) => keysOf(input, false)),
  "has/1": ofValues((input, [key]) => {
    if (isObject(input) && typeof key === "string") return Object.hasOwn(input, key);
    if (Array.isArray(input) && typeof key === "number") return key >= 0 && key < input.length;
    throw new JqError(`Cannot check whether ${typeName(input)} has a ${typeof key === "string" ? "string" : typeName(key ?? null)} key`);
  }),
  "contains/1": ofValues((input, [part]) => contains(input, part ?? null)),
  "add/0": ofValues((input) =>
    (isObject(input) ? Object.values(input) : input === null ? [] : list(input, "cannot be iterated over")).reduce<Json>(
      (sum, one) => calculated("+", sum, one),
      null,
    ),
  ),
  "range/2": function* ({ args: [from, to], input, scope, engine }) {
    if (!from || !to) return;
    for (const start of engine.values(from, input.value, scope))
      for (const end of engine.values(to, input.value, scope))
        for (let at = number(start, "Range bounds must be numeric"); at < number(end, "Range bounds must be numeric"); at++)
          yield { value: at, path: undefined };
  },
  "range/3": function* ({ args: [from, to, by], input, scope, engine }) {
    if (!from || !to || !by) return;
    for (const start of engine.values(from, input.value, scope))
      for (const end of engine.values(to, input.value, scope))
        for (const pace of engine.values(by, input.value, scope)) {
          const [first, last, size] = [number(start), number(end), number(pace)];
          if (size > 0) for (let at = first; at < last; at += size) yield { value: at, path: undefined };
          else if (size < 0) for (let at = first; at > last; at += size) yield { value: at, path: undefined };
        }
  },
  "recurse/0": ({ input, engine }) => engine.recursed(input),
  "path/1": function* ({ args: [arg], input, scope, engine }) {
    if (arg) for (const { path } of engine.paths(arg, input.value, scope)) yield { value: [...path], path: undefined };
  },
  "getpath/1": function* ({ args: [arg], input, scope, engine }) {
    if (!arg) return;
    for (const path of engine.values(arg, input.value, scope)) {
      let place: Place = input;
      for (const key of list(path, "Path must be specified as an array"))
        place = place.value === null ? { value: null, path: place.path && [...place.path, key] } : (step(place, key)[0] ?? place);
      yield place;
    }
  },
  "setpath/2": ofValues((input, [path, value]) => withValue(input, list(path ?? null, "Path must be specified as an array"), value ?? null)),
  "delpaths/1": ofValues((input, [paths]) => withoutPaths(input, list(paths ?? null, "Paths must be specified as an array") as unknown as Path[])),
  "type/0": ofValues(typeName),
  "tostring/0": ofValues((input) => (typeof input === "string" ? input : compact(input))),
  "tonumber/0": ofValues(numeral),
  "tojson/0": ofValues(compact),
  "fromjson/0": ofValues((input) => {
    const [value] = valuesIn(text(input, "cannot be parsed as JSON"));
    return value ?? null;
  }),
  "error/0": ({ input }) => {
    throw new JqError(input.value);
  },
  "error/1": ofValues((_input, [value]) => {
    throw new JqError(value ?? null);
  }),
  "sort/0": (call) => [{ value: keyed(call, undefined).map((item) => item.value), path: undefined }],
  "sort_by/1": (call) => [{ value: keyed(call, call.args[0]).map((item) => item.value), path: undefined }],
  "group_by/1": (call) => [{ value: groupsOf(call, call.args[0]), path: undefined }],
  "unique/0": (call) => [{ value: groupsOf(call, undefined).map((group) => group[0] ?? null), path: undefined }],
  "unique_by/1": (call) => [{ value: groupsOf(call, call.args[0]).map((group) => group[0] ?? null), path: undefined }],
  "min/0": (call) => [{ value: extreme(call, undefined, -1), path: undefined }],
  "max/0": (call) => [{ value: extreme(call, undefined, 1), path: undefined }],
  "min_by/1": (call) => [{ value: extreme(call, call.args[0], -1), path: undefined }],
  "max_by/1": (call) => [{ value: extreme(call, call.args[0], 1), path: undefined }],
  "reverse/0": ofValues((input) =>
    typeof input === "string"
      ? [...input].reverse().join("")
      : input === null
        ? []
        : [...list(input, "cannot be reversed, as it is not an array")].reverse(),
  ),
  "flatten/0": ofValues((input) => flattened(list(input, "cannot be flattened"), Number.POSITIVE_INFINITY)),
  "flatten/1": ofValues((input, [depth]) => flattened(list(input, "cannot be flattened"), number(depth ?? 0))),
  "transpose/0": ofValues((input) => {
    const rows = list(input, "cannot be transposed").map((row) => list(row, "cannot be transposed"));
    return Array.from({ length: Math.max(0, ...rows.map((row) => row.length)) }, (_, i) => rows.map((row) => row[i] ?? null));
  }),
  "join/1": ofValues((input, [mark]) =>
    list(input, "cannot be joined")
      .map((one) =>
        one === null ? "" : typeof one === "string" ? one : typeof one === "object" ? refused(one, "cannot be added to a string") : compact(one),
      )
      .join(text(mark ?? null, "is not a string")),
  ),
  "split/1": ofValues((input, [mark]) => {
    if (typeof input !== "string" || typeof mark !== "string") throw new JqError("split input and separator must be strings");
    return input === "" ? [] : input.split(mark);
  }),
  "ascii_downcase/0": ofValues((input) => text(input, "ascii_downcase input must be a string").replace(/[A-Z]/g, (one) => one.toLowerCase())),
  "ascii_upcase/0": ofValues((input) => text(input, "ascii_upcase input must be a string").replace(/[a-z]/g, (one) => one.toUpperCase())),
  "trim/0": ofValues((input) => text(input, "trim input must be a string").trim()),
  "ltrim/0": ofValues((input) => text(input, "trim input must be a string").trimStart()),
  "rtrim/0": ofValues((input) => text(input, "trim input must be a string").trimEnd()),
  "ltrimstr/1": ofValues((input, [part]) => trimmedBy(input, part ?? null, true)),
  "rtrimstr/1": ofValues((input, [part]) => trimmedBy(input, part ?? null, false)),
  "startswith/1": ofValues((input, [part]) =>
    typeof input === "string" && typeof part === "string" ? input.startsWith(part) : refused(input, "startswith() requires string inputs"),
  ),
  "endswith/1": ofValues((input, [part]) =>
    typeof input === "string" && typeof part === "string" ? input.endsWith(part) : refused(input, "endswith() requires string inputs"),
  ),
  "explode/0": ofValues((input) => [...text(input, "cannot be exploded")].map((one) => one.codePointAt(0) ?? 0)),
  "implode/0": ofValues((input) =>
    list(input, "cannot be imploded")
      .map((code) => String.fromCodePoint(number(code)))
      .join(""),
  ),
  "indices/1": ofValues((input, [part]) => indices(input, part ?? null)),
  "index/1": ofValues((input, [part]) => indices(input, part ?? null)?.[0] ?? null),
  "rindex/1": ofValues((input, [part]) => indices(input, part ?? null)?.at(-1) ?? null),
  "_match/3": ofValues((input, [source, flags, testing]) => matchesOf(input, source ?? null, flags ?? null, testing === true)),
  "sub/3": substituted,
  "format/1": ofValues((input, [name]) => formatted(text(name ?? null, "is not a valid format"), input)),
  "now/0": ({ engine }) => [{ value: engine.now() / 1000, path: undefined }],
  "gmtime/0": ofValues((input) => broken(new Date(number(input) * 1000))),
  "localtime/0": ofValues((input) => broken(new Date(number(input) * 1000))),
  "mktime/0": ofValues((input) => Math.floor(moment(list(input, "mktime requires array of 6 numbers")).getTime() / 1000)),
  "strftime/1": ofValues((input, [format]) => strftime(text(format ?? null, "strftime/1 requires a string format"), moment(input).getTime())),
  "strptime/1": ofValues((input, [format]) => {
    const at = Date.parse(text(input, "strptime/1 requires string inputs and arguments"));
    if (Number.isNaN(at)) throw new JqError(`date "${input as string}" does not match format "${format as string}"`);
    return broken(new Date(at));
  }),
  "input/0": ({ engine }) => {
    const next = engine.inputs.next();
    if (next.done) throw new JqError("No more inputs");
    return [{ value: next.value, path: undefined }];
  },
  "debug/0": function* ({ input, engine }) {
    engine.messages.push(`${compact(["DEBUG:", input.value])}\n`);
    yield input;
  },
  "stderr/0": function* ({ input, engine }) {
    engine.messages.push(compact(input.value));
    yield input;
  },
  "input_filename/0": ofValues(() => null),
  "halt/0": () => {
    throw new Halt(undefined, 0);
  },
  "halt_error/1": ofValues((input, [code]) => {
    throw new Halt(input, number(code ?? 5));
  }),
  "infinite/0": ofValues(() => Number.POSITIVE_INFINITY),
  "nan/0": ofValues(() => Number.NaN),
  "isinfinite/0": ofValues((input) => !Number.isFinite(number(input)) && !Number.isNaN(input)),
  "isnan/0": ofValues((input) => Number.isNaN(number(input))),
  "isnormal/0": ofValues((input) => Number.isFinite(number(input)) && Math.abs(number(input)) >= 2.2250738585072014e-308),
  "floor/0": math(Math.floor),
  "ceil/0": math(Math.ceil),
  "round/0": math((value) => Math.sign(value) * Math.round(Math.abs(value))),
  "trunc/0": math(Math.trunc),
  "sqrt/0": math(Math.sqrt),
  "fabs/0": math(Math.abs),
  "log/0": math(Math.log),
  "log2/0": math(Math.log2),
  "log10/0": math(Math.log10),
  "exp/0": math(Math.exp),
  "exp2/0": math((value) => 2 ** value),
  "exp10/0": math((value) => 10 ** value),
  "sin/0": math(Math.sin),
  "cos/0": math(Math.cos),
  "pow/2": ofValues((_input, [base, exponent]) => number(base ?? 0) ** number(exponent ?? 0)),
  "builtins/0": ofValues(() => [...builtins.keys()]),
  "significand/0": math((value) => (value === 0 ? 0 : value / 2 ** Math.floor(Math.log2(Math.abs(value))))),
};

function indices(input: Json, part: Json): number[] | null {
  if (input === null) return null;
  if (typeof input === "string" && typeof part === "string") {
    const places: number[] = [];
    if (part !== "") for (let at = input.indexOf(part); at >= 0; at = input.indexOf(part, at + 1)) places.push([...input.slice(0, at)].length);
    return places;
  }
  if (!Array.isArray(input)) return refused(input, "cannot be searched");
  return Array.isArray(part) ? placesOf(input, part) : input.flatMap((one, i) => (ordered(one, part) === 0 ? [i] : []));
}

export const builtins: ReadonlyMap<string, BuiltinFunction> = new Map(Object.entries(native));

let prelude: Scope | undefined;

/** A scope that knows the functions written in jq. Read once. */
export function rootScope(): Scope {
  if (!prelude) {
    prelude = new Scope(undefined);
    for (const definition of written.trim().split("\n")) {
      const filter = parseJq(definition);
      if (filter.kind === "define") prelude.define(filter.name, { params: filter.params, body: filter.body, scope: prelude });
    }
  }
  return new Scope(prelude);
}
