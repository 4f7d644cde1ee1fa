import { quoted } from "../cli/flags.ts";
import { valueText } from "./format.ts";
import { builtins, type TemplateFunction } from "./functions.ts";
import { type Command, commandSource, type Node, type Operand, type Pipe, pipeSource, sourceOf, type Tree } from "./nodes.ts";
import { parseTemplate } from "./parse.ts";
import { TemplateProblem } from "./problem.ts";
import { type Callable, entryOf, isList, isMap, keysOf, truth, typeName, type Value } from "./values.ts";

export interface TemplateOptions {
  functions?: Readonly<Record<string, TemplateFunction>>;
  /** What a key that a map lacks is: `<no value>` (default), an error, or the same without a word (zero). */
  missing?: "default" | "error" | "zero";
}

/** Templates that know one another by name. */
export class Templates {
  readonly #trees = new Map<string, Tree>();
  readonly #functions: Readonly<Record<string, TemplateFunction>>;
  readonly #missing: "default" | "error" | "zero";

  constructor({ functions = {}, missing = "default" }: TemplateOptions = {}) {
    this.#functions = { ...builtins, ...functions };
    this.#missing = missing;
  }

  /** Reads a template and what it defines. Throws a `TemplateProblem`. */
  add(name: string, source: string): this {
    for (const tree of parseTemplate(name, source, (word) => word === "and" || word === "or" || Object.hasOwn(this.#functions, word))) {
      // A template of nothing but space does not replace one that says something.
      if (this.#trees.has(tree.name) && tree.nodes.every((node) => node.kind === "text" && node.text.trim() === "")) continue;
      this.#trees.set(tree.name, tree);
    }
    return this;
  }

  has(name: string): boolean {
    return this.#trees.has(name);
  }

  /** The text that a template makes of `data`. Throws a `TemplateProblem`. */
  execute(name: string, data: Value): string {
    const tree = this.#trees.get(name);
    if (!tree) throw new TemplateProblem(`template: no template ${quoted(name)} associated with template ${quoted(name)}`);
    return new Run(this.#trees, this.#functions, this.#missing).template(tree, data);
  }
}

interface Scope {
  name: string;
  value: Value;
}

type Jump = "break" | "continue" | undefined;

const deepest = 1000;

class Run {
  readonly #trees: ReadonlyMap<string, Tree>;
  readonly #functions: Readonly<Record<string, TemplateFunction>>;
  readonly #missing: "default" | "error" | "zero";
  #text: string[] = [];
  #tree: Tree = { name: "", source: "", nodes: [] };
  #scopes: Scope[] = [];
  #depth = 0;
  #now = { at: 0, shown: "" };

  constructor(trees: ReadonlyMap<string, Tree>, functions: Readonly<Record<string, TemplateFunction>>, missing: "default" | "error" | "zero") {
    this.#trees = trees;
    this.#functions = functions;
    this.#missing = missing;
  }

  template(tree: Tree, data: Value): string {
    const [outer, scopes] = [this.#tree, this.#scopes];
    this.#tree = tree;
    this.#scopes = [{ name: "$", value: data }];
    this.#list(tree.nodes, data);
    this.#tree = outer;
    this.#scopes = scopes;
    return this.#text.join("");
  }

  /** Notes what is being worked on: a failure names it. */
  #work(at: number, shown: string): void {
    this.#now = { at, shown };
  }

  #fail(message: string): never {
    const { at, shown } = this.#now;
    const before = this.#tree.source.slice(0, at);
    const line = before.split("\n").length;
    const column = new TextEncoder().encode(before.slice(before.lastIndexOf("\n") + 1)).length;
    const context = shown.length > 20 ? `${shown.slice(0, 20)}...` : shown;
    throw new TemplateProblem(`template: ${this.#tree.name}:${line}:${column}: executing ${quoted(this.#tree.name)} at <${context}>: ${message}`);
  }

  #list(nodes: readonly Node[], dot: Value): Jump {
    for (const node of nodes) {
      const jump = this.#node(node, dot);
      if (jump) return jump;
    }
    return undefined;
  }

  #node(node: Node, dot: Value): Jump {
    switch (node.kind) {
      case "text":
        this.#text.push(node.text);
        return undefined;
      case "action": {
        const value = this.#pipe(node.pipe, dot);
        if (node.pipe.variables.length === 0) this.#print(value, node.pipe);
        return undefined;
      }
      case "if":
      case "with": {
        const depth = this.#scopes.length;
        const value = this.#pipe(node.pipe, dot);
        const jump = truth(value) ? this.#list(node.body, node.kind === "with" ? value : dot) : this.#list(node.otherwise ?? [], dot);
        this.#scopes.length = depth;
        return jump;
      }
      case "range":
        return this.#range(node, dot);
      case "template": {
        const tree = this.#trees.get(node.name);
        const shown = `{{template ${quoted(node.name)}${node.pipe ? ` ${pipeSource(node.pipe)}` : ""}}}`;
        this.#work(node.at, shown);
        if (!tree) return this.#fail(`template ${quoted(node.name)} not defined`);
        const data = node.pipe ? this.#pipe(node.pipe, dot) : undefined;
        if (++this.#depth > deepest) {
          this.#work(node.at, shown);
          this.#fail(`exceeded maximum template depth (${deepest})`);
        }
        const text = this.#text;
        this.#text = [];
        text.push(this.template(tree, data));
        this.#text = text;
        this.#depth--;
        return undefined;
      }
      default:
        return node.kind;
    }
  }

  #print(value: Value, pipe: Pipe): void {
    if (value === undefined || value === null) {
      if (this.#missing !== "zero") this.#text.push("<no value>");
      return;
    }
    if (typeof value === "function") {
      this.#work(pipe.at, pipeSource(pipe));
      this.#fail(`can't print ${pipeSource(pipe)} of type ${typeName(value)}`);
    }
    this.#text.push(valueText(value));
  }

  #range(node: Extract<Node, { kind: "range" }>, dot: Value): Jump {
    const depth = this.#scopes.length;
    const value = this.#pipe({ ...node.pipe, variables: [] }, dot);
    const [first, second] = node.pipe.variables;
    let ran = false;
    const once = (key: Value, item: Value): boolean => {
      ran = true;
      const give = (name: string, given: Value) => {
        if (node.pipe.assigns) this.#assign(name, given);
        else this.#scopes.push({ name, value: given });
      };
      if (first !== undefined) give(first, second === undefined ? item : key);
      if (second !== undefined) give(second, item);
      const jump = this.#list(node.body, item);
      this.#scopes.length = depth;
      return jump === "break";
    };
    if (isList(value)) value.some((item, i) => once(BigInt(i), item));
    else if (typeof value === "bigint") for (let i = 0n; i < value && !once(i, i); i++);
    else if (isMap(value)) keysOf(value).some((key) => once(key, entryOf(value, key)));
    else if (typeof value === "string") [...value].some((c, i) => once(BigInt(i), BigInt(c.codePointAt(0) ?? 0)));
    else if (value !== null && value !== undefined) this.#fail(`range can't iterate over ${valueText(value)}`);
    this.#scopes.length = depth;
    return ran ? undefined : this.#list(node.otherwise ?? [], dot);
  }

