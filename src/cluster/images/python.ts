import type { HttpRequest, HttpResponse } from "#base/http.ts";
import { textResponse } from "#base/http.ts";
import { formatTime } from "#machinery/time.ts";
import type { FileSystem } from "#shell/file-system.ts";
import { defineImage, type Server, type ServerStart, type Serving } from "./image.ts";
import { tagsOf } from "./serving.ts";
import { staticFile } from "./static-files.ts";

const version = "3.13.9";
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** `23/Nov/2026 13:34:45` */
function logTime(at: number): string {
  const time = formatTime(at);
  return `${time.slice(8, 10)}/${months[Number(time.slice(5, 7)) - 1]}/${time.slice(0, 4)} ${time.slice(11, 19)}`;
}

const escaped = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

function listing(files: FileSystem, directory: string, path: string): string {
  const names = [...files.list(directory)].sort((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1));
  const items = names.map((name) => {
    const isDirectory = files.stat(`${directory}/${name}`)?.kind === "directory";
    return `<li><a href="${encodeURIComponent(name)}${isDirectory ? "/" : ""}">${escaped(name)}${isDirectory ? "/" : ""}</a></li>\n`;
  });
  return `<!DOCTYPE HTML>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<style type="text/css">\n:root {\ncolor-scheme: light dark;\n}\n</style>\n<title>Directory listing for ${escaped(path)}</title>\n</head>\n<body>\n<h1>Directory listing for ${escaped(path)}</h1>\n<hr>\n<ul>\n${items.join("")}</ul>\n<hr>\n</body>\n</html>\n`;
}

const errorPage = (code: number, message: string) =>
  `<!DOCTYPE HTML>\n<html lang="en">\n    <head>\n        <meta charset="utf-8">\n        <style type="text/css">\n            :root {\n                color-scheme: light dark;\n            }\n        </style>\n        <title>Error response</title>\n    </head>\n    <body>\n        <h1>Error response</h1>\n        <p>Error code: ${code}</p>\n        <p>Message: ${message}.</p>\n        <p>Error code explanation: ${code} - ${code === 404 ? "Nothing matches the given URI" : "Server does not support this operation"}.</p>\n    </body>\n</html>\n`;

function answer(request: HttpRequest, files: FileSystem, root: string): HttpResponse & { note?: string } {
  const path = new URL(request.url).pathname;
  if (request.method !== "GET" && request.method !== "HEAD")
    return {
      ...textResponse(501, errorPage(501, `Unsupported method ('${request.method}')`), "text/html;charset=utf-8"),
      note: `code 501, message Unsupported method ('${request.method}')`,
    };
  const found = staticFile(files, root, path, ["index.html", "index.htm"]);
  if (found === 403)
    return textResponse(
      200,
      listing(files, files.resolve("/", root + decodeURIComponent(path)), decodeURIComponent(path)),
      "text/html; charset=utf-8",
    );
  if (typeof found === "number")
    return { ...textResponse(404, errorPage(404, "File not found"), "text/html;charset=utf-8"), note: "code 404, message File not found" };
  if ("redirect" in found) return { status: 301, headers: { location: found.redirect }, body: new Uint8Array() };
  return { status: 200, headers: found.headers, body: found.content };
}

/** `python -m http.server 8000 --directory /srv` */
function httpServer(args: readonly string[], cwd: string): Serving {
  const options = new Map<string, string>();
  let port = 8000;
  for (let i = 0; i < args.length; i++) {
    const [name = "", value] = (args[i] ?? "").split(/=(.*)/s);
    if (name.startsWith("-")) options.set(name, value ?? args[++i] ?? "");
    else port = Number(name);
  }
  const root = options.get("-d") ?? options.get("--directory") ?? cwd;
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    return {
      errors: `usage: server.py [-h] [--cgi] [-b ADDRESS] [-d DIRECTORY] [-p VERSION] [port]\nserver.py: error: argument port: invalid int value: '${args[0]}'\n`,
      exits: { code: 2 },
    };
  return {
    prints: `Serving HTTP on 0.0.0.0 port ${port} (http://0.0.0.0:${port}/) ...\n`,
    ports: {
      [port]: (request, { files, logError, now }) => {
        const { note, ...response } = answer(request, files, root);
        const head = `${request.client ?? "-"} - - [${logTime(now())}]`;
        const { pathname, search } = new URL(request.url);
        logError(`${note ? `${head} ${note}\n` : ""}${head} "${request.method} ${pathname}${search} HTTP/1.1" ${response.status} -\n`);
        return { ...response, headers: { server: `SimpleHTTP/0.6 Python/${version}`, ...response.headers } };
      },
    },
    listensAfterMs: 120,
    signals: { INT: { code: 0, prints: "\nKeyboard interrupt received, exiting.\n" } },
  };
}

const statement =
  /^(?:print\((?:(?:f?"((?:[^"\\{]|\\.)*)"|f?'((?:[^'\\{]|\\.)*)')(?:,\s*flush=True)?)?\)|(?:import|from)\s.*|time\.sleep\((\d+(?:\.\d+)?)\)|(?:sys\.)?exit\((\d*)\))$/;

/** Scripts of texts that are printed and times that are waited: what manifests have in one line. */
function script(text: string): Serving | undefined {
  const later: { afterMs: number; prints: string }[] = [];
  let at = 40;
  for (const line of text.split(/[;\n]/).map((one) => one.trim())) {
    if (line === "") continue;
    const found = statement.exec(line);
    if (!found) return undefined;
    const [, double, single, seconds, code] = found;
    if (line.startsWith("print"))
      later.push({ afterMs: at, prints: `${(double ?? single ?? "").replace(/\\(.)/g, (_, one: string) => ({ n: "\n", t: "\t" })[one] ?? one)}\n` });
    else if (seconds !== undefined) at += Number(seconds) * 1000;
    else if (code !== undefined) return { later, exits: { code: Number(code || 0), afterMs: at + 10 } };
  }
  return { later, exits: { code: 0, afterMs: at + 10 } };
}

const python: Server = ({ args }: ServerStart): Serving => {
  const rest = args.slice(1).filter((word) => word !== "-u");
  if (rest[0] === "-V" || rest[0] === "--version") return { prints: `Python ${version}\n`, exits: { code: 0 } };
  if (rest[0] === "-m" && rest[1] === "http.server") return httpServer(rest.slice(2), "");
  // Nobody types anything at its prompt.
  if (rest.length === 0) return { exits: { code: 0 } };
  const done = rest[0] === "-c" ? script(rest[1] ?? "") : undefined;
  if (done) return done;
  return {
    errors: "python: Not simulated by Podyard: Python but for `-m http.server` and scripts that print and sleep\n",
    exits: { code: 1 },
  };
};

const suffixes = ["slim", "alpine", "bookworm", "slim-bookworm"];

export const pythonImage = defineImage({
  name: "python",
  tags: [
    "latest",
    "slim",
    "alpine",
    "3",
    "3-slim",
    "3-alpine",
    ...["3.14", "3.13", "3.12", "3.11", "3.10", "3.9", "3.8", "3.7"].flatMap((minor) => [minor, ...suffixes.map((suffix) => `${minor}-${suffix}`)]),
    ...tagsOf("3.11", 14, "slim", "alpine").slice(3),
  ],
  size: "45Mi",
  pullSeconds: 4,
  command: ["python3"],
  env: { PATH: "/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin", PYTHON_VERSION: version },
  base: "debian",
  servers: { "/usr/local/bin/python": python, "/usr/local/bin/python3": python },
});
