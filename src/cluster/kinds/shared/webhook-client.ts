import { quoted } from "#machinery/field-error.ts";
import { portNumberProblems, subdomainProblems } from "#machinery/names.ts";
import type { Field } from "./field.ts";

interface Client {
  url?: string;
  service?: { name?: string; namespace?: string; path?: string; port?: number };
}

/** Where a webhook is: at a URL, or behind a service. */
export function checkWebhookClient(field: Field, { url, service }: Client): void {
  if ((url === undefined) === (service === undefined)) field.required("exactly one of url or service is required");
  else if (url !== undefined) checkWebhookUrl(field.at("url"), url);
  else if (service) checkWebhookService(field.at("service"), service);
}

const form = "; desired format: https://host[/path]";

export function checkWebhookUrl(field: Field, text: string): void {
  const url = parseUrl(text);
  if ("problem" in url) {
    field.required(`url must be a valid URL: parse ${quoted(text)}: ${url.problem}${form}`);
    return;
  }
  if (url.scheme !== "https") field.invalid(url.scheme, `'https' is the only allowed URL scheme${form}`);
  if (!url.host) field.invalid("", `host must be specified${form}`);
  if (url.user !== undefined) field.invalid(url.user, "user information is not permitted in the URL");
  if (url.fragment) field.invalid(url.fragment, "fragments are not permitted in the URL");
  if (url.query) field.invalid(url.query, "query parameters are not permitted in the URL");
}

interface Url {
  scheme: string;
  host: string;
  user?: string;
  query: string;
  fragment: string;
}

/** A URL's parts as Go sees them, which takes nearly everything for one. */
function parseUrl(text: string): Url | { problem: string } {
  if ([...text].some((char) => char < " " || char === "\u007f")) return { problem: "net/url: invalid control character in URL" };
  const [beforeFragment = "", fragment = ""] = cut(text, "#");
  if (beforeFragment.startsWith(":")) return { problem: "missing protocol scheme" };
  const [, scheme = "", afterScheme = beforeFragment] = /^([a-zA-Z][a-zA-Z0-9+.-]*):(.*)$/s.exec(beforeFragment) ?? [];
  const [rest = "", query = ""] = cut(afterScheme, "?");
  if (!scheme && (rest.split("/")[0] ?? "").includes(":")) return { problem: "first path segment in URL cannot contain colon" };
  const authority = /^\/\/([^/]*)/.exec(rest)?.[1] ?? "";
  const badEscape = /%(?![0-9a-f]{2}).{0,2}/is.exec(rest.slice(authority ? authority.length + 2 : 0))?.[0];
  if (badEscape) return { problem: `invalid URL escape ${quoted(badEscape)}` };
  const at = authority.lastIndexOf("@");
  const host = authority.slice(at + 1);
  if (/[ <>"]/.test(host)) return { problem: `invalid character ${JSON.stringify(/[ <>"]/.exec(host)?.[0])} in host name` };
  return { scheme: scheme.toLowerCase(), host, query, fragment, ...(at >= 0 ? { user: authority.slice(0, at) } : {}) };
}

function cut(text: string, at: string): [string, string] {
  const i = text.indexOf(at);
  return i < 0 ? [text, ""] : [text.slice(0, i), text.slice(i + 1)];
}

export function checkWebhookService(field: Field, { name, namespace, path = "", port = 0 }: NonNullable<Client["service"]>): void {
  // The real server takes the one for the other.
  if (!namespace) field.at("name").required();
  if (!name) field.at("namespace").required();
  const problems = portNumberProblems(port);
  if (problems.length > 0) field.at("port").invalid(port, `port is not valid: ${problems.join(", ")}`);

  const at = field.at("path");
  if (path === "" || path === "/") return;
  if (path === "//") {
    at.invalid(path, "segment[0] may not be empty");
    return;
  }
  if (!path.startsWith("/")) at.invalid(path, "must start with a '/'");
  for (const [i, segment] of path.slice(1).replace(/\/$/, "").split("/").entries()) {
    if (!segment) at.invalid(path, `segment[${i}] may not be empty`);
    else for (const why of subdomainProblems(segment)) at.invalid(path, `segment[${i}]: ${why}`);
  }
}
