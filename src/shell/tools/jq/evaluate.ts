import { calculated, compares } from "./calculate.ts";
import { formatted } from "./formats.ts";
import { each, type Path, type Place, step, valueAt, withoutPaths, withValue } from "./paths.ts";
import type { Filter, Json, Pattern } from "./syntax.ts";
import { isObject, isTruthy, JqError, type JsonObject, shown, typeName } from "./values.ts";

interface Closure {
  params: readonly string[];
  body: Filter;
  scope: Scope;
}

/** Names that count: variables, functions, and the built-in ones outside of all. */
export class Scope {
  readonly #outer: Scope | undefined;
  readonly #variables = new Map<string, Json>();
  readonly #functions = new Map<string, Closure>();

  constructor(outer: Scope | undefined) {
    this.#outer = outer;
  }

  variable(name: string): Json | undefined {
    return this.#variables.has(name) ? this.#variables.get(name) : this.#outer?.variable(name);
  }

  with(name: string, value: Json): Scope {
    const inner = new Scope(this);
    inner.#variables.set(name, value);
    return inner;
  }

  define(name: string, closure: Closure): void {
    this.#functions.set(`${name}/${closure.params.length}`, closure);
  }

  callee(name: string, count: number): Closure | undefined {
    return this.#functions.get(`${name}/${count}`) ?? this.#outer?.callee(name, count);
  }
}

class Break extends Error {
  readonly label: object;
  constructor(label: object) {
    super("break");
    this.label = label;
  }
}

/** What calls of built-in functions get. */
export interface Call {
  args: readonly Filter[];
  input: Place;
  scope: Scope;
  engine: Engine;
}

export type BuiltinFunction = (call: Call) => Iterable<Place>;

const mostDepth = 2000;
const mostSteps = 20_000_000;

/** Evaluates filters. */
export class Engine {
  readonly #builtins: ReadonlyMap<string, BuiltinFunction>;
  readonly inputs: Iterator<Json>;
  readonly environment: JsonObject;
  readonly now: () => number;
  /** What was written with `debug` and `stderr`. */
  readonly messages: string[] = [];
  #depth = 0;
  #steps = 0;

  constructor(builtins: ReadonlyMap<string, BuiltinFunction>, world: { inputs: Iterator<Json>; environment: JsonObject; now(): number }) {
    this.#builtins = builtins;
    this.inputs = world.inputs;
    this.environment = world.environment;
    this.now = world.now;
  }

  /** The values that a filter gives. */
  *values(filter: Filter, value: Json, scope: Scope): Generator<Json> {
    for (const place of this.run(filter, { value, path: undefined }, scope)) yield place.value;
  }

  /** The places that a filter leads to. */
  *paths(filter: Filter, value: Json, scope: Scope): Generator<{ value: Json; path: Path }> {
    for (const { value: found, path } of this.run(filter, { value, path: [] }, scope)) {
      if (!path) throw new JqError(`Invalid path expression with result ${shown(found)}`);
      yield { value: found, path };
    }
  }

  *run(filter: Filter, input: Place, scope: Scope): Generator<Place> {
    if (++this.#depth > mostDepth || ++this.#steps > mostSteps) {
      this.#depth = 0;
      throw new JqError("the filter goes too deep or takes too long");
    }
    try {
      yield* this.#run(filter, input, scope);
    } finally {
      this.#depth--;
    }
  }

