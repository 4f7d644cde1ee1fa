import { Random } from "#base/random.ts";
import { strftime } from "../../strftime.ts";
import type { Machine } from "./machine.ts";
import { fieldsOf, regexOf, type Waiting } from "./records.ts";
import type { Expression } from "./syntax.ts";
import { compared, Input, numberOf, printed, type Value } from "./values.ts";

const generators = new WeakMap<Machine, Random>();

/** Calls a function of awk itself. */
export function* call(machine: Machine, name: string, args: readonly Expression[]): Waiting<Value> {
  const [first, second, third, fourth] = args;
  const value = function* (node: Expression | undefined): Waiting<Value> {
    return node && (yield* machine.eval(node));
  };
  const text = function* (node: Expression | undefined): Waiting<string> {
    return machine.text(yield* value(node));
  };
  const number = function* (node: Expression | undefined): Waiting<number> {
    return numberOf(yield* value(node));
  };
  switch (name) {
    case "length": {
      const cell = first?.kind === "name" ? machine.cell(first.name) : undefined;
      if (cell && (cell.array || (cell.value === undefined && cell.origin?.array)))
        return machine.array(first?.kind === "name" ? first.name : "").size;
      return [...(first ? yield* text(first) : machine.record)].length;
    }
    case "substr": {
      const characters = [...(yield* text(first))];
      const from = Math.round(yield* number(second));
      const length = third ? yield* number(third) : Number.POSITIVE_INFINITY;
      const end = Number.isFinite(length) ? Math.round(from + length) : characters.length + 1;
      return characters.slice(Math.max(0, from - 1), Math.max(0, end - 1)).join("");
    }
    case "index": {
      const whole = yield* text(first);
      const at = whole.indexOf(yield* text(second));
      return at < 0 ? 0 : [...whole.slice(0, at)].length + 1;
    }
    case "split": {
      const whole = yield* text(first);
      const separator = third ? yield* machine.pattern(third) : machine.special("FS");
      const array = machine.array(second?.kind === "name" ? second.name : "");
      array.clear();
      const parts = fieldsOf(whole, separator);
      for (const [i, part] of parts.entries()) array.set(String(i + 1), new Input(part));
      return parts.length;
    }
    case "sub":
    case "gsub":
      return yield* substitute(machine, name === "gsub", first, second, third);
    case "gensub": {
      const how = yield* text(third);
      const whole = fourth ? yield* text(fourth) : machine.record;
      return generalSubstitution(whole, first ? yield* machine.pattern(first) : "", yield* text(second), how);
    }
    case "match": {
      const whole = yield* text(first);
      const found = regexOf(second ? yield* machine.pattern(second) : "").exec(whole);
      machine.set("RSTART", found ? [...whole.slice(0, found.at)].length + 1 : 0);
      machine.set("RLENGTH", found ? [...whole.slice(found.at, found.end)].length : -1);
      if (third?.kind === "name") {
        const array = machine.array(third.name);
        array.clear();
        for (const [i, group] of (found?.groups ?? []).entries()) if (group !== undefined) array.set(String(i), new Input(group));
      }
      return found ? [...whole.slice(0, found.at)].length + 1 : 0;
    }
    case "sprintf": {
      const values: Value[] = [];
      const format = yield* text(first);
      for (const one of args.slice(1)) values.push(yield* machine.eval(one));
      return printed(format, values, machine.special("CONVFMT"));
    }
    case "sin":
      return Math.sin(yield* number(first));
    case "cos":
      return Math.cos(yield* number(first));
    case "atan2":
      return Math.atan2(yield* number(first), yield* number(second));
    case "exp":
      return Math.exp(yield* number(first));
    case "log":
      return Math.log(yield* number(first));
    case "sqrt":
      return Math.sqrt(yield* number(first));
    case "int":
      return Math.trunc(yield* number(first));
    case "rand": {
      const own = generators.get(machine) ?? machine.world.random;
      return own.fraction();
    }
    case "srand": {
      const before = machine.lastSeed;
      machine.lastSeed = first ? yield* number(first) : Math.floor(machine.world.now() / 1000);
      generators.set(machine, new Random(machine.lastSeed));
      return before;
    }
    case "tolower":
      return (yield* text(first)).toLowerCase();
    case "toupper":
      return (yield* text(first)).toUpperCase();
    case "system":
      return (yield machine.world.system(yield* text(first))) as number;
    case "close":
      return (yield machine.world.close(yield* text(first))) as number;
    case "fflush":
      yield machine.world.flush();
      return 0;
    case "systime":
      return Math.floor(machine.world.now() / 1000);
    case "strftime":
      return strftime(first ? yield* text(first) : "%a %b %e %H:%M:%S %Z %Y", second ? (yield* number(second)) * 1000 : machine.world.now());
    case "asort":
    case "asorti":
      return sorted(machine, name === "asorti", first, second);
  }
  return undefined;
}

