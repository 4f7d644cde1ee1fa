import { type Document, isMap, isScalar, isSeq, Document as NewDocument, type Node, parse, parseAllDocuments, stringify } from "yaml";
import type { Path } from "../jq/paths.ts";
import type { Json } from "../jq/syntax.ts";
import { isObject } from "../jq/values.ts";

/** Text that is no YAML. */
export class YamlProblem extends Error {}

export const parsedYaml = (text: string): Json => parse(text) as Json;

const layout = (indent: number) => ({ indent, lineWidth: 0, minContentWidth: 0, nullStr: "null" }) as const;

export const yamlOf = (value: Json, indent: number): string => stringify(value, layout(indent));

/** A document of a file: its value, and its text with comments and quotes as they were written. */
export class YamlText {
  readonly #document: Document.Parsed | Document;
  readonly value: Json;

  private constructor(document: Document.Parsed | Document) {
    this.#document = document;
    this.value = (document.toJS() ?? null) as Json;
  }

  /** The documents of a text. Throws a `YamlProblem`. */
  static all(text: string): YamlText[] {
    const documents = parseAllDocuments(text, { uniqueKeys: false });
    if (!Array.isArray(documents)) return [new YamlText(new NewDocument(null))];
    return documents.map((document) => {
      const [problem] = document.errors;
      if (problem)
        throw new YamlProblem(
          `line ${problem.linePos?.[0].line ?? 1}: ${problem.message.split("\n")[0]?.replace(/ at line \d+, column \d+:?$/, "") ?? ""}`,
        );
      return new YamlText(document);
    });
  }

  /** The text of a value that came of this document: what is still as it was keeps how it was written. */
  write(value: Json, path: Path | undefined, indent: number): string {
    if (path && path.length > 0) {
      const node = this.#document.getIn(path, true) as Node | undefined;
      if (node && same(node.toJS(this.#document) as Json, value)) return written(node, indent);
      return yamlOf(value, indent);
    }
    const copy = this.#document.clone();
    if (!isObject(value) && !Array.isArray(value)) return path ? copy.toString(layout(indent)).replace(/^---\n/, "") : yamlOf(value, indent);
    const root = copy.contents;
    const isAlike = (isMap(root) && isObject(value)) || (isSeq(root) && Array.isArray(value));
    // A result that has little to do with the document is no change of it.
    if (!isAlike || (path === undefined && !shares(this.value, value))) return yamlOf(value, indent);
    change(copy, [], this.value, value);
    return copy.toString(layout(indent)).replace(/^---\n/, "");
  }
}

function written(node: Node, indent: number): string {
  const document = new NewDocument(null);
  document.contents = node.clone() as never;
  return document.toString(layout(indent));
}

const same = (left: Json, right: Json): boolean => JSON.stringify(left) === JSON.stringify(right);

/** Whether a map still has a key of another, or a list an entry. */
function shares(before: Json, now: Json): boolean {
  if (isObject(before) && isObject(now)) return Object.keys(now).some((key) => key in before) || Object.keys(before).length === 0;
  return Array.isArray(before) && Array.isArray(now) && now.some((one) => before.some((old) => same(old, one)));
}

/** Brings a document from one value to another, touching only what differs. */
function change(document: Document.Parsed | Document, path: readonly (string | number)[], before: Json, now: Json): void {
  if (same(before, now)) return;
  if (isObject(before) && isObject(now)) {
    for (const key of Object.keys(before)) if (!(key in now)) document.deleteIn([...path, key]);
    for (const [key, value] of Object.entries(now)) {
      if (!(key in before)) document.setIn([...path, key], document.createNode(value));
      else change(document, [...path, key], before[key] ?? null, value);
    }
    return;
  }
  if (Array.isArray(before) && Array.isArray(now)) {
    // Entries that went take their comments with them.
    let kept = before;
    if (now.length < before.length) {
      const left = [...now];
      for (let i = before.length - 1; i >= 0; i--) {
        const at = left.findLastIndex((one) => same(one, before[i] ?? null));
        if (at >= 0) left.splice(at, 1);
        else if (kept.length > now.length) {
          document.deleteIn([...path, i]);
          kept = kept.toSpliced(i, 1);
        }
      }
      for (let i = kept.length - 1; i >= now.length; i--) document.deleteIn([...path, i]);
    }
    now.forEach((value, i) => {
      if (i >= kept.length) document.addIn([...path], document.createNode(value));
      else change(document, [...path, i], kept[i] ?? null, value);
    });
    return;
  }
  const old = path.length > 0 ? document.getIn([...path], true) : document.contents;
  // A scalar keeps its comment.
  if (isScalar(old) && !isObject(now) && !Array.isArray(now)) {
    const quoted = typeof old.value === "string" && typeof now === "string" ? old.type : undefined;
    old.value = now;
    if (quoted) old.type = quoted;
    else delete old.type;
    delete old.source;
    delete old.format;
    return;
  }
  if (path.length === 0) document.contents = document.createNode(now) as never;
  else document.setIn([...path], document.createNode(now));
}