  *#run(filter: Filter, input: Place, scope: Scope): Generator<Place> {
    const only = (value: Json): Place => ({ value, path: undefined });
    switch (filter.kind) {
      case "identity":
        yield input;
        return;
      case "recurse":
        yield* this.recursed(input);
        return;
      case "literal":
        yield only(filter.value);
        return;
      case "format":
        yield only(formatted(filter.name, input.value));
        return;
      case "string":
        for (const text of this.#texts(filter, 0, input.value, scope)) yield only(text);
        return;
      case "variable": {
        const value = filter.name === "ENV" ? this.environment : scope.variable(filter.name);
        if (value === undefined) throw new JqError(`$${filter.name} is not defined`);
        yield only(value);
        return;
      }
      case "index":
        for (const of of this.run(filter.of, input, scope))
          for (const key of this.values(filter.key, input.value, scope)) yield* guarded(filter.optional, () => step(of, key));
        return;
      case "slice":
        for (const of of this.run(filter.of, input, scope))
          for (const to of filter.to ? this.values(filter.to, input.value, scope) : [null])
            for (const from of filter.from ? this.values(filter.from, input.value, scope) : [null])
              yield* guarded(filter.optional, () => step(of, { start: from, end: to }));
        return;
      case "iterate":
        for (const of of this.run(filter.of, input, scope)) yield* each(of, filter.optional);
        return;
      case "array":
        yield only(filter.items ? [...this.values(filter.items, input.value, scope)] : []);
        return;
      case "object":
        for (const value of this.#objects(filter.entries, 0, {}, input.value, scope)) yield only(value);
        return;
      case "negate":
        for (const value of this.values(filter.of, input.value, scope)) {
          if (typeof value !== "number") throw new JqError(`${typeName(value)} (${shown(value)}) cannot be negated`);
          yield only(-value);
        }
        return;
      case "pipe":
        for (const left of this.run(filter.left, input, scope)) yield* this.run(filter.right, left, scope);
        return;
      case "comma":
        yield* this.run(filter.left, input, scope);
        yield* this.run(filter.right, input, scope);
        return;
      case "alternative":
        yield* this.#alternative(filter, input, scope);
        return;
      case "and":
      case "or":
        for (const left of this.values(filter.left, input.value, scope)) {
          if (isTruthy(left) === (filter.kind === "or")) yield only(filter.kind === "or");
          else for (const right of this.values(filter.right, input.value, scope)) yield only(isTruthy(right));
        }
        return;
      case "arithmetic":
        for (const right of this.values(filter.right, input.value, scope))
          for (const left of this.values(filter.left, input.value, scope)) yield only(calculated(filter.operator, left, right));
        return;
      case "compare":
        for (const right of this.values(filter.right, input.value, scope))
          for (const left of this.values(filter.left, input.value, scope)) yield only(compares(filter.operator, left, right));
        return;
      case "update":
        yield* this.#update(filter, input.value, scope);
        return;
      case "if":
        for (const test of this.values(filter.test, input.value, scope)) {
          const branch = isTruthy(test) ? filter.yes : filter.no;
          if (branch) yield* this.run(branch, input, scope);
          else yield input;
        }
        return;
      case "try":
        yield* this.#try(filter, input, scope);
        return;
      case "reduce": {
        for (const start of this.values(filter.start, input.value, scope)) {
          let state: Json | undefined = start;
          for (const item of this.values(filter.source, input.value, scope))
            for (const inner of this.bound(filter.pattern, item, input.value, scope)) {
              let last: Json | undefined;
              for (const value of this.values(filter.update, state ?? null, inner)) last = value;
              state = last;
            }
          if (state !== undefined) yield only(state);
        }
        return;
      }
      case "foreach":
        for (const start of this.values(filter.start, input.value, scope)) {
          let state = start;
          for (const item of this.values(filter.source, input.value, scope))
            for (const inner of this.bound(filter.pattern, item, input.value, scope))
              for (const value of this.values(filter.update, state, inner)) {
                state = value;
                if (filter.extract) for (const extracted of this.values(filter.extract, state, inner)) yield only(extracted);
                else yield only(state);
              }
        }
        return;
      case "bind":
        for (const item of this.values(filter.source, input.value, scope)) yield* this.#bind(filter.patterns, item, input, scope, filter.body);
        return;
      case "label": {
        const label = {};
        const inner = scope.with(`*label*${filter.name}`, label);
        try {
          yield* this.run(filter.body, input, inner);
        } catch (error) {
          if (!(error instanceof Break) || error.label !== label) throw error;
        }
        return;
      }
      case "break": {
        const label = scope.variable(`*label*${filter.name}`);
        if (label === undefined) throw new JqError(`$*label-${filter.name} is not defined`);
        throw new Break(label as object);
      }
      case "define": {
        const inner = new Scope(scope);
        inner.define(filter.name, { params: filter.params, body: filter.body, scope: inner });
        yield* this.run(filter.rest, input, inner);
        return;
      }
      case "call":
        yield* this.#call(filter.name, filter.args, input, scope);
        return;
    }
  }

  *#call(name: string, args: readonly Filter[], input: Place, scope: Scope): Generator<Place> {
    const callee = scope.callee(name, args.length);
    if (!callee) {
      const builtin = this.#builtins.get(`${name}/${args.length}`);
      if (!builtin) throw new JqError(`${name}/${args.length} is not defined`);
      yield* builtin({ args, input, scope, engine: this });
      return;
    }
    // A filter handed over is evaluated where it was written; one named with `$` only once for each of its values.
    const engine = this;
    function* withParams(i: number, inner: Scope): Generator<Scope> {
      const param = callee?.params[i];
      const arg = args[i];
      if (param === undefined || !arg) {
        yield inner;
        return;
      }
      if (!param.startsWith("$")) {
        inner.define(param, { params: [], body: arg, scope });
        yield* withParams(i + 1, inner);
        return;
      }
      for (const value of engine.values(arg, input.value, scope)) {
        const bound = inner.with(param.slice(1), value);
        bound.define(param.slice(1), { params: [], body: { kind: "literal", value }, scope });
        yield* withParams(i + 1, bound);
      }
    }
    for (const inner of withParams(0, new Scope(callee.scope))) yield* this.run(callee.body, input, inner);
  }

