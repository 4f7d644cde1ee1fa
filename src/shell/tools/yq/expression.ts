import { type BuiltinFunction, Engine, type Scope } from "../jq/evaluate.ts";
import { builtins, rootScope } from "../jq/functions.ts";
import { parseJq } from "../jq/parser.ts";
import type { Path } from "../jq/paths.ts";
import type { Filter, Json } from "../jq/syntax.ts";
import { JqError, type JsonObject } from "../jq/values.ts";
import { parsedYaml, yamlOf } from "./documents.ts";

/** What jq does not know, or does otherwise: yq's own words in jq's. */
const words = `
def keys: keys_unsorted;
def upcase: ascii_upcase;
def downcase: ascii_downcase;
def trim: if type == "string" then sub("^\\\\s+"; "") | sub("\\\\s+$"; "") else . end;
def tag: if type == "null" then "!!null" elif type == "boolean" then "!!bool" elif type == "string" then "!!str" elif type == "number" then (if floor == . then "!!int" else "!!float" end) elif type == "array" then "!!seq" else "!!map" end;
def kind: if type == "array" then "seq" elif type == "object" then "map" else "scalar" end;
def is_key: false;
def pick_keys($k): with_entries(select(.key as $n | $k | index([$n])));
def omit($k): with_entries(select(.key as $n | $k | index([$n]) | not));
def filter(f): map(select(f));
def with(p; f): p |= f;
def sort_keys(p): p |= (if type == "object" then to_entries | sort_by(.key) | from_entries else . end);
def contains_key($k): has($k);
def split_doc: .[];
def to_number: tonumber;
def to_string: tostring;
def _plus($x): if type == "array" then . + [$x] else . + $x end;
def line: error("line is not simulated by Podyard");
def head_comment: "";
def line_comment: "";
def foot_comment: "";
def style: "";
`;

/** Functions of yq's that need YAML itself. */
const own: Readonly<Record<string, BuiltinFunction>> = {
  "from_yaml/0": function* ({ input }) {
    yield { value: parsedYaml(String(input.value)), path: undefined };
  },
  "to_yaml/0": function* ({ input }) {
    yield { value: yamlOf(input.value, 2), path: undefined };
  },
  "_value/0": function* ({ input }) {
    yield { value: parsedYaml(String(input.value)), path: undefined };
  },
};

const all: ReadonlyMap<string, BuiltinFunction> = new Map([...builtins, ...Object.entries(own)]);

let prelude: Scope | undefined;

function scopeOf(): Scope {
  if (!prelude) {
    prelude = rootScope();
    for (const line of words.trim().split("\n")) {
      const filter = parseJq(line);
      if (filter.kind === "define") prelude.define(filter.name, { params: filter.params, body: filter.body, scope: prelude });
    }
  }
  return prelude;
}

/** An expression as yq takes it, in jq's syntax. `together` means that all documents are there at once. */
function translated(expression: string, together: boolean): string {
  // What stands in quotes is left as it is.
  return withAppends(expression)
    .split(/("(?:\\.|[^"\\])*")/)
    .map((part, i) => {
      if (i % 2 === 1) return part;
      let text = part
        .replace(/#.*$/gm, "")
        .replace(/\bstrenv\((\w+)\)/g, '($ENV.$1 // "")')
        .replace(/\benv\((\w+)\)/g, "($ENV.$1 | _value)")
        .replace(/@yaml\b/g, "to_yaml")
        .replace(/@yamld\b/g, "from_yaml")
        .replace(/\bto_json(?:\(\d*\))?/g, "tojson")
        .replace(/\bfrom_json\b/g, "fromjson")
        .replace(/\bdocument_?[iI]ndex\b|\bdi\b/g, "$documentIndex")
        .replace(/\bfile_?[nN]ame\b/g, "$filename")
        .replace(/\*[+dnc?]+(?=[\s$.(])/g, "*");
      if (together) {
        text = text.replace(/\bselect\(\s*(?:file_?[iI]ndex|fi)\s*==\s*(\d+)\s*\)/g, "$$files[$1]");
        text = text.replace(/(?:\.\s+as\s+(\$\w+)\s+)ireduce\s*\(/g, "reduce $$documents[] as $1 (");
      }
      return text.replace(/\bfile_?[iI]ndex\b|\bfi\b/g, "$fileIndex");
    })
    .join("");
}

/** `+= {…}` adds a map to a list as an entry, and to a map its keys. */
function withAppends(expression: string): string {
  let text = expression;
  for (let at = text.search(/\+=\s*\{/); at >= 0; at = text.search(/\+=\s*\{/)) {
    const open = text.indexOf("{", at);
    const end = closing(text, open);
    text = `${text.slice(0, at)}|= _plus(${text.slice(open, end)})${text.slice(end)}`;
  }
  return text;
}

/** Behind the bracket that closes the one at a place. */
function closing(text: string, open: number): number {
  let depth = 0;
  let quoted = false;
  for (let i = open; i < text.length; i++) {
    const character = text[i];
    if (character === "\\" && quoted) i++;
    else if (character === '"') quoted = !quoted;
    else if (!quoted && character === "{") depth++;
    else if (!quoted && character === "}" && --depth === 0) return i + 1;
  }
  return text.length;
}

export interface Found {
  value: Json;
  /** Where in the document it is, if it is a part of it. */
  path: Path | undefined;
}

/** An expression, ready to be put to documents. */
export class Expression {
  readonly #filter: Filter;
  readonly #engine: Engine;

  constructor(text: string, environment: JsonObject, now: () => number, together: boolean) {
    this.#filter = parseJq(translated(text.trim() || ".", together));
    this.#engine = new Engine(all, { inputs: [][Symbol.iterator](), environment, now });
  }

  /** What it gives of a document. */
  *of(value: Json, names: JsonObject): Generator<Found> {
    let scope = scopeOf();
    for (const [name, given] of Object.entries(names)) scope = scope.with(name, given);
    for (const place of this.#engine.run(this.#filter, { value, path: [] }, scope)) yield { value: place.value, path: place.path };
  }
}

export { JqError };
