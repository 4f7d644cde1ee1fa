import { type ErrorCode, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseAllDocuments, type Tags, type YAMLParseError } from "yaml";
import { setKey } from "./json.ts";

/** One document of a YAML text, as JSON values. */
export interface ParsedYaml {
  value: unknown;
  /** Keys that came more than once, with the line on which they came again. */
  duplicates: { line: number; key: string }[];
}

/** YAML that cannot be read, in the words of the library that Kubernetes reads it with: `yaml: line 3: mapping values are not allowed in this context`. */
export class YamlError extends Error {}

const bool = "tag:yaml.org,2002:bool";
const deepest = 100;
const mostAliases = 1000;

/** Reads all documents of a text, without those that are empty; throws `YamlError`. */
export function parseYamlDocuments(text: string, version: YamlVersion = "1.1"): ParsedYaml[] {
  const lines = new LineCounter();
  const parsed = documents(text, lines, version);
  const result: ParsedYaml[] = [];
  for (const document of parsed) {
    const error = document.errors[0];
    if (error) throw new YamlError(message(error, text));
    if (document.contents === null || (isScalar(document.contents) && document.contents.value === null)) continue;
    result.push(new Values(document, lines, version).parsed());
  }
  return result;
}

/** Which words are truths: YAML 1.1 has `yes`, `on`, `n` and the like among them; kustomize reads resources without those, and with times. */
export type YamlVersion = "1.1" | "1.2";

/** Reads the first document of a text; an empty text is null. */
export const parseYaml = (text: string, version: YamlVersion = "1.1"): ParsedYaml =>
  parseYamlDocuments(text, version)[0] ?? { value: null, duplicates: [] };

function documents(text: string, lineCounter: LineCounter, version: YamlVersion) {
  // The library that Kubernetes uses speaks YAML 1.1 (`yes` is true, 0777 octal), but without its times and base-60 numbers.
  const tagNames = new Set([
    "tag:yaml.org,2002:map",
    "tag:yaml.org,2002:seq",
    "tag:yaml.org,2002:str",
    "tag:yaml.org,2002:null",
    bool,
    "tag:yaml.org,2002:int",
    "tag:yaml.org,2002:float",
    "tag:yaml.org,2002:merge",
    "tag:yaml.org,2002:binary",
  ]);
  const known = (tags: Tags) => tags.filter((tag) => typeof tag === "string" || (tagNames.has(tag.tag) && tag.format !== "TIME"));
  // The one that kustomize has reads numbers in both ways, truths as YAML 1.2 does, and times.
  const newer = (tags: Tags): Tags => [...known(tags).filter((tag) => typeof tag === "string" || tag.tag !== bool), "bool", "intOct", "timestamp"];
  try {
    const all = parseAllDocuments(text, {
      version: "1.1",
      customTags: version === "1.1" ? known : newer,
      uniqueKeys: false,
      prettyErrors: false,
      lineCounter,
      stringKeys: false,
      merge: true,
    });
    return Array.isArray(all) ? all : [];
  } catch (error) {
    if (error instanceof RangeError) throw new YamlError("yaml: exceeded max depth");
    throw error;
  }
}

/** A day is a time, and a time stays as it is written. */
const timeText = (value: Date, source: string): string => (source.includes(":") ? source : `${value.toISOString().slice(0, 19)}Z`);

class Values {
  readonly #document: ReturnType<typeof documents>[number];
  readonly #lines: LineCounter;
  readonly #version: YamlVersion;
  readonly #duplicates: ParsedYaml["duplicates"] = [];
  #aliases = 0;

  constructor(document: ReturnType<typeof documents>[number], lines: LineCounter, version: YamlVersion) {
    this.#document = document;
    this.#version = version;
    this.#lines = lines;
  }

