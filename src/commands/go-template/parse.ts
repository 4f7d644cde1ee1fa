import { quoted } from "../cli/flags.ts";
import { lex, type Token, type TokenKind } from "./lex.ts";
import { type Command, type Node, type Operand, type Pipe, sourceOf, type Tree } from "./nodes.ts";
import { TemplateProblem } from "./problem.ts";
import { unquoted } from "./quote.ts";

/** Reads a template: itself first, then those that it defines. `isFunction` says which words are functions. */
export function parseTemplate(name: string, source: string, isFunction: (word: string) => boolean): Tree[] {
  return new Parser(name, source, isFunction).all();
}

class Parser {
  readonly #name: string;
  readonly #source: string;
  readonly #isFunction: (word: string) => boolean;
  readonly #tokens: Token[];
  readonly #trees: Tree[] = [];
  #i = 0;
  #variables: string[] = ["$"];
  #ranges = 0;

  constructor(name: string, source: string, isFunction: (word: string) => boolean) {
    this.#name = name;
    this.#source = source;
    this.#isFunction = isFunction;
    this.#tokens = lex(name, source);
  }

  all(): Tree[] {
    const main: Tree = { name: this.#name, from: this.#name, source: this.#source, nodes: [] };
    this.#trees.push(main);
    const { nodes, ended } = this.#list(true);
    if (ended) this.#fail(`unexpected {{${ended}}}`);
    main.nodes = nodes;
    return this.#trees;
  }

  #fail(message: string, line = this.#peek().line): never {
    throw new TemplateProblem(`template: ${this.#name}:${line}: ${message}`);
  }