  #assign(name: string, value: Value): void {
    const scope = this.#scopes.findLast((s) => s.name === name);
    if (scope) scope.value = value;
  }

  #pipe(pipe: Pipe, dot: Value): Value {
    let value: Value;
    pipe.commands.forEach((command, i) => {
      value = this.#command(command, dot, i > 0 ? [value] : []);
    });
    for (const name of pipe.variables) {
      if (pipe.assigns) this.#assign(name, value);
      else this.#scopes.push({ name, value });
    }
    return value;
  }

  #command(command: Command, dot: Value, final: readonly Value[]): Value {
    const [first, ...rest] = command.operands;
    if (!first) return undefined;
    const shown = sourceOf(first);
    if (first.kind !== "pipe") this.#work(first.at, shown);
    switch (first.kind) {
      case "function":
        return this.#call(command, first.name, dot, rest, final);
      case "field":
        return this.#fields(dot, first.names, dot, rest, final);
      case "variable": {
        const value = this.#variable(first.name);
        if (first.names.length === 0) return this.#noArguments(first, value, rest, final);
        return this.#fields(value, first.names, dot, rest, final);
      }
      case "chain":
        return this.#fields(this.#operand(first.on, dot), first.names, dot, rest, final, true);
      case "pipe":
        return this.#noArguments(first, this.#pipe(first.pipe, dot), rest, final);
      default:
        if (rest.length > 0 || final.length > 0) this.#fail(`can't give argument to non-function ${shown}`);
        if (first.kind === "nil") this.#fail("nil is not a command");
        return this.#operand(first, dot);
    }
  }

  #noArguments(operand: Operand, value: Value, rest: readonly Operand[], final: readonly Value[]): Value {
    if (rest.length > 0 || final.length > 0) this.#fail(`can't give argument to non-function ${sourceOf(operand)}`);
    return value;
  }

  #operand(operand: Operand, dot: Value): Value {
    if (operand.kind !== "pipe") this.#work(operand.at, sourceOf(operand));
    switch (operand.kind) {
      case "dot":
        return dot;
      case "nil":
        return null;
      case "string":
      case "number":
      case "bool":
        return operand.value;
      case "pipe":
        return this.#pipe(operand.pipe, dot);
      default:
        return this.#command({ operands: [operand], at: operand.at }, dot, []);
    }
  }

  #variable(name: string): Value {
    const scope = this.#scopes.findLast((s) => s.name === name);
    return scope ? scope.value : this.#fail(`undefined variable: ${name}`);
  }

  /** Follows fields; `loose` says that the first is looked up in what an expression gave. */
  #fields(on: Value, names: readonly string[], dot: Value, rest: readonly Operand[], final: readonly Value[], loose = false): Value {
    let value = on;
    names.forEach((name, i) => {
      value = this.#field(value, name, i === names.length - 1 ? { dot, rest, final } : undefined, loose || i > 0);
    });
    return value;
  }

  #field(on: Value, name: string, call: { dot: Value; rest: readonly Operand[]; final: readonly Value[] } | undefined, loose: boolean): Value {
    if (on === undefined) return this.#missing === "error" ? this.#fail(`nil data; no entry for key ${quoted(name)}`) : undefined;
    if (on === null) return this.#fail(`nil pointer evaluating interface {}.${name}`);
    if (!isMap(on)) return this.#fail(`can't evaluate field ${name} in type ${loose ? "interface {}" : typeName(on)}`);
    const value = entryOf(on, name);
    if (typeof value === "function") {
      const args = call ? [...call.rest.map((o) => this.#operand(o, call.dot)), ...call.final] : [];
      return this.#guarded(name, () => (value as Callable).apply(on, args));
    }
    if (call !== undefined && (call.rest.length > 0 || call.final.length > 0)) this.#fail(`${name} is not a method but has arguments`);
    if (value === undefined && this.#missing === "error") this.#fail(`map has no entry for key ${quoted(name)}`);
    return value;
  }

  #call(command: Command, name: string, dot: Value, rest: readonly Operand[], final: readonly Value[]): Value {
    const count = rest.length + final.length;
    if (name === "and" || name === "or") {
      if (count === 0) this.#fail(`wrong number of args for ${name}: want at least 1 got 0`);
      let value: Value;
      for (const arg of rest) {
        value = this.#operand(arg, dot);
        if (truth(value) === (name === "or")) return value;
      }
      return final.length > 0 ? final[0] : value;
    }
    const fn = this.#functions[name];
    if (!fn) return this.#fail(`${quoted(name)} is not a defined function`);
    const wrong = (want: string) => this.#fail(`wrong number of args for ${name}: want ${want} got ${count}`);
    if (fn.most === fn.least && count !== fn.least) wrong(String(fn.least));
    if (count < fn.least) wrong(`at least ${fn.least}`);
    if (fn.most !== undefined && count > fn.most) wrong(`at most ${fn.most}`);
    const args = [...rest.map((o) => this.#operand(o, dot)), ...final];
    return this.#guarded(name, () => fn.run(...args), command);
  }

  #guarded(name: string, work: () => Value, command?: Command): Value {
    try {
      return work();
    } catch (problem) {
      if (!(problem instanceof TemplateProblem)) throw problem;
      if (command) this.#work(command.at, commandSource(command));
      return this.#fail(`error calling ${name}: ${problem.message}`);
    }
  }
}
