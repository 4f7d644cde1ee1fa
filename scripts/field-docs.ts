// What Kubernetes says of each field in prose, out of the types of @kubernetes/client-node (which are made of release 1.36's OpenAPI). It is long
// and rarely read, so it is an asset that the API server asks for when somebody does: `kubectl explain`.
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { structs } from "../src/generated/schema.ts";

type Docs = Record<string, { text?: string; fields?: Record<string, string> }>;

/** The docs of every schema that is known by its id. */
export function fieldDocs(): Docs {
  const folder = join(dirname(createRequire(import.meta.url).resolve("@kubernetes/client-node")), "gen/models");
  const classes = new Set(
    readdirSync(folder)
      .filter((file) => file.endsWith(".d.ts"))
      .map((file) => file.replace(".d.ts", "")),
  );
  const docs: Docs = {};
  for (const id of Object.keys(structs)) {
    const name = classNames(id).find((each) => classes.has(each));
    if (name) docs[id] = docsOf(readFileSync(join(folder, `${name}.d.ts`), "utf8"));
  }
  return docs;
}

/** `api.core.v1.EndpointPort` is CoreV1EndpointPort where several groups have one, V1EndpointPort else. */
function classNames(id: string): string[] {
  const [name = "", version = "", group = ""] = id.split(".").toReversed();
  const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
  return [`${capital(group)}${capital(version)}${name}`, `${capital(version)}${name}`];
}

function docsOf(source: string): Docs[string] {
  const comment = /\/\*\*\s*\n((?:\s*\*(?!\/).*\n)+)\s*\*\/\s*\n\s*(?:export declare class (\w+)|'([^']+)'\??:)/g;
  const docs: Docs[string] = {};
  const fields: Record<string, string> = {};
  for (const [, lines = "", ofClass, ofField] of source.matchAll(comment)) {
    const text = plain(lines);
    if (ofClass) docs.text = text;
    else if (ofField) fields[ofField] = text;
  }
  return Object.keys(fields).length > 0 ? { ...docs, fields } : docs;
}

const plain = (comment: string): string =>
  comment
    .split("\n")
    .map((line) => line.replace(/^\s*\* ?/, ""))
    .join("\n")
    .trim()
    .replace(/\\(['"`])/g, "$1")
    .replaceAll("*_/", "*/");
