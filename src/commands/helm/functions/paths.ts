import { typed } from "../../go-template/functions.ts";
import { TemplateProblem } from "../../go-template/problem.ts";
import { isNil, type TemplateFunction, type Value } from "../../go-template/values.ts";
import { kindName } from "./convert.ts";

/** A path without `.`, `..` and doubled slashes, as far as that can be said of it alone. */
export function cleanPath(path: string): string {
  if (path === "") return ".";
  const isRooted = path.startsWith("/");
  const kept: string[] = [];
  for (const name of path.split("/")) {
    if (name === "" || name === ".") continue;
    if (name !== "..") kept.push(name);
    else if (kept.length > 0 && kept.at(-1) !== "..") kept.pop();
    else if (!isRooted) kept.push("..");
  }
  return (isRooted ? "/" : "") + kept.join("/") || (isRooted ? "/" : ".");
}

export function baseName(path: string): string {
  if (path === "") return ".";
  const bare = path.replace(/\/+$/, "");
  return bare === "" ? "/" : bare.slice(bare.lastIndexOf("/") + 1);
}

export const directory = (path: string): string => cleanPath(path.slice(0, path.lastIndexOf("/") + 1));

const extension = (path: string): string => /\.[^./]*$/.exec(path)?.[0] ?? "";

interface UrlParts {
  scheme: string;
  host: string;
  hostname: string;
  path: string;
  query: string;
  opaque: string;
  fragment: string;
  userinfo: string;
}

function parsedUrl(text: string): UrlParts {
  const [, scheme = "", rest = ""] = /^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(.*)$/s.exec(text) ?? [];
  const [, beforeFragment = "", fragment = ""] = /^([^#]*)(?:#(.*))?$/s.exec(rest) ?? [];
  const [, beforeQuery = "", query = ""] = /^([^?]*)(?:\?(.*))?$/s.exec(beforeFragment) ?? [];
  if (scheme && beforeQuery !== "" && !beforeQuery.startsWith("/"))
    return { scheme: scheme.toLowerCase(), host: "", hostname: "", path: "", query, opaque: beforeQuery, fragment, userinfo: "" };
  const [, authority, path = ""] = /^(?:\/\/([^/]*))?(.*)$/s.exec(beforeQuery) ?? [];
  const at = authority?.lastIndexOf("@") ?? -1;
  const host = authority?.slice(at + 1) ?? "";
  const userinfo = at < 0 ? "" : (authority?.slice(0, at) ?? "");
  const hostname = host.replace(/:\d*$/, "").replace(/^\[(.*)\]$/, "$1");
  return { scheme: scheme.toLowerCase(), host, hostname, path: decoded(path, text), query, opaque: "", fragment, userinfo };
}

function decoded(path: string, whole: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    const wrong = /%(?![0-9a-fA-F]{2}).{0,2}/.exec(path)?.[0] ?? "";
    throw new TemplateProblem(`unable to parse url: parse ${JSON.stringify(whole)}: invalid URL escape ${JSON.stringify(wrong)}`);
  }
}

function joinedUrl(parts: Readonly<Record<string, Value>>): string {
  const of = (key: string): string => {
    const value = parts[key];
    if (value === undefined) return "";
    if (typeof value !== "string")
      throw new TemplateProblem(`unable to parse ${key} key, must be of type string, but ${isNil(value) ? "invalid" : kindName(value)} found`);
    return value;
  };
  const [scheme, opaque, host, userinfo, path] = [of("scheme"), of("opaque"), of("host"), of("userinfo"), of("path")];
  const end = (of("query") ? `?${of("query")}` : "") + (of("fragment") ? `#${of("fragment")}` : "");
  const start = scheme ? `${scheme}:` : "";
  if (opaque) return start + opaque + end;
  const authority =
    scheme || host || userinfo ? (host || path || userinfo ? (host || userinfo ? `//${userinfo ? `${userinfo}@` : ""}${host}` : "") : "") : "";
  const slash = path && !path.startsWith("/") && host ? "/" : "";
  return start + authority + slash + encodeURI(path) + end;
}

const onPath = (work: (path: string) => Value): TemplateFunction => typed(["string"], (path) => work(path as string));

/** Functions on paths and URLs. */
export const paths: Readonly<Record<string, TemplateFunction>> = Object.fromEntries([
  ...(["", "os"] as const).flatMap((prefix) => {
    const named = (name: string) => (prefix === "" ? name : `os${name[0]?.toUpperCase()}${name.slice(1)}`);
    return [
      [named("base"), onPath(baseName)],
      [named("dir"), onPath(directory)],
      [named("clean"), onPath(cleanPath)],
      [named("ext"), onPath(extension)],
      [named("isAbs"), onPath((path) => path.startsWith("/"))],
    ] as const;
  }),
  ["urlParse", typed(["string"], (text) => parsedUrl(text as string))],
  ["urlJoin", typed(["map[string]interface {}"], (parts) => joinedUrl((parts ?? {}) as Record<string, Value>))],
]);