  #peek(): Token {
    return this.#tokens[this.#i] as Token;
  }

  #next(): Token {
    const token = this.#peek();
    if (token.kind !== "end") this.#i++;
    return token;
  }

  #spaces(): void {
    while (this.#peek().kind === "space") this.#i++;
  }

  #nextWord(): Token {
    this.#spaces();
    return this.#next();
  }

  #expect(kind: TokenKind, context: string): Token {
    const token = this.#nextWord();
    if (token.kind !== kind) this.#unexpected(token, context);
    return token;
  }

  #unexpected(token: Token, context: string): never {
    if (token.kind === "end") this.#fail("unexpected EOF", token.line);
    const shown =
      token.kind === "keyword" ? `<${token.text}>` : token.text.length > 10 ? `${quoted(token.text.slice(0, 10))}...` : quoted(token.text);
    this.#fail(`unexpected ${shown} in ${context}`, token.line);
  }

  /** Texts and actions until `{{end}}` or `{{else}}`, or until the end of the text at the top. */
  #list(top: boolean): { nodes: Node[]; ended: "end" | "else" | undefined } {
    const nodes: Node[] = [];
    for (;;) {
      const token = this.#next();
      if (token.kind === "end") {
        if (!top) this.#fail("unexpected EOF", token.line);
        return { nodes, ended: undefined };
      }
      if (token.kind === "text") {
        nodes.push({ kind: "text", text: token.text, at: token.at });
        continue;
      }
      this.#spaces();
      const word = this.#peek();
      if (word.kind === "keyword" && (word.text === "end" || word.text === "else")) {
        this.#i++;
        if (word.text === "end") this.#expect("right", "end");
        return { nodes, ended: word.text };
      }
      const node = this.#action(token, top);
      if (node) nodes.push(node);
    }
  }

  #action(left: Token, top: boolean): Node | undefined {
    const word = this.#peek();
    if (word.kind !== "keyword") {
      const depth = this.#variables.length;
      const pipe = this.#pipe("command", "right");
      if (pipe.variables.length === 0) this.#variables.length = depth;
      return { kind: "action", pipe, at: left.at };
    }
    this.#i++;
    switch (word.text) {
      case "if":
      case "with":
      case "range":
        return this.#control(word.text, word.at);
      case "define":
        if (!top) this.#fail("unexpected {{define}}", word.line);
        this.#define();
        return undefined;
      case "block":
        return this.#block();
      case "template":
        return this.#template();
      default:
        this.#expect("right", `{{${word.text}}}`);
        if (this.#ranges === 0) this.#fail(`{{${word.text}}} outside {{range}}`, word.line);
        return { kind: word.text as "break" | "continue", at: word.at };
    }
  }

  #control(kind: "if" | "with" | "range", at: number): Node {
    const depth = this.#variables.length;
    const pipe = this.#pipe(kind, "right");
    if (kind === "range") this.#ranges++;
    let { nodes: body, ended } = this.#list(false);
    if (kind === "range") this.#ranges--;
    let otherwise: Node[] | undefined;
    if (ended === "else") {
      // `{{else if x}}` is `{{else}}{{if x}}` with one end for both; `{{else with x}}` too.
      this.#spaces();
      const word = this.#peek();
      if (kind !== "range" && word.kind === "keyword" && word.text === kind) {
        this.#i++;
        otherwise = [this.#control(kind, word.at)];
      } else {
        this.#expect("right", "else");
        ({ nodes: otherwise, ended } = this.#list(false));
        if (ended === "else") this.#fail("expected end; found {{else}}");
      }
    }
    this.#variables.length = depth;
    return { kind, pipe, body, otherwise, at };
  }

  #quotedName(context: string): { name: string; at: number } {
    const token = this.#nextWord();
    if (token.kind !== "string" && token.kind !== "raw") this.#unexpected(token, context);
    return { name: unquoted(token.text) ?? this.#fail("invalid syntax"), at: token.at };
  }

  #define(): void {
    const { name } = this.#quotedName("define clause");
    this.#expect("right", "define clause");
    this.#body(name);
  }

  #body(name: string): void {
    const [variables, ranges] = [this.#variables, this.#ranges];
    this.#variables = ["$"];
    this.#ranges = 0;
    const { nodes, ended } = this.#list(false);
    if (ended === "else") this.#fail("unexpected {{else}} in define clause");
    this.#trees.push({ name, from: this.#name, source: this.#source, nodes });
    this.#variables = variables;
    this.#ranges = ranges;
  }

  #block(): Node {
    const { name, at } = this.#quotedName("block clause");
    const pipe = this.#pipe("block clause", "right");
    this.#body(name);
    return { kind: "template", name, pipe, at };
  }

  #template(): Node {
    const { name, at } = this.#quotedName("template clause");
    this.#spaces();
    if (this.#peek().kind === "right") {
      this.#i++;
      return { kind: "template", name, pipe: undefined, at };
    }
    return { kind: "template", name, pipe: this.#pipe("template clause", "right"), at };
  }

  /** `$x := a b | c`, up to `end`. */
  #pipe(context: string, end: "right" | ")"): Pipe {
    this.#spaces();
    const { at, line } = this.#peek();
    const { variables, assigns } = this.#declarations(context);
    const commands: Command[] = [];
    for (;;) {
      const token = this.#nextWord();
      if (token.kind === end) {
        if (commands.length === 0) this.#fail(`missing value for ${context}`, token.line);
        for (const command of commands.slice(1)) {
          const kind = command.operands[0]?.kind;
          if (kind === "bool" || kind === "dot" || kind === "nil" || kind === "number" || kind === "string")
            this.#fail(`non executable command in pipeline stage ${commands.indexOf(command) + 1}`, token.line);
        }
        return { variables, assigns, commands, at, line };
      }
      if (
        token.kind === "end" ||
        token.kind === "right" ||
        token.kind === "pipe" ||
        token.kind === "keyword" ||
        token.kind === "declare" ||
        token.kind === "assign" ||
        token.kind === "," ||
        token.kind === ")"
      )
        this.#unexpected(token, context);
      this.#i--;
      commands.push(this.#command());
    }
  }

  #declarations(context: string): { variables: string[]; assigns: boolean } {
    const variables: string[] = [];
    const start = this.#i;
    for (;;) {
      this.#spaces();
      const variable = this.#peek();
      if (variable.kind !== "variable") break;
      this.#i++;
      this.#spaces();
      const sign = this.#peek();
      if (sign.kind === "declare" || sign.kind === "assign") {
        this.#i++;
        variables.push(variable.text);
        if (sign.kind === "declare") this.#variables.push(...variables);
        else for (const name of variables) this.#known(name, variable);
        return { variables, assigns: sign.kind === "assign" };
      }
      if (sign.kind === "," && context === "range" && variables.length === 0) {
        this.#i++;
        variables.push(variable.text);
        this.#spaces();
        if (this.#peek().kind !== "variable") this.#fail("range can only initialize variables", sign.line);
        continue;
      }
      if (sign.kind === ",") this.#fail(`too many declarations in ${context}`, sign.line);
      break;
    }
    this.#i = start;
    return { variables: [], assigns: false };
  }

  #known(name: string, token: Token): void {
    if (!this.#variables.includes(name)) this.#fail(`undefined variable ${quoted(name)}`, token.line);
  }

  #command(): Command {
    const operands: Operand[] = [];
    this.#spaces();
    const { at, line } = this.#peek();
    for (;;) {
      this.#spaces();
      const operand = this.#operand();
      if (operand) operands.push(operand);
      const token = this.#next();
      if (token.kind === "space") continue;
      if (token.kind === "right" || token.kind === ")") {
        this.#i--;
        break;
      }
      if (token.kind === "pipe") break;
      this.#unexpected(token, "operand");
    }
    if (operands.length === 0) this.#fail("empty command", line);
    return { operands, at };
  }

  #operand(): Operand | undefined {
    const term = this.#term();
    if (!term) return undefined;
    // A failure in a chain of fields is told at the first field of the chain.
    const { at } = this.#peek();
    const names: string[] = [];
    while (this.#peek().kind === "field") names.push(this.#next().text.slice(1));
    if (names.length === 0) return term;
    switch (term.kind) {
      case "field":
        return { ...term, names: [...term.names, ...names], at };
      case "variable":
        return { ...term, names: [...term.names, ...names], at };
      case "bool":
      case "string":
      case "number":
      case "nil":
      case "dot":
        return this.#fail(`unexpected . after term ${quoted(sourceOf(term))}`);
      default:
        return { kind: "chain", on: term, names, at };
    }
  }

  #term(): Operand | undefined {
    const token = this.#next();
    const { at } = token;
    switch (token.kind) {
      case "word":
        if (!this.#isFunction(token.text)) this.#fail(`function ${quoted(token.text)} not defined`, token.line);
        return { kind: "function", name: token.text, at };
      case "dot":
        return { kind: "dot", at };
      case "nil":
        return { kind: "nil", at };
      case "variable":
        this.#known(token.text, token);
        return { kind: "variable", name: token.text, names: [], at };
      case "field":
        return { kind: "field", names: [token.text.slice(1)], at };
      case "bool":
        return { kind: "bool", value: token.text === "true", at };
      case "char": {
        const value = unquoted(token.text);
        if (value === undefined || [...value].length !== 1) return this.#fail(`malformed character constant: ${token.text}`, token.line);
        return { kind: "number", value: BigInt(value.codePointAt(0) ?? 0), source: token.text, at };
      }
      case "number":
        return { kind: "number", value: this.#number(token), source: token.text, at };
      case "(": {
        const pipe = this.#pipe("parenthesized pipeline", ")");
        return { kind: "pipe", pipe, at };
      }
      case "string":
      case "raw": {
        const value = unquoted(token.text);
        if (value === undefined) return this.#fail("invalid syntax", token.line);
        return { kind: "string", value, source: token.text, at };
      }
      default:
        this.#i -= token.kind === "end" ? 0 : 1;
        return undefined;
    }
  }

  #number(token: Token): bigint | number {
    const text = token.text.replaceAll("_", "");
    const [sign, digits] = /^-/.test(text) ? [-1n, text.slice(1)] : [1n, text.replace(/^\+/, "")];
    const whole = /^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits;
    if (/^(0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+|\d+)$/.test(whole)) return sign * BigInt(whole);
    const value = Number(digits);
    if (Number.isNaN(value) || text.endsWith("i")) this.#fail(`illegal number syntax: ${quoted(token.text)}`, token.line);
    return Number(sign) * value;
  }
}
