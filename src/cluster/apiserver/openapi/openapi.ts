import { sha512 } from "@noble/hashes/sha2.js";
import type { HttpResponse } from "#base/http.ts";
import { bytesOf } from "#base/streams.ts";
import type { GroupVersionKind } from "#machinery/object.ts";
import { openApiProtobuf } from "#machinery/openapi-protobuf.ts";
import { type StructSchema, schemaById, schemaOf } from "#machinery/schema.ts";
import type { Discovery } from "../discovery/discovery.ts";
import { plain } from "../http/answer.ts";
import { wishes } from "../http/negotiation.ts";
import type { ApiRequest } from "../http/request.ts";
import type { Registry, Resource } from "../registry.ts";
import { serverVersion } from "../version.ts";
import { type Operation, operationsOf, tagOf, versionPath } from "./operations.ts";
import { type FieldDocs, type SchemaJson, SchemaWriter } from "./schemas.ts";

const meta = "apimachinery.pkg.apis.meta.v1";
const shared: Readonly<Record<string, StructSchema>> = {
  get Status() {
    return schemaById(`${meta}.Status`);
  },
  get DeleteOptions() {
    return schemaById(`${meta}.DeleteOptions`);
  },
};

const info = { title: "Kubernetes", version: `v${serverVersion.major}.${serverVersion.minor}` };
const security = { BearerToken: { type: "apiKey", description: "Bearer Token authentication", name: "authorization", in: "header" } };
const patchTypes = [
  "application/apply-patch+yaml",
  "application/json-patch+json",
  "application/merge-patch+json",
  "application/strategic-merge-patch+json",
];
const mediaTypes = ["application/json", "application/yaml"];

const jsonTypes: ReadonlySet<string> = new Set(["application/json", "application/*", "*/*"]);
const protobufTypes: ReadonlySet<string> = new Set([
  "application/com.github.proto-openapi.spec.v2@v1.0+protobuf",
  "application/com.github.proto-openapi.spec.v2.v1.0+protobuf",
]);

interface Document {
  readonly json: string;
  readonly hash: string;
  /** Made when it is asked for. */
  protobuf?: Uint8Array;
}

/** Describes the API by itself: a document a group and version (v3), and all in one (v2). Made when asked for, of what is served then. */
export class OpenApi {
  readonly #registry: Registry;
  readonly #discovery: Discovery;
  readonly #docs: () => Promise<FieldDocs>;
  #made = new Map<string, Document>();
  #generation = -1;

  constructor(registry: Registry, discovery: Discovery, docs: () => Promise<FieldDocs>) {
    this.#registry = registry;
    this.#discovery = discovery;
    this.#docs = docs;
  }

  /** Answers the paths of `/openapi`; undefined for all others. */
  async answer({ info: { path }, http }: ApiRequest): Promise<HttpResponse | undefined> {
    if (!path.startsWith("/openapi/")) return undefined;
    const docs = await this.#docs();
    if (this.#generation !== this.#registry.generation) {
      this.#made = new Map();
      this.#generation = this.#registry.generation;
    }
    const v3 = /^\/openapi\/v3(?:\/(.*))?$/.exec(path);
    if (v3?.[1] === "" || (v3 && v3[1] === undefined)) return text(JSON.stringify({ paths: this.#index(docs) }), "text/plain; charset=utf-8");
    const document = v3 ? this.#versionDocument(v3[1] ?? "", docs) : path === "/openapi/v2" ? this.#wholeDocument(docs) : undefined;
    if (!document) return plain(404, "404 page not found\n");
    const wanted = wishes(http.headers["accept"] ?? "*/*").find(({ type }) => jsonTypes.has(type) || (!v3 && protobufTypes.has(type)));
    if (!wanted) return plain(406, "");
    const headers = { etag: `"${document.hash}"`, "cache-control": v3 ? "public" : "no-cache, private", vary: "Accept" };
    if (jsonTypes.has(wanted.type)) return text(document.json, "application/json", headers);
    document.protobuf ??= openApiProtobuf(JSON.parse(document.json));
    return {
      status: 200,
      headers: { "content-type": "application/com.github.proto-openapi.spec.v2.v1.0+protobuf", ...headers },
      body: document.protobuf,
    };
  }

  #index(docs: FieldDocs): object {
    const entries = this.#discovery.groups.flatMap(({ name, versions }) => versions.map(({ version }) => versionPath(name, version)));
    const url = (path: string) => ({ serverRelativeURL: `/openapi/v3/${path}?hash=${this.#versionDocument(path, docs)?.hash ?? ""}` });
    return Object.fromEntries(entries.sort().map((path) => [path, url(path)]));
  }

  #versionDocument(path: string, docs: FieldDocs): Document | undefined {
    const resources = this.#registry.all().filter(({ gvk }) => versionPath(gvk.group, gvk.version) === path);
    if (resources.length === 0) return undefined;
    return this.#once(path, () => {
      const writer = new SchemaWriter(docs, "#/components/schemas/");
      const paths = pathsOf(resources, writer, operationV3, parameterV3);
      return { openapi: "3.0.0", info, paths, components: { schemas: sorted(writer.schemas), securitySchemes: security } };
    });
  }

  #wholeDocument(docs: FieldDocs): Document {
    return this.#once("v2", () => {
      const writer = new SchemaWriter(docs, "#/definitions/");
      const paths = pathsOf(this.#registry.all(), writer, operationV2, parameterV2);
      return { swagger: "2.0", info, paths, definitions: sorted(writer.schemas), securityDefinitions: security, security: [{ BearerToken: [] }] };
    });
  }

  #once(key: string, make: () => object): Document {
    let made = this.#made.get(key);
    if (!made) {
      const json = JSON.stringify(make());
      const digest = sha512(bytesOf(json));
      made = {
        json,
        hash: Array.from(digest, (byte) => byte.toString(16).padStart(2, "0"))
          .join("")
          .toUpperCase(),
      };
      this.#made.set(key, made);
    }
    return made;
  }
}