function sorted(machine: Machine, byIndex: boolean, first: Expression | undefined, second: Expression | undefined): number {
  const source = machine.array(first?.kind === "name" ? first.name : "");
  const target = second?.kind === "name" ? machine.array(second.name) : source;
  const values: Value[] = byIndex ? [...source.keys()].sort() : [...source.values()].sort((a, b) => compared(a, b, "%.6g"));
  target.clear();
  for (const [i, value] of values.entries()) target.set(String(i + 1), value);
  return values.length;
}

function* substitute(
  machine: Machine,
  all: boolean,
  pattern: Expression | undefined,
  replacement: Expression | undefined,
  target: Expression | undefined,
): Waiting<Value> {
  const regex = regexOf(pattern ? yield* machine.pattern(pattern) : "");
  const written = machine.text(replacement && (yield* machine.eval(replacement)));
  const whole = target ? machine.text(yield* machine.eval(target)) : machine.record;
  let result = "";
  let at = 0;
  let count = 0;
  for (let from = 0, last = -1; from <= whole.length; ) {
    const match = regex.exec(whole, from);
    if (!match) break;
    if (match.end === match.at && match.at === last) {
      from = match.at + 1;
      continue;
    }
    result += whole.slice(at, match.at) + replaced(written, match.groups);
    at = match.end;
    last = match.end;
    count++;
    if (!all) break;
    from = match.end > match.at ? match.end : match.end + 1;
  }
  if (count === 0) return 0;
  result += whole.slice(at);
  if (target) yield* machine.assign(target, result);
  else machine.setRecord(result);
  return count;
}

/** `&` is what matched, `\\&` the sign itself. */
const replaced = (text: string, groups: readonly (string | undefined)[]): string =>
  text.replace(/\\\\&|\\&|&/g, (mark) => (mark === "&" ? (groups[0] ?? "") : mark === "\\&" ? "&" : `\\${groups[0] ?? ""}`));

function generalSubstitution(whole: string, source: string, written: string, how: string): string {
  const regex = regexOf(source);
  const only = /^[gG]/.test(how) ? undefined : Math.max(1, Math.trunc(numberOf(how)));
  let result = "";
  let at = 0;
  let count = 0;
  for (let from = 0; from <= whole.length; ) {
    const match = regex.exec(whole, from);
    if (!match) break;
    count++;
    if (only === undefined || count === only) {
      result +=
        whole.slice(at, match.at) +
        written.replace(/\\(\d|&|\\)|&/g, (mark, escaped?: string) =>
          mark === "&" ? (match.groups[0] ?? "") : escaped === "&" ? "&" : escaped === "\\" ? "\\" : (match.groups[Number(escaped)] ?? ""),
        );
      at = match.end;
    }
    if (only !== undefined && count >= only) break;
    from = match.end > match.at ? match.end : match.end + 1;
  }
  return result + whole.slice(at);
}
