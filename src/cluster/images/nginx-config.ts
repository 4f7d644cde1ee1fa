import type { HttpRequest, HttpResponse } from "#base/http.ts";
import { bytesOf } from "#base/streams.ts";
import { FileError, type FileSystem } from "#shell/file-system.ts";
import { NetError } from "#shell/process.ts";
import type { ServingContainer } from "./image.ts";
import { hostOf, httpTime, targetOf } from "./serving.ts";
import { ownPage, staticFile } from "./static-files.ts";

/** What of an nginx configuration decides about answers. */
export interface NginxConfig {
  servers: readonly ServerBlock[];
}

export interface ServerBlock {
  ports: readonly number[];
  /** Those among them that speak TLS, and in which versions, 1.3 as 13. */
  securePorts: readonly number[];
  protocols: readonly number[];
  names: readonly string[];
  root: string;
  index: readonly string[];
  /** Directives that answer by themselves, and headers. */
  rules: readonly Directive[];
  locations: readonly Location[];
}

interface Location {
  match: "prefix" | "exact" | "regex";
  path: string;
  expression?: RegExp;
  rules: readonly Directive[];
}

interface Directive {
  name: string;
  args: readonly string[];
  block?: readonly Directive[];
}

/** What the files of the image say. */
export const usualConfig = (port: number): NginxConfig => ({
  servers: [
    {
      ports: [port],
      securePorts: [],
      protocols: [],
      names: ["localhost"],
      root: "/usr/share/nginx/html",
      index: ["index.html", "index.htm"],
      rules: [],
      locations: [],
    },
  ],
});

class Unreadable extends Error {}

/** Reads a configuration and all that it includes. */
export function parseNginx(files: FileSystem, path: string): NginxConfig | { problem: string } {
  try {
    const top = readFile(files, path);
    const http = top.find(({ name }) => name === "http")?.block ?? [];
    const servers = http.filter(({ name }) => name === "server").map(({ block = [] }) => serverBlock(block, http));
    return { servers };
  } catch (error) {
    if (error instanceof Unreadable) return { problem: error.message };
    if (error instanceof FileError) return { problem: `open() "${path}" failed (2: No such file or directory)` };
    throw error;
  }
}

function serverBlock(block: readonly Directive[], http: readonly Directive[]): ServerBlock {
  const portOf = ({ args }: Directive) => Number(/(\d+)$/.exec(args[0] ?? "")?.[1] ?? 80);
  const listening = block.filter(({ name }) => name === "listen");
  const listens = listening.map(portOf);
  const protocols = [block, http].map((one) => one.find(({ name }) => name === "ssl_protocols")?.args).find((args) => args !== undefined);
  return {
    ports: listens.length > 0 ? [...new Set(listens)] : [80],
    securePorts: listening.filter(({ args }) => args.includes("ssl")).map(portOf),
    protocols: (protocols ?? usualProtocols).map((one) => (one === "TLSv1" ? 10 : Number(one.replace("TLSv", "")) * 10)),
    names: block.find(({ name }) => name === "server_name")?.args ?? [],
    root: argOf(block, "root") ?? argOf(http, "root") ?? "/etc/nginx/html",
    index: block.find(({ name }) => name === "index")?.args ?? ["index.html"],
    rules: block.filter(({ name }) => name !== "location"),
    locations: block.filter(({ name }) => name === "location").map(locationOf),
  };
}

function locationOf({ args, block = [] }: Directive): Location {
  const [first = "/", second] = args;
  if (first === "=") return { match: "exact", path: second ?? "/", rules: block };
  if (first === "~" || first === "~*") {
    try {
      return { match: "regex", path: second ?? "", expression: new RegExp(second ?? "", first === "~*" ? "i" : ""), rules: block };
    } catch {
      throw new Unreadable(`pcre2_compile() failed in "${second}"`);
    }
  }
  return { match: "prefix", path: first === "^~" ? (second ?? "/") : first, rules: block };
}

const usualProtocols = ["TLSv1.2", "TLSv1.3"];

