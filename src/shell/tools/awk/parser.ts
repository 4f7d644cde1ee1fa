import { type Token, tokensOf } from "./lexer.ts";
import { type AwkFunction, type AwkProgram, AwkSyntaxError, type Expression, type Rule, type Statement } from "./syntax.ts";

const assignments = new Set(["=", "+=", "-=", "*=", "/=", "%=", "^="]);
const comparisons = new Set(["<", "<=", "==", "!=", ">", ">="]);

/** Reads an awk program. Throws an `AwkSyntaxError`. */
export const parseAwk = (source: string): AwkProgram => new Parser(tokensOf(source)).program();

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;
  /** Within `print` a `>` leads to a file; within the head of `for` an `in` is not an operator. */
  #noGreater = false;
  #noIn = false;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  get #token(): Token {
    return this.#tokens[this.#at] ?? { kind: "end", text: "end of file", line: 0 };
  }

  #is(text: string): boolean {
    const { kind } = this.#token;
    return this.#token.text === text && (kind === "mark" || kind === "keyword" || kind === "newline");
  }

  #take(text: string): boolean {
    if (!this.#is(text)) return false;
    this.#at++;
    return true;
  }

  #need(text: string): void {
    if (!this.#take(text)) this.#wrong();
  }

  #wrong(): never {
    const { text, line, kind } = this.#token;
    throw new AwkSyntaxError(`line ${line}: syntax error at or near ${kind === "newline" ? "end of line" : text}`);
  }

  #name(): string {
    if (this.#token.kind !== "name" && this.#token.kind !== "function") this.#wrong();
    return this.#tokens[this.#at++]?.text ?? "";
  }

  #newlines(): void {
    while (this.#is("\n") || this.#is(";")) this.#at++;
  }

  #optionalLines(): void {
    while (this.#is("\n")) this.#at++;
  }

  program(): AwkProgram {
    const rules: Rule[] = [];
    const functions = new Map<string, AwkFunction>();
    for (this.#newlines(); this.#token.kind !== "end"; this.#newlines()) {
      if (this.#take("function")) {
        const declared = this.#declaration();
        functions.set(declared.name, declared);
      } else rules.push(this.#rule());
    }
    return { rules, functions };
  }

  #declaration(): AwkFunction {
    const name = this.#name();
    const params: string[] = [];
    this.#need("(");
    while (!this.#is(")")) {
      params.push(this.#name());
      if (!this.#take(",")) break;
      this.#optionalLines();
    }
    this.#need(")");
    this.#optionalLines();
    return { name, params, body: this.#block() };
  }

  #rule(): Rule {
    if (this.#is("BEGIN") || this.#is("END")) {
      const kind = this.#is("BEGIN") ? "BEGIN" : "END";
      this.#at++;
      return { pattern: { kind }, body: this.#block() };
    }
    if (this.#is("{")) return { pattern: { kind: "always" }, body: this.#block() };
    const test = this.#expression();
    if (this.#take(",")) {
      this.#optionalLines();
      const to = this.#expression();
      return { pattern: { kind: "range", from: test, to }, body: this.#is("{") ? this.#block() : undefined };
    }
    return { pattern: { kind: "when", test }, body: this.#is("{") ? this.#block() : undefined };
  }

  // --- statements

  #block(): Statement {
    this.#need("{");
    const body: Statement[] = [];
    for (this.#newlines(); !this.#is("}"); this.#newlines()) {
      if (this.#token.kind === "end") this.#wrong();
      body.push(this.#statement());
    }
    this.#need("}");
    return { kind: "block", body };
  }

  #end(): void {
    if (this.#is("}") || this.#token.kind === "end") return;
    if (!this.#take(";") && !this.#take("\n")) this.#wrong();
  }

  #body(): Statement {
    this.#optionalLines();
    if (this.#take(";")) return { kind: "block", body: [] };
    return this.#statement();
  }

  #statement(): Statement {
    if (this.#is("{")) return this.#block();
    if (this.#take("if")) return this.#if();
    if (this.#take("while")) {
      this.#need("(");
      const test = this.#expression();
      this.#need(")");
      if (this.#take(";")) return { kind: "while", test, body: { kind: "block", body: [] }, first: false };
      return { kind: "while", test, body: this.#body(), first: false };
    }
    if (this.#take("do")) {
      const body = this.#body();
      this.#newlines();
      this.#need("while");
      this.#need("(");
      const test = this.#expression();
      this.#need(")");
      this.#end();
      return { kind: "while", test, body, first: true };
    }
    if (this.#take("for")) return this.#for();
    const simple = this.#simple();
    this.#end();
    return simple;
  }

  #if(): Statement {
    this.#need("(");
    const test = this.#expression();
    this.#need(")");
    const yes = this.#body();
    const mark = this.#at;
    this.#newlines();
    if (this.#take("else")) return { kind: "if", test, yes, no: this.#body() };
    this.#at = mark;
    return { kind: "if", test, yes, no: undefined };
  }

  #for(): Statement {
    this.#need("(");
    const [name, word, array, close] = [0, 1, 2, 3].map((i) => this.#tokens[this.#at + i]);
    if (name?.kind === "name" && word?.text === "in" && array?.kind === "name" && close?.text === ")") {
      this.#at += 4;
      return { kind: "each", name: name.text, array: array.text, body: this.#body() };
    }
    const start = this.#is(";") ? undefined : this.#simple();
    this.#need(";");
    this.#optionalLines();
    const test = this.#is(";") ? undefined : this.#expression();
    this.#need(";");
    this.#optionalLines();
    const step = this.#is(")") ? undefined : this.#simple();
    this.#need(")");
    return { kind: "for", start, test, step, body: this.#body() };
  }

  #simple(): Statement {
    const { text } = this.#token;
    if (this.#take("print") || this.#take("printf")) return this.#print(text === "printf");
    if (this.#take("delete")) {
      const name = this.#name();
      if (!this.#take("[")) return { kind: "delete", name, index: undefined };
      const index = this.#expressions("]");
      this.#need("]");
      return { kind: "delete", name, index };
    }
    if (text === "break" || text === "continue" || text === "next" || text === "nextfile") {
      this.#at++;
      return { kind: "leave", how: text };
    }
    if (text === "exit" || text === "return") {
      this.#at++;
      const none = this.#is(";") || this.#is("}") || this.#is("\n") || this.#token.kind === "end";
      return { kind: text, value: none ? undefined : this.#expression() };
    }
    return { kind: "expression", value: this.#expression() };
  }

  #print(format: boolean): Statement {
    const outer = this.#noGreater;
    this.#noGreater = true;
    let args: Expression[] = [];
    if (!this.#is(";") && !this.#is("}") && !this.#is("\n") && !this.#is(">") && !this.#is(">>") && !this.#is("|") && this.#token.kind !== "end") {
      args = this.#expressions();
      const [first] = args;
      // `print (a, b) > "file"`: the parentheses only group the list.
      if (args.length === 1 && first?.kind === "list") args = [...first.items];
    }
    this.#noGreater = outer;
    for (const operator of [">", ">>", "|"] as const)
      if (this.#take(operator)) {
        this.#noGreater = true;
        const target = this.#concatenation();
        this.#noGreater = outer;
        return { kind: "print", format, args, redirect: { operator, target } };
      }
    return { kind: "print", format, args, redirect: undefined };
  }

  #expressions(close?: string): Expression[] {
    const all: Expression[] = [];
    if (close && this.#is(close)) return all;
    do {
      this.#optionalLines();
      all.push(this.#expression());
    } while (this.#take(","));
    return all;
  }

  // --- expressions, the loosest first

  #expression(): Expression {
    const left = this.#ternary();
    if (this.#token.kind === "mark" && assignments.has(this.#token.text) && isTarget(left)) {
      const operator = this.#tokens[this.#at++]?.text ?? "=";
      this.#optionalLines();
      return { kind: "assign", operator, target: left, value: this.#expression() };
    }
    return left;
  }

  #ternary(): Expression {
    const test = this.#or();
    if (!this.#take("?")) return test;
    this.#optionalLines();
    const yes = this.#expression();
    this.#optionalLines();
    this.#need(":");
    this.#optionalLines();
    return { kind: "ternary", test, yes, no: this.#expression() };
  }

  #or(): Expression {
    let left = this.#and();
    while (this.#take("||")) {
      this.#optionalLines();
      left = { kind: "binary", operator: "||", left, right: this.#and() };
    }
    return left;
  }

  #and(): Expression {
    let left = this.#in();
    while (this.#take("&&")) {
      this.#optionalLines();
      left = { kind: "binary", operator: "&&", left, right: this.#in() };
    }
    return left;
  }

  #in(): Expression {
    let left = this.#matching();
    while (!this.#noIn && this.#take("in")) left = { kind: "in", index: left.kind === "list" ? left.items : [left], name: this.#name() };
    return left;
  }

  #matching(): Expression {
    let left = this.#comparison();
    for (;;) {
      const negated = this.#is("!~");
      if (!negated && !this.#is("~")) return left;
      this.#at++;
      left = { kind: "match", negated, left, right: this.#comparison() };
    }
  }

  #comparison(): Expression {
    let left = this.#concatenation();
    if (this.#token.kind === "mark" && comparisons.has(this.#token.text) && !(this.#noGreater && this.#is(">"))) {
      const operator = this.#tokens[this.#at++]?.text ?? "";
      left = { kind: "binary", operator, left, right: this.#concatenation() };
    }
    while (this.#is("|") && this.#tokens[this.#at + 1]?.text === "getline") {
      this.#at += 2;
      left = { kind: "getline", from: "command", source: left, target: this.#optionalTarget() };
    }
    return left;
  }

  #concatenation(): Expression {
    let left = this.#additive();
    while (this.#beginsOperand()) left = { kind: "binary", operator: "", left, right: this.#additive() };
    return left;
  }

  #beginsOperand(): boolean {
    const { kind, text } = this.#token;
    if (kind === "number" || kind === "string" || kind === "regex" || kind === "name" || kind === "function" || kind === "builtin") return true;
    return kind === "mark" && ["$", "(", "!", "-", "+", "++", "--"].includes(text) && !(text === "!" && this.#tokens[this.#at + 1]?.text === "=");
  }

  #additive(): Expression {
    let left = this.#multiplicative();
    while (this.#is("+") || this.#is("-")) {
      const operator = this.#tokens[this.#at++]?.text ?? "";
      left = { kind: "binary", operator, left, right: this.#multiplicative() };
    }
    return left;
  }

  #multiplicative(): Expression {
    let left = this.#unary();
    while (this.#is("*") || this.#is("/") || this.#is("%")) {
      const operator = this.#tokens[this.#at++]?.text ?? "";
      left = { kind: "binary", operator, left, right: this.#unary() };
    }
    return left;
  }

  #unary(): Expression {
    for (const operator of ["!", "-", "+"]) if (this.#take(operator)) return { kind: "unary", operator, operand: this.#unary() };
    return this.#power();
  }

  #power(): Expression {
    const left = this.#stepped();
    if (!this.#take("^")) return left;
    // To the right first, and a sign may stand before the exponent.
    const right = this.#is("-") || this.#is("+") || this.#is("!") ? this.#unary() : this.#power();
    return { kind: "binary", operator: "^", left, right };
  }

  #stepped(): Expression {
    for (const operator of ["++", "--"] as const)
      if (this.#take(operator)) {
        const target = this.#primary();
        if (!isTarget(target)) this.#wrong();
        return { kind: "step", operator, prefix: true, target };
      }
    const operand = this.#primary();
    if (!isTarget(operand)) return operand;
    for (const operator of ["++", "--"] as const) if (this.#take(operator)) return { kind: "step", operator, prefix: false, target: operand };
    return operand;
  }

  #primary(): Expression {
    const token = this.#token;
    this.#at++;
    switch (token.kind) {
      case "number":
        return { kind: "number", value: Number(token.text) };
      case "string":
        return { kind: "string", value: token.text };
      case "regex":
        return { kind: "regex", source: token.text };
      case "name":
        if (!this.#take("[")) return { kind: "name", name: token.text };
        return this.#element(token.text);
      case "function":
        this.#need("(");
        return { kind: "call", name: token.text, args: this.#arguments(), own: true };
      case "builtin":
        if (this.#take("(")) return { kind: "call", name: token.text, args: this.#arguments(), own: false };
        return { kind: "call", name: token.text, args: [], own: false };
    }
    if (token.text === "$") return { kind: "field", index: this.#fieldIndex() };
    if (token.text === "getline") return this.#getline();
    if (token.text === "(") {
      const [greater, within] = [this.#noGreater, this.#noIn];
      this.#noGreater = false;
      this.#noIn = false;
      const items = this.#expressions();
      this.#optionalLines();
      this.#need(")");
      this.#noGreater = greater;
      this.#noIn = within;
      const [only] = items;
      return items.length === 1 && only ? { kind: "group", inner: only } : { kind: "list", items };
    }
    this.#at--;
    return this.#wrong();
  }

  #element(name: string): Expression {
    const greater = this.#noGreater;
    this.#noGreater = false;
    const index = this.#expressions("]");
    this.#need("]");
    this.#noGreater = greater;
    return { kind: "element", name, index };
  }

  #arguments(): Expression[] {
    const greater = this.#noGreater;
    this.#noGreater = false;
    const args = this.#expressions(")");
    this.#optionalLines();
    this.#need(")");
    this.#noGreater = greater;
    return args;
  }

  #fieldIndex(): Expression {
    for (const operator of ["++", "--"] as const) if (this.#take(operator)) return { kind: "step", operator, prefix: true, target: this.#primary() };
    if (this.#take("-")) return { kind: "unary", operator: "-", operand: this.#primary() };
    return this.#primary();
  }

  #getline(): Expression {
    const target = this.#optionalTarget();
    if (!this.#take("<")) return { kind: "getline", from: "input", source: undefined, target };
    return { kind: "getline", from: "file", source: this.#primary(), target };
  }

  #optionalTarget(): Expression | undefined {
    if (this.#token.kind !== "name" && !this.#is("$")) return undefined;
    const target = this.#primary();
    return isTarget(target) ? target : this.#wrong();
  }
}

const isTarget = (expression: Expression): boolean => expression.kind === "name" || expression.kind === "element" || expression.kind === "field";
