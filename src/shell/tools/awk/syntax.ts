/** An awk program as a tree. */
export type Expression =
  | { kind: "number"; value: number }
  | { kind: "string"; value: string }
  | { kind: "regex"; source: string }
  | { kind: "name"; name: string }
  | { kind: "element"; name: string; index: readonly Expression[] }
  | { kind: "field"; index: Expression }
  | { kind: "group"; inner: Expression }
  | { kind: "list"; items: readonly Expression[] }
  | { kind: "assign"; operator: string; target: Expression; value: Expression }
  | { kind: "ternary"; test: Expression; yes: Expression; no: Expression }
  | { kind: "binary"; operator: string; left: Expression; right: Expression }
  | { kind: "match"; negated: boolean; left: Expression; right: Expression }
  | { kind: "in"; index: readonly Expression[]; name: string }
  | { kind: "unary"; operator: string; operand: Expression }
  | { kind: "step"; operator: "++" | "--"; prefix: boolean; target: Expression }
  | { kind: "call"; name: string; args: readonly Expression[]; own: boolean }
  | { kind: "getline"; from: "input" | "file" | "command"; source: Expression | undefined; target: Expression | undefined };

export type Statement =
  | { kind: "expression"; value: Expression }
  | { kind: "print"; format: boolean; args: readonly Expression[]; redirect: { operator: ">" | ">>" | "|"; target: Expression } | undefined }
  | { kind: "block"; body: readonly Statement[] }
  | { kind: "if"; test: Expression; yes: Statement; no: Statement | undefined }
  | { kind: "while"; test: Expression; body: Statement; first: boolean }
  | { kind: "for"; start: Statement | undefined; test: Expression | undefined; step: Statement | undefined; body: Statement }
  | { kind: "each"; name: string; array: string; body: Statement }
  | { kind: "delete"; name: string; index: readonly Expression[] | undefined }
  | { kind: "leave"; how: "break" | "continue" | "next" | "nextfile" }
  | { kind: "exit" | "return"; value: Expression | undefined };

export interface Rule {
  pattern: { kind: "BEGIN" | "END" | "always" } | { kind: "when"; test: Expression } | { kind: "range"; from: Expression; to: Expression };
  /** Without one the record is printed. */
  body: Statement | undefined;
}

export interface AwkFunction {
  name: string;
  params: readonly string[];
  body: Statement;
}

export interface AwkProgram {
  rules: readonly Rule[];
  functions: ReadonlyMap<string, AwkFunction>;
}

/** A program that cannot be read. */
export class AwkSyntaxError extends Error {}