/** The version of TLS that both sides speak; undefined without TLS. The failures are those that clients of OpenSSL tell. */
function agreed(server: ServerBlock, port: number, { url, tls = { oldest: 12, newest: 13 } }: HttpRequest): number | undefined {
  const isSecure = server.securePorts.includes(port);
  if (new URL(url).protocol !== "https:") return undefined;
  if (!isSecure) throw new NetError("EPROTO", "error:0A00010B:SSL routines::wrong version number");
  const common = server.protocols.filter((one) => one >= tls.oldest && one <= tls.newest);
  if (common.length === 0) throw new NetError("EPROTO", "error:0A00042E:SSL routines::tlsv1 alert protocol version");
  return Math.max(...common);
}

const argOf = (block: readonly Directive[], wanted: string) => block.find(({ name }) => name === wanted)?.args[0];

function readFile(files: FileSystem, path: string, depth = 0): readonly Directive[] {
  if (depth > 8) throw new Unreadable(`too many levels of include in ${path}`);
  const words = wordsOf(files.readText(path), path);
  let at = 0;
  const parse = (nested: boolean): Directive[] => {
    const found: Directive[] = [];
    let current: string[] = [];
    for (;;) {
      const word = words[at++];
      if (word === undefined) {
        if (nested || current.length > 0)
          throw new Unreadable(`unexpected end of file, expecting ${nested ? '"}"' : '";" or "}"'} in ${path}:${lastLine(words)}`);
        return found;
      }
      if (word.text === "}" && !word.quoted) {
        if (!nested || current.length > 0) throw new Unreadable(`unexpected "}" in ${path}:${word.line}`);
        return found;
      }
      if (word.text === ";" && !word.quoted) {
        const [name = "", ...args] = current;
        if (name === "include") for (const one of included(files, args[0] ?? "")) found.push(...readFile(files, one, depth + 1));
        else if (!known.has(name)) throw new Unreadable(`unknown directive "${name}" in ${path}:${word.line}`);
        else found.push({ name, args });
        current = [];
      } else if (word.text === "{" && !word.quoted) {
        const [name = "", ...args] = current;
        found.push({ name, args, block: name === "types" || name === "map" ? skip() : parse(true) });
        current = [];
      } else current.push(word.text);
    }
  };
  const skip = (): Directive[] => {
    for (let depth = 1; depth > 0 && at < words.length; at++) {
      const text = words[at]?.text;
      if (text === "{") depth++;
      else if (text === "}") depth--;
    }
    return [];
  };
  return parse(false);
}

interface Word {
  text: string;
  line: number;
  quoted: boolean;
}

const lastLine = (words: readonly Word[]) => words.at(-1)?.line ?? 1;

function wordsOf(text: string, path: string): Word[] {
  const words: Word[] = [];
  let line = 1;
  for (let i = 0; i < text.length; ) {
    const char = text[i] as string;
    if (char === "\n") line++;
    if (/\s/.test(char)) i++;
    else if (char === "#") while (i < text.length && text[i] !== "\n") i++;
    else if (char === ";" || char === "{" || char === "}") {
      words.push({ text: char, line, quoted: false });
      i++;
    } else if (char === '"' || char === "'") {
      const end = closing(text, i, char);
      if (end < 0) throw new Unreadable(`unexpected end of file, expecting ";" or "}" in ${path}:${line}`);
      words.push({ text: text.slice(i + 1, end).replaceAll(`\\${char}`, char), line, quoted: true });
      line += text.slice(i, end).split("\n").length - 1;
      i = end + 1;
    } else {
      const found = /^(?:\$\{[^}]*\}|\\.|[^\s;{}])+/.exec(text.slice(i))?.[0] ?? char;
      words.push({ text: found, line, quoted: false });
      i += found.length;
    }
  }
  return words;
}

function closing(text: string, from: number, quote: string): number {
  for (let i = from + 1; i < text.length; i++) {
    if (text[i] === "\\") i++;
    else if (text[i] === quote) return i;
  }
  return -1;
}

function included(files: FileSystem, pattern: string): readonly string[] {
  const path = pattern.startsWith("/") ? pattern : `/etc/nginx/${pattern}`;
  if (!path.includes("*")) return [path];
  const directory = path.slice(0, path.lastIndexOf("/"));
  const expression = new RegExp(
    `^${path
      .slice(directory.length + 1)
      .replace(/[.+^${}()|[\]\\]/g, "\\$&")
      .replaceAll("*", ".*")}$`,
  );
  return files.stat(directory)?.kind === "directory"
    ? files
        .list(directory)
        .filter((name) => expression.test(name))
        .map((name) => `${directory}/${name}`)
    : [];
}