  *#texts(filter: Extract<Filter, { kind: "string" }>, from: number, input: Json, scope: Scope): Generator<string> {
    const part = filter.parts[from];
    if (part === undefined) {
      yield "";
      return;
    }
    for (const value of typeof part === "string" ? [undefined] : this.values(part, input, scope)) {
      const text = value === undefined ? (part as string) : formatted(filter.format ?? "text", value);
      for (const rest of this.#texts(filter, from + 1, input, scope)) yield text + rest;
    }
  }

  *#objects(entries: readonly { key: Filter; value: Filter }[], from: number, made: JsonObject, input: Json, scope: Scope): Generator<JsonObject> {
    const entry = entries[from];
    if (!entry) {
      yield made;
      return;
    }
    for (const key of this.values(entry.key, input, scope)) {
      if (typeof key !== "string") throw new JqError(`Object keys must be strings`);
      for (const value of this.values(entry.value, input, scope)) yield* this.#objects(entries, from + 1, { ...made, [key]: value }, input, scope);
    }
  }

  *#alternative(filter: Extract<Filter, { kind: "pipe" | "comma" | "alternative" | "and" | "or" }>, input: Place, scope: Scope): Generator<Place> {
    let found = false;
    try {
      for (const place of this.run(filter.left, input, scope)) {
        if (!isTruthy(place.value)) continue;
        found = true;
        yield place;
      }
    } catch (error) {
      if (!(error instanceof JqError)) throw error;
    }
    if (!found) yield* this.run(filter.right, input, scope);
  }

  *#try(filter: Extract<Filter, { kind: "try" }>, input: Place, scope: Scope): Generator<Place> {
    const values = this.run(filter.body, input, scope);
    for (;;) {
      let next: IteratorResult<Place>;
      const depth = this.#depth;
      try {
        next = values.next();
      } catch (error) {
        if (!(error instanceof JqError)) throw error;
        this.#depth = depth;
        if (filter.handler && !(isObject(error.value) && error.value["__jq"] !== undefined))
          yield* this.run(filter.handler, { value: error.value, path: undefined }, scope);
        return;
      }
      if (next.done) return;
      yield next.value;
    }
  }

  *#bind(patterns: readonly Pattern[], item: Json, input: Place, scope: Scope, body: Filter): Generator<Place> {
    const [first, ...others] = patterns;
    if (!first) return;
    const names = patterns.length > 1 ? patterns.flatMap(namesOf) : [];
    const blank = names.reduce((inner, name) => inner.with(name, null), scope);
    try {
      for (const inner of this.bound(first, item, input.value, blank)) yield* this.run(body, input, inner);
    } catch (error) {
      if (!(error instanceof JqError) || others.length === 0) throw error;
      yield* this.#bind(others, item, input, scope, body);
    }
  }

  /** The scopes in which a pattern's names stand for parts of a value. */
  *bound(pattern: Pattern, item: Json, input: Json, scope: Scope): Generator<Scope> {
    if (pattern.kind === "variable") {
      yield scope.with(pattern.name, item);
      return;
    }
    const engine = this;
    if (pattern.kind === "array") {
      if (item !== null && !Array.isArray(item)) throw new JqError(`Cannot index ${typeName(item)} with number`);
      function* items(i: number, inner: Scope): Generator<Scope> {
        const one = pattern.kind === "array" ? pattern.items[i] : undefined;
        if (!one) yield inner;
        else for (const next of engine.bound(one, (item as Json[] | null)?.[i] ?? null, input, inner)) yield* items(i + 1, next);
      }
      yield* items(0, scope);
      return;
    }
    function* entries(i: number, inner: Scope): Generator<Scope> {
      const entry = pattern.kind === "object" ? pattern.entries[i] : undefined;
      if (!entry) {
        yield inner;
        return;
      }
      for (const key of engine.values(entry.key, input, inner)) {
        const [place] = step({ value: item, path: undefined }, key);
        const value = place?.value ?? null;
        const named = entry.variable === undefined ? inner : inner.with(entry.variable, value);
        if (!entry.value) yield* entries(i + 1, named);
        else for (const next of engine.bound(entry.value, value, input, named)) yield* entries(i + 1, next);
      }
    }
    yield* entries(0, scope);
  }

  *#update({ operator, target, value }: Extract<Filter, { kind: "update" }>, input: Json, scope: Scope): Generator<Place> {
    if (operator === "|=") {
      let result = input;
      const gone: Path[] = [];
      for (const { path } of [...this.paths(target, input, scope)]) {
        const [first] = this.values(value, valueAt(result, path), scope);
        if (first === undefined) gone.push(path);
        else result = withValue(result, path, first);
      }
      yield { value: withoutPaths(result, gone), path: undefined };
      return;
    }
    for (const right of this.values(value, input, scope)) {
      let result = input;
      for (const { path } of this.paths(target, input, scope)) {
        const before = valueAt(result, path);
        const after =
          operator === "=" ? right : operator === "//=" ? (isTruthy(before) ? before : right) : calculated(operator.slice(0, -1), before, right);
        result = withValue(result, path, after);
      }
      yield { value: result, path: undefined };
    }
  }

  /** A value and all that lies in it. */
  *recursed(input: Place): Generator<Place> {
    yield input;
    if (typeof input.value === "object" && input.value !== null) for (const child of each(input, false)) yield* this.recursed(child);
  }
}

const namesOf = (pattern: Pattern): string[] =>
  pattern.kind === "variable"
    ? [pattern.name]
    : pattern.kind === "array"
      ? pattern.items.flatMap(namesOf)
      : pattern.entries.flatMap((entry) => [...(entry.variable ? [entry.variable] : []), ...(entry.value ? namesOf(entry.value) : [])]);

function* guarded(optional: boolean, work: () => Iterable<Place>): Generator<Place> {
  try {
    yield* work();
  } catch (error) {
    if (!optional || !(error instanceof JqError)) throw error;
  }
}
