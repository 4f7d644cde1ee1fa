import type { Random } from "#base/random.ts";
import { call as callBuiltin } from "./builtins.ts";
import { fieldsOf, regexOf, type Waiting } from "./records.ts";
import { type AwkProgram, AwkSyntaxError, type Expression, type Rule, type Statement } from "./syntax.ts";
import { arrayOf, type Cell, compared, Input, isTrue, numberOf, printed, textOf, type Value } from "./values.ts";

/** What an awk program reaches beyond itself. */
export interface World {
  random: Random;
  now(): number;
  /** Adds to the standard output. */
  print(text: string): Promise<void> | undefined;
  /** Writes to a file, a command. */
  write(operator: ">" | ">>" | "|", target: string, text: string): Promise<void>;
  /** The next record of the operands. */
  input(machine: Machine): Waiting<string | undefined>;
  /** The next record of a file or of what a command prints; "failed" where there is none to read. */
  read(from: "file" | "command", source: string, separator: string): Waiting<string | undefined | "failed">;
  close(target: string): Promise<number>;
  flush(): Promise<void>;
  system(command: string): Promise<number>;
}

/** An error of a running program. */
export class AwkError extends Error {}

class Leave {
  readonly how: "break" | "continue" | "next" | "nextfile";
  constructor(how: "break" | "continue" | "next" | "nextfile") {
    this.how = how;
  }
}
class Exit {}
class Return {
  readonly value: Value;
  constructor(value: Value) {
    this.value = value;
  }
}

const mostDepth = 500;
const mostFields = 100_000;

/** Runs an awk program. What waits does so by yielding. */
export class Machine {
  readonly #program: AwkProgram;
  readonly world: World;
  readonly globals = new Map<string, Cell>();
  readonly #frames: Map<string, Cell>[] = [];
  readonly #ranges = new Set<Rule>();
  #record = "";
  #fields: Value[] | undefined = [];
  #stale = false;
  #exitCode = 0;
  skipFile = false;
  lastSeed = 0;

  constructor(program: AwkProgram, world: World) {
    this.#program = program;
    this.world = world;
    for (const [name, value] of Object.entries({
      FS: " ",
      OFS: " ",
      ORS: "\n",
      RS: "\n",
      NR: 0,
      FNR: 0,
      NF: 0,
      SUBSEP: "\x1c",
      CONVFMT: "%.6g",
      OFMT: "%.6g",
      RSTART: 0,
      RLENGTH: -1,
      FILENAME: "",
    }))
      this.globals.set(name, { value });
  }

  text(value: Value): string {
    return typeof value === "string" ? value : textOf(value, this.special("CONVFMT"));
  }

  special(name: string): string {
    const value = this.globals.get(name)?.value;
    return typeof value === "string" ? value : textOf(value, "%.6g");
  }

  set(name: string, value: Value): void {
    const cell = this.cell(name);
    if (name === "NF") this.#setFieldCount(numberOf(value));
    cell.value = value;
  }

  *run(): Waiting<number> {
    const { rules } = this.#program;
    try {
      for (const rule of rules) if (rule.pattern.kind === "BEGIN") yield* this.#act(rule);
      if (rules.some((rule) => rule.pattern.kind !== "BEGIN")) yield* this.#main();
    } catch (error) {
      if (!(error instanceof Exit)) throw error;
    }
    try {
      for (const rule of rules) if (rule.pattern.kind === "END") yield* this.#act(rule);
    } catch (error) {
      if (!(error instanceof Exit)) throw error;
    }
    return this.#exitCode;
  }

  *#main(): Waiting<void> {
    for (let record = yield* this.world.input(this); record !== undefined; record = yield* this.world.input(this)) {
      this.setRecord(record);
      try {
        for (const rule of this.#program.rules) if (yield* this.#applies(rule)) yield* this.#act(rule);
      } catch (error) {
        if (!(error instanceof Leave) || (error.how !== "next" && error.how !== "nextfile")) throw error;
        this.skipFile = error.how === "nextfile";
      }
    }
  }

