import type { HttpRequest } from "#base/http.ts";
import type { User } from "#machinery/user.ts";

/** What a request asks for, as authorization and routing see it. */
export interface RequestInfo {
  /** What is asked: `get`, `list`, `create` … of resources, the method in lower case of other paths. */
  readonly verb: string;
  /** Decoded, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Undefined for paths that are no resources: `/version`, `/api/v1`. */
  readonly resource?: ResourcePath | undefined;
}

export interface ResourcePath {
  readonly group: string;
  readonly version: string;
  /** Plural. */
  readonly plural: string;
  /** Empty for all namespaces and for what is not namespaced. */
  readonly namespace: string;
  readonly name: string;
  readonly subresource: string;
  /** What follows the subresource, with its slash: `/index.html`. Kept as it was sent. */
  readonly rest: string;
}

/** A request and who sent it. */
export interface ApiRequest {
  readonly info: RequestInfo;
  readonly http: HttpRequest;
  readonly user: User;
  /** Warnings for the answer's headers. */
  readonly warnings: string[];
}

const namespaceSubresources: readonly string[] = ["status", "finalize"];

/** Reads a request's URL and method. */
export function requestInfo({ method, url }: HttpRequest): RequestInfo {
  const parsed = new URL(url, "http://server");
  const query = parsed.searchParams;
  const path = decoded(parsed.pathname);
  // A slash that was escaped is a slash like any other, but to who is behind a proxy.
  const isProxied = parsed.pathname.includes("/proxy");
  const [first = "", ...parts] = (isProxied ? parsed.pathname : parsed.pathname.replace(/%2f/gi, "/")).split("/").slice(1);
  const plain: RequestInfo = { verb: method.toLowerCase(), path, query };
  if (first !== "api" && first !== "apis") return plain;
  const [group, version, ...rest] = first === "api" ? ["", ...parts] : parts;
  if (group === undefined || version === undefined || rest.length === 0 || rest[0] === "") return plain;
  const isOldWatch = rest[0] === "watch" && rest.length > 1;
  const resource = resourcePath(group, version, isOldWatch ? rest.slice(1) : rest);
  const wantsWatch = isOldWatch || isTrue(query.get("watch"));
  return { ...plain, resource, verb: verbOf(method, resource, wantsWatch, isOldWatch) };
}

function resourcePath(group: string, version: string, raw: readonly string[]): ResourcePath {
  const parts = raw.map(decoded);
  const base = { group, version };
  const isNamespaced = parts[0] === "namespaces" && parts.length > 2 && !namespaceSubresources.includes(parts[2] ?? "");
  if (!isNamespaced) {
    const [plural = "", name = "", subresource = ""] = parts;
    const namespace = plural === "namespaces" && group === "" ? name : "";
    return { ...base, plural, namespace, name, subresource, rest: restOf(raw, 3) };
  }
  const [, namespace = "", plural = "", name = "", subresource = ""] = parts;
  return { ...base, plural, namespace, name, subresource, rest: restOf(raw, 5) };
}

const restOf = (raw: readonly string[], from: number) => (raw.length > from ? `/${raw.slice(from).join("/")}` : "");

function verbOf(method: string, { name }: ResourcePath, wantsWatch: boolean, isOldWatch: boolean): string {
  switch (method) {
    case "GET":
      if (wantsWatch && (!name || isOldWatch)) return "watch";
      return name ? "get" : "list";
    case "POST":
      return "create";
    case "PUT":
      return "update";
    case "PATCH":
      return "patch";
    case "DELETE":
      return name ? "delete" : "deletecollection";
    default:
      return method.toLowerCase();
  }
}

/** As Go reads booleans in queries: present is true, but for `0` and `false`. */
export const isTrue = (value: string | null): boolean => value !== null && value !== "0" && value.toLowerCase() !== "false";

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