/** Directives that nginx has; those that Podyard gives no meaning are read and do nothing that a client could see. */
const known = new Set(
  "user worker_processes error_log pid daemon events http server worker_connections include default_type log_format access_log sendfile tcp_nopush tcp_nodelay keepalive_timeout gzip gzip_types gzip_min_length gzip_vary gzip_proxied gzip_comp_level listen server_name root index location error_page return rewrite try_files alias proxy_pass proxy_set_header proxy_http_version proxy_redirect proxy_buffering proxy_connect_timeout proxy_read_timeout proxy_send_timeout add_header expires autoindex client_max_body_size charset ssl_certificate ssl_certificate_key ssl_protocols ssl_ciphers ssl_session_cache ssl_session_timeout ssl_prefer_server_ciphers upstream resolver set if allow deny stub_status multi_accept use worker_rlimit_nofile types_hash_max_size server_tokens absolute_redirect fastcgi_pass fastcgi_index fastcgi_param internal limit_req limit_req_zone limit_conn auth_basic auth_basic_user_file sub_filter sub_filter_once large_client_header_buffers client_body_buffer_size real_ip_header set_real_ip_from load_module env types map".split(
    " ",
  ),
);

const titles: Readonly<Record<number, string>> = {
  301: "301 Moved Permanently",
  302: "302 Found",
  307: "307 Temporary Redirect",
  308: "308 Permanent Redirect",
  400: "400 Bad Request",
  401: "401 Authorization Required",
  403: "403 Forbidden",
  404: "404 Not Found",
  405: "405 Not Allowed",
  418: "418",
  500: "500 Internal Server Error",
  502: "502 Bad Gateway",
  503: "503 Service Temporarily Unavailable",
  504: "504 Gateway Time-out",
};

/** What nginx answers. */
export async function answer(
  config: NginxConfig,
  port: number,
  request: HttpRequest,
  container: ServingContainer,
  version: string,
): Promise<HttpResponse> {
  const headers = { server: `nginx/${version}`, date: httpTime(container.now()), connection: "keep-alive" };
  const name = hostOf(request).replace(/:\d+$/, "");
  const here = config.servers.filter(({ ports }) => ports.includes(port));
  const server = here.find(({ names }) => names.includes(name)) ?? here[0];
  if (!server) return errorOf(404, headers, version);
  const tls = agreed(server, port, request);
  if (tls !== undefined) return { ...(await served(server, request, container, headers, version)), tls };
  if (server.securePorts.includes(port)) return errorOf(400, headers, version, "The plain HTTP request was sent to HTTPS port");
  return served(server, request, container, headers, version);
}

async function served(
  server: ServerBlock,
  request: HttpRequest,
  container: ServingContainer,
  headers: Record<string, string>,
  version: string,
): Promise<HttpResponse> {
  const path = new URL(request.url).pathname;
  const location = locationFor(server, path);
  const rules = [...(location?.rules ?? []), ...server.rules];
  for (const { name, args } of rules)
    if (name === "add_header" && args[0]) Object.assign(headers, { [args[0].toLowerCase()]: filled(args[1] ?? "", request, container) });

  const own = [...server.rules.filter(({ name }) => name === "return"), ...(location?.rules ?? [])];
  const returns = own.find(({ name }) => name === "return");
  if (returns) return returned(returns.args, request, container, headers, version, rules);
  const pass = location?.rules.find(({ name }) => name === "proxy_pass");
  if (pass) return proxied(pass.args[0] ?? "", location?.path ?? "/", request, container, headers, version);
  if (location?.rules.some(({ name }) => name === "stub_status"))
    return textAnswer(200, "Active connections: 1 \nserver accepts handled requests\n 1 1 1 \nReading: 0 Writing: 1 Waiting: 0 \n", headers);
  if (request.method !== "GET" && request.method !== "HEAD") return errorOf(405, headers, version);

  const alias = argOf(location?.rules ?? [], "alias");
  const root = alias ?? argOf(location?.rules ?? [], "root") ?? server.root;
  const below = alias !== undefined && location ? `/${path.slice(location.path.length)}`.replace("//", "/") : path;
  const index = location?.rules.find(({ name }) => name === "index")?.args ?? server.index;
  for (const candidate of candidates(rules, below)) {
    if (/^=\d+$/.test(candidate)) return errorOf(Number(candidate.slice(1)), headers, version);
    const found = staticFile(container.files, root.replace(/\/$/, ""), candidate, index);
    if (found === 404) continue;
    if (found === 403) return errorOf(403, headers, version);
    if ("redirect" in found) return { ...errorOf(301, { ...headers, location: `http://${hostOf(request)}${found.redirect}` }, version) };
    return { status: 200, headers: { ...headers, ...found.headers }, body: found.content };
  }
  return errorOf(404, headers, version);
}