  parsed(): ParsedYaml {
    return { value: this.#value(this.#document.contents, 0), duplicates: this.#duplicates };
  }

  #value(node: unknown, depth: number): unknown {
    if (depth > deepest) throw new YamlError("yaml: exceeded max depth");
    if (isAlias(node)) {
      if (++this.#aliases > mostAliases) throw new YamlError("yaml: document contains excessive aliasing");
      const target = node.resolve(this.#document);
      if (!target) throw new YamlError(`yaml: unknown anchor '${node.source}' referenced`);
      return this.#value(target, depth + 1);
    }
    if (isSeq(node)) return node.items.map((item) => this.#value(item, depth + 1));
    if (isMap(node)) {
      const object: Record<string, unknown> = {};
      for (const { key, value } of node.items) {
        if (isScalar(key) && key.source === "<<" && key.type === "PLAIN") this.#merge(object, this.#value(value, depth + 1));
        else this.#set(object, this.#key(key, value), key, this.#value(value, depth + 1));
      }
      return object;
    }
    if (isScalar(node)) return node.value instanceof Date ? timeText(node.value, node.source ?? "") : this.#scalar(node.value);
    return null;
  }

  #scalar(value: unknown): unknown {
    if (typeof value === "bigint") return Number(value);
    if (value instanceof Uint8Array) return String.fromCharCode(...value);
    return value === undefined ? null : value;
  }

  #key(key: unknown, value?: unknown): string {
    if (this.#version === "1.1" && isScalar(key) && key.value === null) {
      const of = isScalar(value) ? JSON.stringify(this.#scalar(value.value)) : value === null ? "null" : "map[interface {}]interface {}{}";
      throw new YamlError(`unsupported map key of type: %!s(<nil>), key: <nil>, value: ${of === "null" ? "interface {}(nil)" : of}`);
    }
    if (isScalar(key)) return key.value === null && key.source ? key.source : String(this.#scalar(key.value));
    if (key === null) return "null";
    if (isAlias(key)) return String(this.#value(key, 0));
    throw new YamlError(`error converting YAML to JSON: yaml: invalid map key: ${JSON.stringify(this.#value(key as Node, 0))}`);
  }

  #set(object: Record<string, unknown>, key: string, node: unknown, value: unknown): void {
    if (Object.hasOwn(object, key)) {
      const offset = (node as Node | null)?.range?.[0] ?? 0;
      this.#duplicates.push({ line: this.#lines.linePos(offset).line, key });
    }
    setKey(object, key, value);
  }

  #merge(object: Record<string, unknown>, from: unknown): void {
    for (const source of Array.isArray(from) ? from : [from]) {
      if (typeof source !== "object" || source === null) throw new YamlError("yaml: map merge requires map or sequence of maps as the value");
      for (const [key, value] of Object.entries(source)) if (!Object.hasOwn(object, key)) setKey(object, key, value);
    }
  }
}

/** What the other library says, and whether its scanner or its parser says it: they count lines from one and from zero. */
const words: Partial<Record<ErrorCode, readonly ["scanner" | "parser", string]>> = {
  BAD_DQ_ESCAPE: ["scanner", "found unknown escape character"],
  BAD_INDENT: ["parser", "did not find expected key"],
  BAD_SCALAR_START: ["scanner", "found character that cannot start any token"],
  BLOCK_AS_IMPLICIT_KEY: ["scanner", "mapping values are not allowed in this context"],
  KEY_OVER_1024_CHARS: ["scanner", "could not find expected ':'"],
  MULTILINE_IMPLICIT_KEY: ["scanner", "mapping values are not allowed in this context"],
  TAB_AS_INDENT: ["scanner", "found character that cannot start any token"],
};

function message(error: YAMLParseError, text: string): string {
  const at = error.pos[0];
  // What ends right behind a bracket or a comma lacks a value; elsewhere it lacks the bracket.
  if (/^Flow (map|sequence)/.test(error.message) && /[[{,]\s*$/.test(text))
    return said("parser", endLine(text, at), "did not find expected node content");
  if (/^Flow (map|sequence)/.test(error.message))
    return said("parser", endLine(text, at), `did not find expected ',' or '${error.message.startsWith("Flow map") ? "}" : "]"}'`);
  if (error.code === "MISSING_CHAR") {
    if (/quote/i.test(error.message)) return said("scanner", lineOf(text, text.length), "found unexpected end of stream");
    if (/implicit/i.test(error.message)) return said("scanner", lineOf(text, at) + 1, "could not find expected ':'");
    return said("parser", lineOf(text, at), "did not find expected key");
  }
  if (error.code === "MULTILINE_IMPLICIT_KEY" && isKeyOfMapping(text, at))
    return said("scanner", lineOf(text, at) + 1, "could not find expected ':'");
  const [by, what] = words[error.code] ?? (["parser", "did not find expected node content"] as const);
  if (what.startsWith("mapping values")) return said(by, lineOf(text, at + Math.max(0, text.slice(at).search(/:(\s|$)/))), what);
  return said(by, lineOf(text, at), what);
}

/** The line is left out where it is the first: both count it as none. */
const said = (by: "scanner" | "parser", line: number, what: string) =>
  `yaml: ${line === 0 ? "" : `line ${by === "scanner" ? line + 1 : line}: `}${what}`;

const lineOf = (text: string, at: number) => text.slice(0, at).split("\n").length - 1;

/** At the end of the text a last line without its end counts as ended. */
const endLine = (text: string, at: number) => lineOf(text, at) + (at >= text.trimEnd().length && !text.endsWith("\n") ? 1 : 0);

/** Whether what stands here is in the column of an earlier key, so that it must be a key too. */
function isKeyOfMapping(text: string, at: number): boolean {
  const before = text.slice(0, at).split("\n");
  const column = before.pop()?.length ?? 0;
  for (const line of before.reverse()) {
    const start = line.search(/[^\s-]/);
    if (start === column && /:(\s|$)/.test(line)) return true;
    if (start >= 0 && start < column) return false;
  }
  return false;
}