const text = (body: string, contentType: string, headers: Record<string, string> = {}): HttpResponse => ({
  status: 200,
  headers: { "content-type": contentType, ...headers },
  body: bytesOf(body),
});

type WriteOperation = (operation: Operation, writer: SchemaWriter, refTo: (of: Operation["sends"] | Operation["gives"]) => SchemaJson) => object;

function pathsOf(
  resources: readonly Resource[],
  writer: SchemaWriter,
  write: WriteOperation,
  parameter: (param: Operation["params"][number]) => object,
): object {
  const refTo = (of: Operation["sends"] | Operation["gives"]): SchemaJson => {
    if (of === undefined || of === "text") return { type: "string" };
    if (of === "Patch") return { type: "object" };
    if (typeof of === "string") return writer.ref(shared[of] ?? schemaById(`${meta}.Status`));
    const custom = resources.find(
      ({ kind, gvk }) =>
        kind.custom && gvk.group === of.group && gvk.version === of.version && (gvk.kind === of.kind || `${gvk.kind}List` === of.kind),
    );
    if (custom) {
      const { gvk, listKind, kind } = custom;
      return gvk.kind === of.kind ? writer.custom(gvk, kind.declared) : writer.customList(gvk, listKind, kind.declared);
    }
    const schema = schemaOf(of) ?? resources.find(({ gvk }) => sameKind(gvk, of))?.schema;
    if (schema?.type === "struct") return writer.ref(schema, [of]);
    return { type: "object" };
  };
  const paths: Record<string, Record<string, object>> = {};
  for (const resource of resources)
    for (const operation of operationsOf(resource)) {
      const path = paths[operation.path] ?? {};
      paths[operation.path] = path;
      const common = { tags: [tagOf(resource.gvk)], operationId: operation.id, parameters: operation.params.map(parameter) };
      const kind = { "x-kubernetes-action": operation.action, "x-kubernetes-group-version-kind": operation.gvk };
      path[operation.method] = { ...common, ...write(operation, writer, refTo), ...kind };
    }
  return sorted(paths);
}

const sameKind = (a: GroupVersionKind, b: GroupVersionKind) => a.group === b.group && a.version === b.version && a.kind === b.kind;

const sorted = <T>(map: Record<string, T>): Record<string, T> => Object.fromEntries(Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1)));

const statuses = ({ method }: Operation): readonly string[] =>
  method === "post"
    ? ["200", "201", "202"]
    : method === "put" || method === "patch"
      ? ["200", "201"]
      : method === "delete"
        ? ["200", "202"]
        : ["200"];

const parameterV3 = ({ name, in: where, type }: Operation["params"][number]) => ({
  name,
  in: where,
  ...(where === "path" ? { required: true } : {}),
  schema: { type, uniqueItems: true },
});

const parameterV2 = ({ name, in: where, type }: Operation["params"][number]) => ({
  name,
  in: where,
  ...(where === "path" ? { required: true } : {}),
  type,
  uniqueItems: true,
});

const operationV3: WriteOperation = (operation, _, refTo) => {
  const { sends, gives } = operation;
  const content = (types: readonly string[], schema: SchemaJson) => Object.fromEntries(types.map((type) => [type, { schema }]));
  const streams = operation.action === "list" ? [...mediaTypes, "application/json;stream=watch"] : mediaTypes;
  const answer = { description: "OK", content: content(gives === "text" ? ["*/*"] : streams, refTo(gives)) };
  const body = sends && {
    content: content(sends === "Patch" ? patchTypes : ["*/*"], refTo(sends)),
    ...(sends === "DeleteOptions" ? {} : { required: true }),
  };
  return {
    ...(body ? { requestBody: body } : {}),
    responses: { ...Object.fromEntries(statuses(operation).map((status) => [status, answer])), "401": { description: "Unauthorized" } },
  };
};

const operationV2: WriteOperation = (operation, _, refTo) => {
  const { sends, gives, params } = operation;
  const answer = { description: "OK", schema: refTo(gives) };
  const body = sends && { name: "body", in: "body", ...(sends === "DeleteOptions" ? {} : { required: true }), schema: refTo(sends) };
  return {
    consumes: sends === "Patch" ? patchTypes : ["*/*"],
    produces: gives === "text" ? ["*/*"] : mediaTypes,
    schemes: ["https"],
    ...(body ? { parameters: [...params.map(parameterV2), body] } : {}),
    responses: { ...Object.fromEntries(statuses(operation).map((status) => [status, answer])), "401": { description: "Unauthorized" } },
  };
};