  *#applies(rule: Rule): Waiting<boolean> {
    const { pattern } = rule;
    if (pattern.kind === "always") return true;
    if (pattern.kind === "when") return isTrue(yield* this.eval(pattern.test));
    if (pattern.kind !== "range") return false;
    if (!this.#ranges.has(rule)) {
      if (!isTrue(yield* this.eval(pattern.from))) return false;
      this.#ranges.add(rule);
    }
    if (isTrue(yield* this.eval(pattern.to))) this.#ranges.delete(rule);
    return true;
  }

  *#act(rule: Rule): Waiting<void> {
    if (rule.body) yield* this.#execute(rule.body);
    else yield* this.#emit(this.record + this.special("ORS"), undefined);
  }

  // --- records and fields

  get record(): string {
    if (this.#stale) {
      this.#record = this.fields.map((field) => this.text(field)).join(this.special("OFS"));
      this.#stale = false;
    }
    return this.#record;
  }

  setRecord(text: string): void {
    this.#record = text;
    this.#stale = false;
    this.#fields = undefined;
  }

  get fields(): Value[] {
    this.#fields ??= fieldsOf(this.#record, this.special("RS") === "" && this.special("FS") === " " ? " " : this.special("FS")).map(
      (text) => new Input(text),
    );
    return this.#fields;
  }

  field(index: number): Value {
    if (index === 0) return new Input(this.record);
    return this.fields[index - 1] ?? (index < 0 ? this.#badField(index) : undefined);
  }

  #badField(index: number): never {
    throw new AwkError(`attempt to access field ${index}`);
  }

  setField(index: number, value: Value): void {
    if (index < 0 || index > mostFields) this.#badField(index);
    if (index === 0) {
      this.setRecord(this.text(value));
      return;
    }
    const { fields } = this;
    while (fields.length < index) fields.push("");
    fields[index - 1] = value;
    this.#stale = true;
  }

  #setFieldCount(count: number): void {
    const { fields } = this;
    while (fields.length < count) fields.push("");
    fields.length = Math.max(0, count);
    this.#stale = true;
  }

  // --- names

  cell(name: string): Cell {
    const local = this.#frames.at(-1)?.get(name);
    if (local) return local;
    const known = this.globals.get(name);
    if (known) return known;
    const made: Cell = { value: undefined };
    this.globals.set(name, made);
    return made;
  }

  array(name: string): Map<string, Value> {
    return arrayOf(this.cell(name));
  }

  *key(index: readonly Expression[]): Waiting<string> {
    const parts: string[] = [];
    for (const one of index) parts.push(this.text(yield* this.eval(one)));
    return parts.join(this.special("SUBSEP"));
  }

  *assign(target: Expression, value: Value): Waiting<void> {
    if (target.kind === "name") this.set(target.name, value);
    else if (target.kind === "element") this.array(target.name).set(yield* this.key(target.index), value);
    else if (target.kind === "field") this.setField(Math.trunc(numberOf(yield* this.eval(target.index))), value);
    else if (target.kind === "group") yield* this.assign(target.inner, value);
  }

  // --- statements

  *#execute(statement: Statement): Waiting<void> {
    switch (statement.kind) {
      case "block":
        for (const one of statement.body) yield* this.#execute(one);
        return;
      case "expression":
        yield* this.eval(statement.value);
        return;
      case "print":
        yield* this.#print(statement);
        return;
      case "if":
        if (isTrue(yield* this.eval(statement.test))) yield* this.#execute(statement.yes);
        else if (statement.no) yield* this.#execute(statement.no);
        return;
      case "while":
        if (statement.first && !(yield* this.#turn(statement.body))) return;
        while (isTrue(yield* this.eval(statement.test))) if (!(yield* this.#turn(statement.body))) return;
        return;
      case "for":
        if (statement.start) yield* this.#execute(statement.start);
        while (!statement.test || isTrue(yield* this.eval(statement.test))) {
          if (!(yield* this.#turn(statement.body))) return;
          if (statement.step) yield* this.#execute(statement.step);
        }
        return;
      case "each":
        for (const key of [...this.array(statement.array).keys()]) {
          this.set(statement.name, new Input(key));
          if (!(yield* this.#turn(statement.body))) return;
        }
        return;
      case "delete":
        if (statement.index) this.array(statement.name).delete(yield* this.key(statement.index));
        else this.array(statement.name).clear();
        return;
      case "leave":
        throw new Leave(statement.how);
      case "exit":
        if (statement.value) this.#exitCode = Math.trunc(numberOf(yield* this.eval(statement.value)));
        throw new Exit();
      case "return":
        throw new Return(statement.value && (yield* this.eval(statement.value)));
    }
  }

  #steps = 0;

  /** One turn of a loop; whether it goes on. */
  *#turn(body: Statement): Waiting<boolean> {
    // An endless loop lets others run now and then.
    if (++this.#steps % 1000 === 0) yield this.world.flush();
    try {
      yield* this.#execute(body);
      return true;
    } catch (error) {
      if (!(error instanceof Leave) || (error.how !== "break" && error.how !== "continue")) throw error;
      return error.how === "continue";
    }
  }

  *#print({ args, format, redirect }: Extract<Statement, { kind: "print" }>): Waiting<void> {
    let text: string;
    if (format) {
      const [first, ...rest] = args;
      if (!first) throw new AwkSyntaxError("printf: no format");
      const values: Value[] = [];
      const pattern = this.text(yield* this.eval(first));
      for (const one of rest) values.push(yield* this.eval(one));
      text = printed(pattern, values, this.special("CONVFMT"));
    } else if (args.length === 0) text = this.record + this.special("ORS");
    else {
      const parts: string[] = [];
      for (const one of args) parts.push(textOf(yield* this.eval(one), this.special("OFMT")));
      text = parts.join(this.special("OFS")) + this.special("ORS");
    }
    yield* this.#emit(text, redirect && { operator: redirect.operator, target: this.text(yield* this.eval(redirect.target)) });
  }

  *#emit(text: string, redirect: { operator: ">" | ">>" | "|"; target: string } | undefined): Waiting<void> {
    if (redirect) yield this.world.write(redirect.operator, redirect.target, text);
    else {
      const full = this.world.print(text);
      if (full) yield full;
    }
  }

  // --- expressions

  *eval(node: Expression): Waiting<Value> {
    switch (node.kind) {
      case "number":
      case "string":
        return node.value;
      case "regex":
        return regexOf(node.source).test(this.record) ? 1 : 0;
      case "name":
        if (node.name === "NF") return this.fields.length;
        return this.cell(node.name).value;
      case "element": {
        const key = yield* this.key(node.index);
        const array = this.array(node.name);
        if (!array.has(key)) array.set(key, undefined);
        return array.get(key);
      }
      case "field":
        return this.field(Math.trunc(numberOf(yield* this.eval(node.index))));
      case "group":
        return yield* this.eval(node.inner);
      case "list":
        return yield* this.key(node.items);
      case "assign": {
        const right = yield* this.eval(node.value);
        const value =
          node.operator === "=" ? right : this.#calculated(node.operator.slice(0, -1), numberOf(yield* this.eval(node.target)), numberOf(right));
        yield* this.assign(node.target, value);
        return value;
      }
      case "ternary":
        return yield* this.eval(isTrue(yield* this.eval(node.test)) ? node.yes : node.no);
      case "binary":
        return yield* this.#binary(node);
      case "match": {
        const text = this.text(yield* this.eval(node.left));
        return regexOf(yield* this.pattern(node.right)).test(text) !== node.negated ? 1 : 0;
      }
      case "in":
        return this.array(node.name).has(yield* this.key(node.index)) ? 1 : 0;
      case "unary": {
        const value = yield* this.eval(node.operand);
        return node.operator === "!" ? (isTrue(value) ? 0 : 1) : node.operator === "-" ? -numberOf(value) : numberOf(value);
      }
      case "step": {
        const before = numberOf(yield* this.eval(node.target));
        const after = node.operator === "++" ? before + 1 : before - 1;
        yield* this.assign(node.target, after);
        return node.prefix ? after : before;
      }
      case "call":
        return node.own ? yield* this.#call(node.name, node.args) : yield* callBuiltin(this, node.name, node.args);
      case "getline":
        return yield* this.#getline(node);
    }
  }

  /** A regular expression as written, or what a value says as one. */
  *pattern(node: Expression): Waiting<string> {
    return node.kind === "regex" ? node.source : this.text(yield* this.eval(node));
  }

  *#binary({ operator, left, right }: Extract<Expression, { kind: "binary" }>): Waiting<Value> {
    if (operator === "&&") return isTrue(yield* this.eval(left)) && isTrue(yield* this.eval(right)) ? 1 : 0;
    if (operator === "||") return isTrue(yield* this.eval(left)) || isTrue(yield* this.eval(right)) ? 1 : 0;
    const a = yield* this.eval(left);
    const b = yield* this.eval(right);
    if (operator === "") return this.text(a) + this.text(b);
    const order = () => compared(a, b, this.special("CONVFMT"));
    switch (operator) {
      case "<":
        return order() < 0 ? 1 : 0;
      case "<=":
        return order() <= 0 ? 1 : 0;
      case "==":
        return order() === 0 ? 1 : 0;
      case "!=":
        return order() !== 0 ? 1 : 0;
      case ">":
        return order() > 0 ? 1 : 0;
      case ">=":
        return order() >= 0 ? 1 : 0;
    }
    return this.#calculated(operator, numberOf(a), numberOf(b));
  }

  #calculated(operator: string, a: number, b: number): number {
    if (operator === "+") return a + b;
    if (operator === "-") return a - b;
    if (operator === "*") return a * b;
    if (operator === "^") return a ** b;
    if (b === 0) throw new AwkError(operator === "/" ? "division by zero" : "division by zero in %");
    return operator === "/" ? a / b : a % b;
  }

  *#call(name: string, args: readonly Expression[]): Waiting<Value> {
    const callee = this.#program.functions.get(name);
    if (!callee) throw new AwkError(`function ${name} never defined`);
    if (args.length > callee.params.length) throw new AwkError(`too many arguments in call to ${name}`);
    if (this.#frames.length >= mostDepth) throw new AwkError(`function ${name}: called too deeply`);
    const frame = new Map<string, Cell>();
    for (const [i, param] of callee.params.entries()) {
      const arg = args[i];
      // A bare name may stand for an array, also one that is only now made.
      if (arg?.kind === "name" && arg.name !== "NF") {
        const origin = this.cell(arg.name);
        frame.set(param, { value: origin.value, origin });
      } else frame.set(param, { value: arg && (yield* this.eval(arg)) });
    }
    this.#frames.push(frame);
    try {
      yield* this.#execute(callee.body);
      return undefined;
    } catch (error) {
      if (error instanceof Return) return error.value;
      throw error;
    } finally {
      this.#frames.pop();
    }
  }

  *#getline({ from, source, target }: Extract<Expression, { kind: "getline" }>): Waiting<Value> {
    const count = (name: string) => this.set(name, numberOf(this.globals.get(name)?.value) + 1);
    let record: string | undefined;
    if (from === "input") {
      record = yield* this.world.input(this);
      if (record === undefined) return 0;
    } else {
      const name = this.text(source && (yield* this.eval(source)));
      const found = yield* this.world.read(from, name, this.special("RS"));
      if (found === "failed") return -1;
      if (found === undefined) return 0;
      record = found;
      if (from === "command") count("NR");
    }
    if (target) yield* this.assign(target, new Input(record));
    else this.setRecord(record);
    return 1;
  }
}
