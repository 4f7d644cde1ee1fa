import { quoted } from "../cli/flags.ts";
import { valueText } from "./format.ts";
import { type Command, commandSource, type Node, type Operand, type Pipe, pipeSource, sourceOf, type Tree } from "./nodes.ts";
import { ExecutionProblem, TemplateProblem } from "./problem.ts";
import {
  entryOf,
  fits,
  GoObject,
  type GoType,
  isList,
  isMap,
  isNil,
  keysOf,
  Method,
  type TemplateFunction,
  truth,
  typeName,
  type Value,
  type WithMethods,
  wholeOf,
} from "./values.ts";

/** What a key that a map lacks is: no value (default), an error, or a nil of the map's values (zero). */
export type Missing = "default" | "error" | "zero";

/** What a run knows: the templates by name, and the functions. */
export interface World {
  readonly trees: ReadonlyMap<string, Tree>;
  readonly functions: Readonly<Record<string, TemplateFunction>>;
  readonly missing: Missing;
}

/** A value, and whether it stands in a variable of Go's type `interface {}`: messages then name that type, and a nil is one that can be pointed at. */
interface Cell {
  value: Value;
  boxed: boolean;
}

interface Scope extends Cell {
  name: string;
}

type Jump = "break" | "continue" | undefined;

const deepest = 100_000;
const plain = (value: Value): Cell => ({ value, boxed: false });
const boxed = (value: Value): Cell => ({ value, boxed: true });
const nothing: Cell = plain(undefined);

/** One execution of a template. */
export class Run {
  readonly #world: World;
  readonly #text: string[] = [];
  #tree: Tree = { name: "", from: "", source: "", nodes: [] };
  #scopes: Scope[] = [];
  #depth = 0;
  #now: { at: number; shown: () => string } = { at: 0, shown: () => "" };

  constructor(world: World) {
    this.#world = world;
  }

  /** The text that a template makes of `data`. */
  template(tree: Tree, data: Value): string {
    this.#within(tree, plain(data));
    return this.#text.join("");
  }

  #within(tree: Tree, dot: Cell): void {
    const [outer, scopes] = [this.#tree, this.#scopes];
    this.#tree = tree;
    this.#scopes = [{ name: "$", ...dot }];
    this.#list(tree.nodes, dot);
    this.#tree = outer;
    this.#scopes = scopes;
  }

