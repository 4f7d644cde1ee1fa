import { type Filter, JqSyntaxError, type Pattern } from "./syntax.ts";

interface Token {
  kind: "mark" | "name" | "field" | "variable" | "number" | "string" | "format" | "keyword" | "end";
  text: string;
  parts?: readonly (string | Filter)[];
}

const keywords = new Set(["def", "if", "then", "elif", "else", "end", "as", "reduce", "foreach", "try", "catch", "label", "and", "or", "__loc__"]);
const updates = new Set(["=", "|=", "+=", "-=", "*=", "/=", "%=", "//="]);
const marks = [
  "?//=",
  "//=",
  "|=",
  "+=",
  "-=",
  "*=",
  "/=",
  "%=",
  "==",
  "!=",
  "<=",
  ">=",
  "?//",
  "//",
  "..",
  "|",
  ",",
  "(",
  ")",
  "[",
  "]",
  "{",
  "}",
  ":",
  ";",
  "=",
  "<",
  ">",
  "+",
  "-",
  "*",
  "/",
  "%",
  ".",
  "?",
  "$",
];
const escapes: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", b: "\b", f: "\f", "/": "/", "\\": "\\", '"': '"' };

/** Reads a jq program. Throws a `JqSyntaxError`. */
export function parseJq(source: string): Filter {
  return new Parser(source).program();
}

class Parser {
  readonly #source: string;
  #at = 0;
  #token: Token;

  constructor(source: string) {
    this.#source = source;
    this.#token = this.#next();
  }