function locationFor(server: ServerBlock, path: string): Location | undefined {
  const exact = server.locations.find((one) => one.match === "exact" && one.path === path);
  if (exact) return exact;
  const regex = server.locations.find((one) => one.expression?.test(path));
  if (regex) return regex;
  return server.locations.filter((one) => one.match === "prefix" && path.startsWith(one.path)).sort((a, b) => b.path.length - a.path.length)[0];
}

function candidates(rules: readonly Directive[], path: string): readonly string[] {
  const tries = rules.find(({ name }) => name === "try_files")?.args;
  return tries ? tries.map((one) => one.replaceAll("$uri", path).replace(/\$args|\$is_args/g, "")) : [path];
}

function returned(
  args: readonly string[],
  request: HttpRequest,
  container: ServingContainer,
  headers: Record<string, string>,
  version: string,
  rules: readonly Directive[],
): HttpResponse {
  const [first = "404", text] = args;
  const isCode = /^\d{3}$/.test(first);
  const status = isCode ? Number(first) : 302;
  const said = isCode ? text : first;
  if (said === undefined) return errorOf(status, headers, version);
  const value = filled(said, request, container);
  if (status >= 300 && status < 400) return errorOf(status, { ...headers, location: value }, version);
  const type =
    rules.find(({ name, args: [header] }) => name === "add_header" && header?.toLowerCase() === "content-type")?.args[1] ??
    argOf(rules, "default_type") ??
    "application/octet-stream";
  return textAnswer(status, value, { ...headers, "content-type": type });
}

function textAnswer(status: number, text: string, headers: Record<string, string>): HttpResponse {
  const body = bytesOf(text);
  return { status, headers: { "content-type": "text/plain", ...headers, "content-length": String(body.length) }, body };
}

const errorOf = (status: number, headers: Record<string, string>, version: string, why?: string): HttpResponse => {
  const title = titles[status] ?? String(status);
  return ownPage(
    status,
    `<html>\r\n<head><title>${why === undefined ? title : `${status} ${why}`}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n${why === undefined ? "" : `<center>${why}</center>\r\n`}<hr><center>nginx/${version}</center>\r\n</body>\r\n</html>\r\n`,
    headers,
  );
};

async function proxied(
  target: string,
  location: string,
  request: HttpRequest,
  container: ServingContainer,
  headers: Record<string, string>,
  version: string,
): Promise<HttpResponse> {
  const url = new URL(filled(target, request, container));
  const asked = targetOf(request);
  const replaced = url.pathname !== "/" || target.endsWith("/") ? url.pathname + asked.slice(location.length) : asked;
  try {
    const response = await container.net.fetch({
      ...request,
      url: `${url.origin}${replaced.startsWith("/") ? replaced : `/${replaced}`}`,
      headers: { ...request.headers, host: url.host },
    });
    return { ...response, headers: { ...response.headers, ...headers } };
  } catch (error) {
    if (error instanceof NetError) return errorOf(error.code === "ETIMEDOUT" ? 504 : 502, headers, version);
    throw error;
  }
}

/** Variables of a text replaced by what they stand for. */
function filled(text: string, request: HttpRequest, container: ServingContainer): string {
  const url = new URL(request.url);
  const values: Readonly<Record<string, string>> = {
    hostname: container.hostname,
    host: hostOf(request).replace(/:\d+$/, ""),
    uri: url.pathname,
    request_uri: targetOf(request),
    args: url.search.slice(1),
    remote_addr: request.client ?? "",
    scheme: url.protocol.slice(0, -1),
    request_method: request.method,
    server_addr: container.net.address,
    server_port: url.port || "80",
    http_user_agent: request.headers["user-agent"] ?? "",
  };
  return text
    .replace(
      /\$\{?(\w+)\}?/g,
      (whole, name: string) => values[name] ?? (name.startsWith("http_") ? (request.headers[name.slice(5).replaceAll("_", "-")] ?? "") : whole),
    )
    .replaceAll("\\n", "\n");
}
