/** A jq filter as a tree. */
export type Filter =
  | { kind: "identity" | "recurse" }
  | { kind: "literal"; value: Json }
  | { kind: "string"; format: string | undefined; parts: readonly (string | Filter)[] }
  | { kind: "format"; name: string }
  | { kind: "index"; of: Filter; key: Filter; optional: boolean }
  | { kind: "slice"; of: Filter; from: Filter | undefined; to: Filter | undefined; optional: boolean }
  | { kind: "iterate"; of: Filter; optional: boolean }
  | { kind: "array"; items: Filter | undefined }
  | { kind: "object"; entries: readonly { key: Filter; value: Filter }[] }
  | { kind: "negate"; of: Filter }
  | { kind: "pipe" | "comma" | "alternative" | "and" | "or"; left: Filter; right: Filter }
  | { kind: "arithmetic" | "compare"; operator: string; left: Filter; right: Filter }
  | { kind: "update"; operator: string; target: Filter; value: Filter }
  | { kind: "if"; test: Filter; yes: Filter; no: Filter | undefined }
  | { kind: "try"; body: Filter; handler: Filter | undefined }
  | { kind: "reduce"; source: Filter; pattern: Pattern; start: Filter; update: Filter }
  | { kind: "foreach"; source: Filter; pattern: Pattern; start: Filter; update: Filter; extract: Filter | undefined }
  | { kind: "bind"; source: Filter; patterns: readonly Pattern[]; body: Filter }
  | { kind: "label"; name: string; body: Filter }
  | { kind: "break"; name: string }
  | { kind: "define"; name: string; params: readonly string[]; body: Filter; rest: Filter }
  | { kind: "call"; name: string; args: readonly Filter[] }
  | { kind: "variable"; name: string };

export type Pattern =
  | { kind: "variable"; name: string }
  | { kind: "array"; items: readonly Pattern[] }
  | { kind: "object"; entries: readonly { key: Filter; variable: string | undefined; value: Pattern | undefined }[] };

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** A filter that cannot be read. */
export class JqSyntaxError extends Error {}