  program(): Filter {
    if (this.#token.kind === "end") return { kind: "identity" };
    const filter = this.#is("def") ? this.#definitions(true) : this.#pipe();
    this.#needEnd();
    return filter;
  }

  #needEnd(): void {
    if (this.#token.kind !== "end") this.#wrong();
  }

  // --- tokens

  #next(): Token {
    const source = this.#source;
    this.#at += /^(?:\s|#[^\n]*)*/.exec(source.slice(this.#at))?.[0].length ?? 0;
    const rest = source.slice(this.#at);
    if (rest === "") return { kind: "end", text: "$end" };
    const take = (form: RegExp, kind: Token["kind"], cut = 0): Token | undefined => {
      const [whole] = form.exec(rest) ?? [];
      if (whole === undefined) return undefined;
      this.#at += whole.length;
      return { kind, text: whole.slice(cut) };
    };
    if (rest.startsWith('"')) return this.#string();
    const name = take(/^[A-Za-z_]\w*(?:::[A-Za-z_]\w*)*/, "name");
    if (name) return keywords.has(name.text) ? { kind: "keyword", text: name.text } : name;
    const token =
      take(/^\.[A-Za-z_]\w*/, "field", 1) ??
      take(/^\$(?:__loc__|[A-Za-z_]\w*)/, "variable", 1) ??
      take(/^@\w+/, "format", 1) ??
      take(/^(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/, "number");
    if (token) return token;
    const mark = marks.find((one) => rest.startsWith(one));
    if (!mark)
      throw new JqSyntaxError(`syntax error, unexpected INVALID_CHARACTER (Unix shell quoting issues?) at <top-level>, line 1:\n${this.#source}`);
    this.#at += mark.length;
    return { kind: "mark", text: mark };
  }

  #string(): Token {
    const parts: (string | Filter)[] = [];
    let text = "";
    for (let at = this.#at + 1; at < this.#source.length; at++) {
      const character = this.#source[at] ?? "";
      if (character === '"') {
        this.#at = at + 1;
        if (text || parts.length === 0) parts.push(text);
        return { kind: "string", text: "", parts };
      }
      if (character !== "\\") {
        text += character;
        continue;
      }
      const next = this.#source[++at] ?? "";
      if (next === "(") {
        if (text) parts.push(text);
        text = "";
        const token = this.#token;
        this.#at = at + 1;
        this.#token = this.#next();
        parts.push(this.#pipe());
        if (this.#token.text !== ")") this.#wrong();
        at = this.#at - 1;
        this.#token = token;
      } else if (next === "u") {
        text += String.fromCharCode(Number.parseInt(this.#source.slice(at + 1, at + 5), 16));
        at += 4;
      } else text += escapes[next] ?? next;
    }
    throw new JqSyntaxError(
      `syntax error, unexpected $end, expecting QQSTRING_TEXT or QQSTRING_INTERP_START or QQSTRING_END (Unix shell quoting issues?) at <top-level>, line 1:\n${this.#source}`,
    );
  }

  #is(text: string): boolean {
    return this.#token.text === text && (this.#token.kind === "mark" || this.#token.kind === "keyword");
  }

  #take(text: string): boolean {
    if (!this.#is(text)) return false;
    this.#token = this.#next();
    return true;
  }

  #need(text: string): void {
    if (!this.#take(text)) this.#wrong();
  }

  #wrong(): never {
    const { kind, text } = this.#token;
    const shown =
      kind === "end"
        ? "$end"
        : kind === "name"
          ? "IDENT"
          : kind === "field"
            ? "FIELD"
            : kind === "number"
              ? "LITERAL"
              : kind === "mark"
                ? `'${text}'`
                : text;
    throw new JqSyntaxError(
      `syntax error, unexpected ${shown} (Unix shell quoting issues?) at <top-level>, line 1:\n${this.#source}${kind === "end" ? " " : ""}`,
    );
  }

  #advance(): Token {
    const token = this.#token;
    this.#token = this.#next();
    return token;
  }

  // --- filters, the loosest first

  #definitions(optionalRest: boolean): Filter {
    this.#need("def");
    const name = this.#advance();
    if (name.kind !== "name" && name.kind !== "keyword") this.#wrong();
    const params: string[] = [];
    if (this.#take("(")) {
      do {
        const param = this.#advance();
        params.push(param.kind === "variable" ? `$${param.text}` : param.text);
      } while (this.#take(";"));
      this.#need(")");
    }
    this.#need(":");
    const body = this.#pipe();
    this.#need(";");
    const rest: Filter = this.#is("def")
      ? this.#definitions(optionalRest)
      : optionalRest && this.#token.kind === "end"
        ? { kind: "identity" }
        : this.#pipe();
    return { kind: "define", name: name.text, params, body, rest };
  }

  #pipe(): Filter {
    if (this.#is("def")) return this.#definitions(false);
    if (this.#take("label")) {
      const name = this.#advance().text;
      this.#need("|");
      return { kind: "label", name, body: this.#pipe() };
    }
    const left = this.#comma();
    if (this.#take("as")) {
      const patterns = [this.#pattern()];
      while (this.#take("?//")) patterns.push(this.#pattern());
      this.#need("|");
      return { kind: "bind", source: left, patterns, body: this.#pipe() };
    }
    return this.#take("|") ? { kind: "pipe", left, right: this.#pipe() } : left;
  }

  #comma(): Filter {
    let left = this.#alternative();
    while (this.#take(",")) left = { kind: "comma", left, right: this.#alternative() };
    return left;
  }

  #alternative(): Filter {
    const left = this.#update();
    return this.#take("//") ? { kind: "alternative", left, right: this.#alternative() } : left;
  }

  #update(): Filter {
    const left = this.#or();
    if (this.#token.kind !== "mark" || !updates.has(this.#token.text)) return left;
    const operator = this.#advance().text;
    return { kind: "update", operator, target: left, value: this.#alternative() };
  }

  #or(): Filter {
    let left = this.#and();
    while (this.#take("or")) left = { kind: "or", left, right: this.#and() };
    return left;
  }

  #and(): Filter {
    let left = this.#comparison();
    while (this.#take("and")) left = { kind: "and", left, right: this.#comparison() };
    return left;
  }

  #comparison(): Filter {
    const left = this.#sum();
    for (const operator of ["==", "!=", "<=", ">=", "<", ">"])
      if (this.#take(operator)) return { kind: "compare", operator, left, right: this.#sum() };
    return left;
  }

  #sum(): Filter {
    let left = this.#product();
    while (this.#is("+") || this.#is("-")) left = { kind: "arithmetic", operator: this.#advance().text, left, right: this.#product() };
    return left;
  }

  #product(): Filter {
    let left = this.#postfix();
    while (this.#is("*") || this.#is("/") || this.#is("%"))
      left = { kind: "arithmetic", operator: this.#advance().text, left, right: this.#postfix() };
    return left;
  }

  #postfix(): Filter {
    if (this.#take("try")) {
      const body = this.#postfix();
      return { kind: "try", body, handler: this.#take("catch") ? this.#postfix() : undefined };
    }
    if (this.#take("-")) return { kind: "negate", of: this.#postfix() };
    let of = this.#term();
    for (;;) {
      if (this.#token.kind === "field") of = { kind: "index", of, key: { kind: "literal", value: this.#advance().text }, optional: this.#take("?") };
      else if (this.#is(".") && /^\s*["[]/.test(this.#source.slice(this.#at))) {
        this.#advance();
        of = this.#token.kind === "string" ? { kind: "index", of, key: this.#text(undefined), optional: this.#take("?") } : this.#brackets(of);
      } else if (this.#is("[")) of = this.#brackets(of);
      else if (this.#take("?")) of = { kind: "try", body: of, handler: undefined };
      else return this.#bound(of);
    }
  }

  /** `term as $x | …` binds more tightly than the operators before it. */
  #bound(source: Filter): Filter {
    if (!this.#take("as")) return source;
    const patterns = [this.#pattern()];
    while (this.#take("?//")) patterns.push(this.#pattern());
    this.#need("|");
    return { kind: "bind", source, patterns, body: this.#pipe() };
  }

  #brackets(of: Filter): Filter {
    this.#need("[");
    if (this.#take("]")) return { kind: "iterate", of, optional: this.#take("?") };
    if (this.#take(":")) {
      const to = this.#pipe();
      this.#need("]");
      return { kind: "slice", of, from: undefined, to, optional: this.#take("?") };
    }
    const key = this.#pipe();
    if (this.#take(":")) {
      const to = this.#is("]") ? undefined : this.#pipe();
      this.#need("]");
      return { kind: "slice", of, from: key, to, optional: this.#take("?") };
    }
    this.#need("]");
    return { kind: "index", of, key, optional: this.#take("?") };
  }

  #text(format: string | undefined): Filter {
    return { kind: "string", format, parts: this.#advance().parts ?? [] };
  }

  #term(): Filter {
    const token = this.#token;
    switch (token.kind) {
      case "number":
        this.#advance();
        return { kind: "literal", value: Number(token.text) };
      case "string":
        return this.#text(undefined);
      case "format":
        this.#advance();
        return this.#token.kind === "string" ? this.#text(token.text) : { kind: "format", name: token.text };
      case "field":
        this.#advance();
        return { kind: "index", of: { kind: "identity" }, key: { kind: "literal", value: token.text }, optional: this.#take("?") };
      case "variable":
        this.#advance();
        if (token.text === "__loc__") return { kind: "literal", value: { file: "<top-level>", line: 1 } };
        return { kind: "variable", name: token.text };
      case "name":
        return this.#call();
    }
    if (this.#take("..")) return { kind: "recurse" };
    if (this.#take(".")) {
      if (this.#token.kind === "string") return { kind: "index", of: { kind: "identity" }, key: this.#text(undefined), optional: this.#take("?") };
      return this.#is("[") ? this.#brackets({ kind: "identity" }) : { kind: "identity" };
    }
    if (this.#take("(")) {
      const inner = this.#pipe();
      this.#need(")");
      return inner;
    }
    if (this.#take("[")) {
      if (this.#take("]")) return { kind: "array", items: undefined };
      const items = this.#pipe();
      this.#need("]");
      return { kind: "array", items };
    }
    if (this.#take("{")) return this.#object();
    if (this.#take("if")) return this.#if();
    if (this.#is("reduce") || this.#is("foreach")) return this.#fold();
    return this.#wrong();
  }

  #call(): Filter {
    const name = this.#advance().text;
    if (name === "break" && this.#token.kind === "variable") return { kind: "break", name: this.#advance().text };
    const args: Filter[] = [];
    if (this.#take("(")) {
      do args.push(this.#pipe());
      while (this.#take(";"));
      this.#need(")");
    }
    if (args.length === 0 && (name === "true" || name === "false" || name === "null"))
      return { kind: "literal", value: name === "null" ? null : name === "true" };
    return { kind: "call", name, args };
  }

  #if(): Filter {
    const test = this.#pipe();
    this.#need("then");
    const yes = this.#pipe();
    if (this.#take("elif")) return { kind: "if", test, yes, no: this.#if() };
    const no = this.#take("else") ? this.#pipe() : undefined;
    this.#need("end");
    return { kind: "if", test, yes, no };
  }

  #fold(): Filter {
    const kind = this.#advance().text;
    const source = this.#foldSource();
    this.#need("as");
    const pattern = this.#pattern();
    this.#need("(");
    const start = this.#pipe();
    this.#need(";");
    const update = this.#pipe();
    const extract = this.#take(";") ? this.#pipe() : undefined;
    this.#need(")");
    return kind === "reduce" ? { kind: "reduce", source, pattern, start, update } : { kind: "foreach", source, pattern, start, update, extract };
  }

  /** A term with what follows it, up to the `as` that belongs to the fold. */
  #foldSource(): Filter {
    let of = this.#term();
    for (;;) {
      if (this.#token.kind === "field") of = { kind: "index", of, key: { kind: "literal", value: this.#advance().text }, optional: this.#take("?") };
      else if (this.#is("[")) of = this.#brackets(of);
      else if (this.#take("?")) of = { kind: "try", body: of, handler: undefined };
      else return of;
    }
  }

  #object(): Filter {
    const entries: { key: Filter; value: Filter }[] = [];
    while (!this.#is("}")) {
      entries.push(this.#entry());
      if (!this.#take(",")) break;
    }
    this.#need("}");
    return { kind: "object", entries };
  }

  #entry(): { key: Filter; value: Filter } {
    const token = this.#token;
    const own = (key: Filter): Filter => ({ kind: "index", of: { kind: "identity" }, key, optional: false });
    if (token.kind === "variable") {
      this.#advance();
      return { key: { kind: "literal", value: token.text }, value: { kind: "variable", name: token.text } };
    }
    let key: Filter;
    if (token.kind === "name" || token.kind === "keyword") {
      this.#advance();
      key = { kind: "literal", value: token.text };
    } else if (token.kind === "number") {
      this.#advance();
      key = { kind: "literal", value: token.text };
    } else if (token.kind === "string") key = this.#text(undefined);
    else if (token.kind === "format") {
      this.#advance();
      key = this.#text(token.text);
    } else {
      this.#need("(");
      key = this.#pipe();
      this.#need(")");
    }
    return { key, value: this.#take(":") ? this.#value() : own(key) };
  }

  /** The value of an entry: alternatives and pipes need parentheses only where a comma would be unclear. */
  #value(): Filter {
    const left = this.#alternative();
    return this.#take("|") ? { kind: "pipe", left, right: this.#value() } : left;
  }

  #pattern(): Pattern {
    if (this.#token.kind === "variable") return { kind: "variable", name: this.#advance().text };
    if (this.#take("[")) {
      const items: Pattern[] = [];
      do items.push(this.#pattern());
      while (this.#take(","));
      this.#need("]");
      return { kind: "array", items };
    }
    this.#need("{");
    const entries: { key: Filter; variable: string | undefined; value: Pattern | undefined }[] = [];
    do {
      const token = this.#token;
      let key: Filter;
      let variable: string | undefined;
      if (token.kind === "variable") {
        this.#advance();
        key = { kind: "literal", value: token.text };
        variable = token.text;
      } else if (token.kind === "string") key = this.#text(undefined);
      else if (this.#take("(")) {
        key = this.#pipe();
        this.#need(")");
      } else {
        this.#advance();
        key = { kind: "literal", value: token.text };
      }
      entries.push({ key, variable, value: this.#take(":") ? this.#pattern() : undefined });
    } while (this.#take(","));
    this.#need("}");
    return { kind: "object", entries };
  }
}