  /** Notes what is being worked on: a failure names it. */
  #work(at: number, shown: () => string): void {
    this.#now = { at, shown };
  }

  #fail(message: string, inner?: TemplateProblem): never {
    const { at, shown } = this.#now;
    const before = this.#tree.source.slice(0, at);
    const line = before.split("\n").length;
    const column = new TextEncoder().encode(before.slice(before.lastIndexOf("\n") + 1)).length;
    throw new ExecutionProblem(
      `template: ${this.#tree.from}:${line}:${column}: executing ${quoted(this.#tree.name)} at <${shown()}>: ${message}`,
      inner,
    );
  }

  #list(nodes: readonly Node[], dot: Cell): Jump {
    for (const node of nodes) {
      const jump = this.#node(node, dot);
      if (jump) return jump;
    }
    return undefined;
  }

  #node(node: Node, dot: Cell): Jump {
    switch (node.kind) {
      case "text":
        this.#text.push(node.text);
        return undefined;
      case "action": {
        const value = this.#pipe(node.pipe, dot);
        if (node.pipe.variables.length === 0) this.#print(value.value, node.pipe);
        return undefined;
      }
      case "if":
      case "with": {
        const depth = this.#scopes.length;
        const cell = this.#pipe(node.pipe, dot);
        const jump = truth(cell.value) ? this.#list(node.body, node.kind === "with" ? cell : dot) : this.#list(node.otherwise ?? [], dot);
        this.#scopes.length = depth;
        return jump;
      }
      case "range":
        return this.#range(node, dot);
      case "template": {
        const tree = this.#world.trees.get(node.name);
        this.#work(node.at, () => `{{template ${quoted(node.name)}${node.pipe ? ` ${pipeSource(node.pipe)}` : ""}}}`);
        if (!tree) return this.#fail(`template ${quoted(node.name)} not defined`);
        // Go's own limit is higher than the stack of JavaScript allows.
        if (++this.#depth > 1000) this.#fail(`exceeded maximum template depth (${deepest})`);
        this.#within(tree, node.pipe ? this.#pipe(node.pipe, dot) : nothing);
        this.#depth--;
        return undefined;
      }
      default:
        return node.kind;
    }
  }

  #print(value: Value, pipe: Pipe): void {
    if (isNil(value)) {
      this.#text.push("<no value>");
      return;
    }
    if (typeof value === "function" || value instanceof Method) {
      this.#work(pipe.at, () => pipeSource(pipe));
      this.#fail(`can't print ${pipeSource(pipe)} of type ${typeName(value)}`);
    }
    this.#text.push(valueText(value));
  }

  #range(node: Extract<Node, { kind: "range" }>, dot: Cell): Jump {
    const depth = this.#scopes.length;
    const { value } = this.#pipe({ ...node.pipe, variables: [] }, dot);
    const [first, second] = node.pipe.variables;
    let ran = false;
    const once = (key: Value, item: Cell): boolean => {
      ran = true;
      const give = (name: string, given: Cell) => {
        if (node.pipe.assigns) this.#assign(name, given);
        else this.#scopes.push({ name, ...given });
      };
      if (first !== undefined) give(first, second === undefined ? item : plain(key));
      if (second !== undefined) give(second, item);
      const jump = this.#list(node.body, item);
      this.#scopes.length = depth;
      return jump === "break";
    };
    const count = wholeOf(value);
    if (isList(value)) value.some((item, i) => once(BigInt(i), boxed(item ?? null)));
    else if (count !== undefined) {
      if (second !== undefined) this.#fail(`can't use ${count} to iterate over more than one variable`);
      for (let i = 0n; i < count && !once(undefined, plain(i)); i++);
    } else if (isMap(value)) keysOf(value).some((key) => once(key, boxed(entryOf(value, key) ?? null)));
    else if (!isNil(value)) this.#fail(`range can't iterate over ${valueText(value)}`);
    this.#scopes.length = depth;
    return ran ? undefined : this.#list(node.otherwise ?? [], dot);
  }

  #assign(name: string, cell: Cell): void {
    const scope = this.#scopes.findLast((s) => s.name === name);
    if (scope) Object.assign(scope, cell);
  }

  #pipe(pipe: Pipe, dot: Cell): Cell {
    this.#work(pipe.at, () => pipeSource(pipe));
    let cell = nothing;
    pipe.commands.forEach((command, i) => {
      const { value } = this.#command(command, dot, i > 0 ? [cell] : []);
      // A pipe's value is what stands in the interface: of a nil in there nothing is left.
      cell = plain(value === null ? undefined : value);
    });
    for (const name of pipe.variables) {
      if (pipe.assigns) this.#assign(name, cell);
      else this.#scopes.push({ name, ...cell });
    }
    return cell;
  }

  #command(command: Command, dot: Cell, final: readonly Cell[]): Cell {
    const [first, ...rest] = command.operands;
    if (!first) return nothing;
    if (first.kind !== "pipe") this.#work(first.at, () => sourceOf(first));
    const alone = () => {
      if (rest.length > 0 || final.length > 0) this.#fail(`can't give argument to non-function ${sourceOf(first)}`);
    };
    switch (first.kind) {
      case "function":
        return this.#function(first.name, () => command, dot, rest, final);
      case "field":
        return this.#fields(dot, first.names, first, dot, rest, final);
      case "variable": {
        const cell = this.#variable(first.name);
        if (first.names.length > 0) return this.#fields(cell, first.names, first, dot, rest, final);
        alone();
        return cell;
      }
      case "chain": {
        if (first.on.kind === "nil") this.#fail(`indirection through explicit nil in ${sourceOf(first)}`);
        return this.#fields(this.#value(first.on, dot), first.names, first, dot, rest, final);
      }
      case "pipe":
        alone();
        return this.#pipe(first.pipe, dot);
      case "nil":
        alone();
        return this.#fail("nil is not a command");
      case "dot":
        alone();
        return dot;
      default:
        alone();
        return plain(first.value);
    }
  }

  #variable(name: string): Cell {
    return this.#scopes.findLast((s) => s.name === name) ?? this.#fail(`undefined variable: ${name}`);
  }

  /** An operand's value, of whatever type. */
  #value(operand: Operand, dot: Cell): Cell {
    this.#work(operand.at, () => sourceOf(operand));
    switch (operand.kind) {
      case "dot":
        return dot;
      case "nil":
        return boxed(null);
      case "string":
      case "number":
      case "bool":
        return plain(operand.value);
      case "pipe":
        return this.#pipe(operand.pipe, dot);
      case "function":
        return this.#function(operand.name, () => ({ operands: [operand], at: operand.at }), dot, [], []);
      default:
        return this.#command({ operands: [operand], at: operand.at }, dot, []);
    }
  }

  /** An operand as an argument of a type. */
  #argument(operand: Operand, type: GoType, dot: Cell): Value {
    this.#work(operand.at, () => sourceOf(operand));
    switch (operand.kind) {
      case "nil":
        return type === "string" || type === "int" || type === "int64" || type === "float64" || type === "bool"
          ? this.#fail(`cannot assign nil to ${type}`)
          : undefined;
      case "bool":
      case "string":
      case "number": {
        if (type === "interface {}") return operand.value;
        const found = (what: string) => this.#fail(`expected ${what}; found ${sourceOf(operand)}`);
        if (type === "bool") return operand.kind === "bool" ? operand.value : found("bool");
        if (type === "string") return operand.kind === "string" ? operand.value : found("string");
        if (type === "float64") return operand.kind === "number" ? Number(operand.value) : found("float");
        if (type === "int" || type === "int64") return operand.kind === "number" ? this.#integer(operand.value) : found("integer");
        return this.#fail(`can't handle ${sourceOf(operand)} for arg of type ${type}`);
      }
      default:
        return this.#checked(this.#value(operand, dot), type);
    }
  }

  #integer(value: bigint | number): bigint {
    return typeof value === "bigint" ? value : Number.isInteger(value) ? BigInt(value) : this.#fail(`expected integer; found ${value}`);
  }

  /** A value where a type is asked for. */
  #checked({ value, boxed: isBoxed }: Cell, type: GoType): Value {
    if (fits(value, type)) return value;
    if (isNil(value) && !isBoxed) {
      if (type === "map[string]interface {}" || type.startsWith("[]")) return null;
      return this.#fail(`invalid value; expected ${type}`);
    }
    return this.#fail(`wrong type for value; expected ${type}; got ${isNil(value) ? "interface {}" : typeName(value)}`);
  }

  /** Follows fields; the last may be a method with arguments. */
  #fields(on: Cell, names: readonly string[], operand: Operand, dot: Cell, rest: readonly Operand[], final: readonly Cell[]): Cell {
    let cell = on;
    names.forEach((name, i) => {
      const isLast = i === names.length - 1;
      cell = this.#field(cell, name, operand, dot, isLast ? rest : [], isLast ? final : []);
    });
    return cell;
  }

  #field(on: Cell, name: string, operand: Operand, dot: Cell, rest: readonly Operand[], final: readonly Cell[]): Cell {
    const { value: receiver } = on;
    const isError = this.#world.missing === "error";
    if (isNil(receiver)) {
      if (on.boxed && receiver === null) return this.#fail(`nil pointer evaluating interface {}.${name}`);
      return isError ? this.#fail(`nil data; no entry for key ${quoted(name)}`) : nothing;
    }
    const type = on.boxed ? "interface {}" : typeName(receiver);
    if (receiver instanceof GoObject) {
      const found = receiver.field(name);
      if (found instanceof Method) return this.#call(found.fn, name, () => sourceOf(operand), operand.at, dot, rest, final);
      if (found === undefined) return this.#fail(`can't evaluate field ${name} in type ${type}`);
      if (rest.length > 0 || final.length > 0) this.#fail(`${name} has arguments but cannot be invoked as function`);
      return plain(found);
    }
    if (!isMap(receiver)) return this.#fail(`can't evaluate field ${name} in type ${type}`);
    const method = (receiver as Partial<WithMethods>).goMethods?.[name];
    if (method && receiver instanceof Map) return this.#call(method, name, () => sourceOf(operand), operand.at, dot, rest, final);
    const found = entryOf(receiver, name);
    if (typeof found === "function")
      return this.#call({ least: 0, run: found.bind(receiver) }, name, () => sourceOf(operand), operand.at, dot, rest, final);
    if (rest.length > 0 || final.length > 0) this.#fail(`${name} is not a method but has arguments`);
    if (found !== undefined) return boxed(found);
    if (isError) this.#fail(`map has no entry for key ${quoted(name)}`);
    return this.#world.missing === "zero" ? boxed(null) : nothing;
  }

  #function(name: string, command: () => Command, dot: Cell, rest: readonly Operand[], final: readonly Cell[]): Cell {
    if (name === "and" || name === "or") return this.#logic(name, dot, rest, final);
    const fn = this.#world.functions[name];
    if (!fn) return this.#fail(`${quoted(name)} is not a defined function`);
    return this.#call(fn, name, () => commandSource(command()), command().at, dot, rest, final);
  }

  /** `and` and `or` look at no more of their arguments than they need. */
  #logic(name: "and" | "or", dot: Cell, rest: readonly Operand[], final: readonly Cell[]): Cell {
    if (rest.length + final.length === 0) this.#fail(`wrong number of args for ${name}: want at least 1 got 0`);
    let cell = nothing;
    for (const operand of rest) {
      cell = plain(this.#argument(operand, "interface {}", dot));
      if (truth(cell.value) === (name === "or")) return cell;
    }
    return final[0] ?? cell;
  }

  #call(fn: TemplateFunction, name: string, shown: () => string, at: number, dot: Cell, rest: readonly Operand[], final: readonly Cell[]): Cell {
    const count = rest.length + final.length;
    if (fn.most === fn.least && count !== fn.least) this.#fail(`wrong number of args for ${name}: want ${fn.least} got ${count}`);
    // Go counts here what stands behind the name alone.
    if (count < fn.least) this.#fail(`wrong number of args for ${name}: want at least ${fn.least} got ${rest.length}`);
    if (fn.most !== undefined && count > fn.most) this.#fail(`wrong number of args for ${name}: want at most ${fn.most} got ${count}`);
    const typeOf = (i: number): GoType => fn.types?.[Math.min(i, fn.types.length - 1)] ?? "interface {}";
    const args = rest.map((operand, i) => this.#argument(operand, typeOf(i), dot));
    if (final[0]) args.push(this.#checked(final[0], typeOf(rest.length)));
    try {
      return plain(fn.run(...args));
    } catch (problem) {
      if (!(problem instanceof TemplateProblem)) throw problem;
      this.#work(at, shown);
      return this.#fail(`error calling ${name}: ${problem.message}`, problem);
    }
  }
}
