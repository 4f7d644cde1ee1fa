// What Kubernetes says of each field in prose. It is long and rarely read, so it is an asset that the API server asks for when somebody does:
// `kubectl explain`. Two packages made of release 1.36's OpenAPI have it in the comments of their types: kubernetes-models says it of every field and
// keeps its lines; @kubernetes/client-node has what that leaves out: `kind` and `apiVersion`, and types that are no objects. What is said of quantities,
// times and sets of fields neither has: kubernetes-types does, which is of release 1.30, and they have not changed since.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { structs } from "../src/generated/schema.ts";

interface Doc {
  text?: string;
  fields?: Record<string, string>;
}
type Docs = Record<string, Doc>;

/** Types that are written as strings, by their names in the schema. */
const written: Readonly<Record<string, string>> = {
  "int-or-string": "apimachinery.pkg.util.intstr.IntOrString",
  "micro-time": "apimachinery.pkg.apis.meta.v1.MicroTime",
};

const require = createRequire(import.meta.url);

/** The docs of every schema that is known by its id. */
export function fieldDocs(): Docs {
  const client = clientFiles();
  const models = modelFiles();
  const docs: Docs = {};
  for (const [scalar, text] of [...scalarDocs(client), ...typeDocs()]) docs[scalar] = { text };
  for (const id of Object.keys(structs)) {
    const general = docsIn(client(id), /export declare class \w+|'([^']+)'\??:/);
    const exact = docsIn(models(id), /export interface \w+|"([^"]+)"\??:/);
    const fields = { ...general.fields, ...exact.fields };
    const text = exact.text ?? general.text;
    if (text || Object.keys(fields).length > 0) docs[id] = { ...(text ? { text } : {}), ...(Object.keys(fields).length > 0 ? { fields } : {}) };
  }
  return docs;
}

/** What is said of types that are written as strings: what most fields of such a type have for a comment. */
function scalarDocs(client: (id: string) => string | undefined): Map<string, string> {
  const said = new Map<string, Map<string, number>>();
  for (const [id, { f: fields }] of Object.entries(structs)) {
    const named = Object.entries(fields).filter(([, { t: type }]) => typeof type === "string" && written[type]);
    const comments = named.length > 0 ? docsIn(client(id), /'([^']+)'\??:/).fields : undefined;
    for (const [name, { t: type }] of named) {
      const [scalar, text] = [written[type as string] ?? "", comments?.[name]];
      if (!text) continue;
      const counts = said.get(scalar) ?? new Map<string, number>();
      said.set(scalar, counts.set(text, (counts.get(text) ?? 0) + 1));
    }
  }
  return new Map([...said].map(([scalar, counts]) => [scalar, [...counts].toSorted((a, b) => b[1] - a[1])[0]?.[0] ?? ""]));
}

/** What is said of types that have a name and no fields. */
function typeDocs(): [id: string, text: string][] {
  const folder = dirname(require.resolve("kubernetes-types/package.json"));
  const said = (file: string, name: string): string => {
    const types = readFileSync(join(folder, file), "utf8");
    return plain(new RegExp(`/\\*\\*((?:(?!\\*/)[^])*)\\*/\\s*export (?:type|interface) ${name}\\b`).exec(types)?.[1] ?? "");
  };
  return [
    ["apimachinery.pkg.api.resource.Quantity", said("api/resource.d.ts", "Quantity")],
    ["apimachinery.pkg.apis.meta.v1.FieldsV1", said("meta/v1.d.ts", "FieldsV1")],
    ["apimachinery.pkg.apis.meta.v1.Time", said("meta/v1.d.ts", "Time")],
  ];
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** `api.core.v1.EndpointPort` is CoreV1EndpointPort where several groups have one, V1EndpointPort else. */
function clientFiles(): (id: string) => string | undefined {
  const folder = join(dirname(require.resolve("@kubernetes/client-node")), "gen/models");
  const files = new Set(readdirSync(folder));
  return (id) => {
    const [name = "", version = "", group = ""] = id.split(".").toReversed();
    const file = [`${capital(group)}${capital(version)}${name}.d.ts`, `${capital(version)}${name}.d.ts`].find((each) => files.has(each));
    return file && join(folder, file);
  };
}

/** `api.apps.v1.Deployment` is apps/v1/Deployment; which folder a group has, the groups' own names tell. */
function modelFiles(): (id: string) => string | undefined {
  const models = dirname(require.resolve("kubernetes-models/package.json"));
  const machinery = dirname(require.resolve("@kubernetes-models/apimachinery/package.json"));
  const groups = readdirSync(models, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return (id) => {
    const [name = "", version = "", group = ""] = id.split(".").toReversed();
    const folders = id.startsWith("apimachinery.")
      ? [join(machinery, ...id.split(".").slice(2, -1))]
      : [...(group === "core" ? [""] : groups.map((entry) => entry.name).filter((each) => each.split(".")[0] === group))].map((each) =>
          join(models, each, version),
        );
    return folders.map((folder) => join(folder, `${name}.d.ts`)).find((file) => existsSync(file));
  };
}

/** The comments in a file of types: those of what `named` finds after them. Its group is a field's name; without one it is the type itself. */
function docsIn(file: string | undefined, named: RegExp): Doc {
  if (!file) return {};
  const comment = new RegExp(`/\\*\\*[^\\S\\n]*\\n((?:\\s*\\*(?!/).*\\n)+)\\s*\\*/\\s*\\n\\s*(?:${named.source})`, "g");
  const fields: Record<string, string> = {};
  let text: string | undefined;
  for (const [, lines = "", field] of readFileSync(file, "utf8").matchAll(comment)) {
    if (field) fields[field] ??= plain(lines);
    else text ??= plain(lines);
  }
  return { ...(text === undefined ? {} : { text }), fields };
}

const plain = (comment: string): string =>
  comment
    .split("\n")
    .map((line) => line.replace(/^\s*\* ?/, ""))
    .join("\n")
    .replace(/^@deprecated.*$/m, "")
    .trim()
    .replace(/\*(?:_|\\)\//g, "*/")
    .replace(/\\(['"`*_])/g, "$1");
