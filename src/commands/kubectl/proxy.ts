import { RE2JS } from "re2js";
import { type HttpRequest, type HttpResponse, textResponse } from "#base/http.ts";
import { NetError } from "#shell/process.ts";
import { bool, duration, int, string } from "../cli/flags.ts";
import { defineCommand } from "./command.ts";
import { CommandError } from "./errors.ts";

export const proxy = defineCommand({
  name: "proxy",
  group: "Troubleshooting and Debugging Commands:",
  usage: "[--port=PORT] [--www=static-dir] [--www-prefix=prefix] [--api-prefix=prefix]",
  summary: "Run a proxy to the Kubernetes API server",
  description:
    "Creates a proxy server between localhost and the Kubernetes API server. All requests are passed on with your own rights, but for paths that are held back.",
  examples: `# On port 8001
kubectl proxy

# On another port
kubectl proxy --port=8011`,
  flags: {
    "accept-hosts": string({ default: "^localhost$,^127\\.0\\.0\\.1$,^\\[::1\\]$", help: "Regular expressions of hosts that are accepted." }),
    "accept-paths": string({ default: "^.*", help: "Regular expressions of paths that are accepted." }),
    address: string({ default: "127.0.0.1", help: "The address to listen on." }),
    "api-prefix": string({ default: "/", help: "The path under which the API is." }),
    "append-server-path": bool({ help: "Append the kubeconfig's path to each request's." }),
    "disable-filter": bool({ help: "Pass on everything. This is dangerous where others reach the port." }),
    keepalive: duration({ help: "How often an open connection is probed; 0 turns that off." }),
    port: int({ short: "p", default: 8001, help: "The port to listen on; 0 is any." }),
    "reject-methods": string({ default: "^$", help: "Regular expressions of methods that are refused." }),
    "reject-paths": string({ default: "^/api/.*/pods/.*/exec,^/api/.*/pods/.*/attach", help: "Regular expressions of paths that are refused." }),
    "unix-socket": string({ short: "u", help: "A socket to listen on instead." }),
    www: string({ short: "w", help: "A directory of files to serve beside the API.", completes: "file" }),
    "www-prefix": string({ short: "P", default: "/static/", help: "The path under which the files are." }),
  },

  async run({ flags, kube, out, process, changed }) {
    if (changed("port") && flags["unix-socket"]) throw new CommandError("cannot set --unix-socket and --port at the same time");
    if (flags["unix-socket"]) throw new CommandError("Podyard does not simulate --unix-socket");
    const patterns = (text: string) => (text ? text.split(",").map((pattern) => RE2JS.compile(pattern)) : []);
    const [hosts, paths, noPaths, noMethods] = [flags["accept-hosts"], flags["accept-paths"], flags["reject-paths"], flags["reject-methods"]].map(
      patterns,
    );
    const matches = (list: RE2JS[] | undefined, text: string) => (list ?? []).some((pattern) => pattern.matcher(text).find());
    const apiPrefix = flags["api-prefix"].endsWith("/") ? flags["api-prefix"] : `${flags["api-prefix"]}/`;
    const { server } = kube;

    const handle = async (request: HttpRequest): Promise<HttpResponse> => {
      const url = new URL(request.url, "http://localhost");
      const host = (request.headers["host"] ?? url.host).replace(/:\d+$/, "");
      const isAllowed =
        matches(paths, url.pathname) && !matches(noPaths, url.pathname) && !matches(noMethods, request.method) && matches(hosts, host);
      if (!flags["disable-filter"] && !isAllowed) return textResponse(403, "Forbidden\n");
      if (flags.www && url.pathname.startsWith(flags["www-prefix"])) return staticFile(url.pathname.slice(flags["www-prefix"].length));
      if (!url.pathname.startsWith(apiPrefix)) return textResponse(404, "404 page not found\n");
      const { host: _, authorization: __, ...headers } = request.headers;
      return server.pass({ ...request, headers, url: `/${url.pathname.slice(apiPrefix.length)}${url.search}` });
    };
    const staticFile = (path: string): HttpResponse => {
      const { fs } = process.machine;
      const full = fs.resolve(process.cwd, `${flags.www}/${path}`);
      const file = fs.stat(full)?.kind === "directory" ? `${full}/index.html` : full;
      return fs.stat(file)?.kind === "file"
        ? {
            status: 200,
            headers: { "content-type": file.endsWith(".html") ? "text/html; charset=utf-8" : "text/plain; charset=utf-8" },
            body: fs.read(file),
          }
        : textResponse(404, "404 page not found\n");
    };

    const port = flags.port === 0 ? process.machine.random.between(32_768, 60_999) : flags.port;
    if (port < 0 || port > 65_535) throw new CommandError(`listen tcp: address ${port}: invalid port`);
    let close: () => void;
    try {
      close = process.machine.net.listen(port, handle, flags.address);
    } catch (error) {
      if (error instanceof NetError) throw new CommandError(`listen tcp ${flags.address}:${port}: bind: address already in use`);
      throw error;
    }
    if (flags["disable-filter"]) out.error("Request filter disabled, your proxy is vulnerable to XSRF attacks, please be cautious");
    out.line(`Starting to serve on ${flags.address}:${port}`);
    await out.flush();
    try {
      await process.machine.tasks.block((_, fail) => process.signal.addEventListener("abort", () => fail(process.signal.reason), { once: true }));
    } finally {
      close();
    }
  },
});
