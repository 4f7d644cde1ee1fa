import type { HttpRequest } from "#base/http.ts";
import { textResponse } from "#base/http.ts";
import { defineImage, type ServingContainer } from "./image.ts";
import { accessTime, isoTime, page, pathOf, targetOf } from "./serving.ts";

const nginxEnds = { QUIT: { code: 0 }, TERM: { code: 0 }, INT: { code: 0 } } as const;

/** What nginx notes of a request. */
const noted = (request: HttpRequest, { now }: ServingContainer, bytes: number) =>
  `${request.client ?? "-"} - - [${accessTime(now())}] "${request.method} ${targetOf(request)} HTTP/1.1" 200 ${bytes} "-" "${request.headers["user-agent"] ?? "-"}" "-"\n`;

const nginxDemo = (plain: boolean, tags: readonly string[]) =>
  defineImage({
    name: "nginxdemos/hello",
    aliases: ["nginxinc/nginx-hello"],
    tags,
    size: "24Mi",
    pullSeconds: 2.5,
    entrypoint: ["/docker-entrypoint.sh"],
    command: ["nginx", "-g", "daemon off;"],
    base: "alpine",
    main: ({ address }) => ({
      ports: {
        80: (request, container) => {
          const { hostname, log, now } = container;
          const facts = [
            ["Server address", `${address}:80`],
            ["Server name", hostname],
            ["Date", accessTime(now())],
            ["URI", targetOf(request)],
            ["Request ID", idOf(`${hostname}${now()}${request.url}`)],
          ] as const;
          const text = facts.map(([name, value]) => `${name}: ${value}\n`).join("");
          log(noted(request, container, text.length));
          if (plain) return textResponse(200, text, "text/plain");
          const rows = facts.map(([name, value]) => `<p><span>${name}:</span> <span>${value}</span></p>\n`).join("");
          return page(
            200,
            `<!DOCTYPE html>\n<html>\n<head>\n<title>Hello World</title>\n</head>\n<body>\n<div class="info">\n${rows}</div>\n</body>\n</html>\n`,
          );
        },
      },
      listensAfterMs: 40,
      signals: nginxEnds,
    }),
    stopSignal: "QUIT",
  });

/** 32 digits that look like chance and follow from what they name. */
function idOf(text: string): string {
  let [a, b] = [0x811c9dc5, 0x01000193];
  let id = "";
  for (let i = 0; id.length < 32; i++) {
    for (const char of `${i}${text}`) {
      a = Math.imul(a ^ char.charCodeAt(0), 0x01000193) >>> 0;
      b = (Math.imul(b, 31) + a) >>> 0;
    }
    id += b.toString(16).padStart(8, "0");
  }
  return id.slice(0, 32);
}

export const nginxDemos = [nginxDemo(false, ["latest", "0.3", "0.4"]), nginxDemo(true, ["plain-text", "0.3-plain-text", "0.4-plain-text"])];

/** A page that says which pod answers and what MESSAGE says. */
export const helloKubernetes = defineImage({
  name: "paulbouwer/hello-kubernetes",
  tags: ["latest", "1", "1.0", "1.4", "1.5", "1.7", "1.8", "1.9", "1.10", "1.10.1"],
  size: "42Mi",
  pullSeconds: 3,
  command: ["node", "server.js"],
  base: "alpine",
  main: ({ env, hostname }) => {
    const port = Number(env.get("PORT") ?? 8080);
    return {
      prints: `Listening on: http://${hostname}:${port}\n`,
      ports: {
        [port]: () =>
          page(
            200,
            `<!DOCTYPE html>\n<html>\n<head>\n    <title>Hello Kubernetes!</title>\n</head>\n<body>\n  <div class="main">\n    <div class="content">\n      <div id="message">\n  ${env.get("MESSAGE") ?? "Hello world!"}\n</div>\n<div id="info">\n  <table>\n    <tr>\n      <th>namespace:</th>\n      <td>${env.get("KUBERNETES_NAMESPACE") ?? "-"}</td>\n    </tr>\n    <tr>\n      <th>pod:</th>\n      <td>${env.get("KUBERNETES_POD_NAME") ?? hostname}</td>\n    </tr>\n    <tr>\n      <th>node:</th>\n      <td>${env.get("KUBERNETES_NODE_NAME") ?? "-"}</td>\n    </tr>\n  </table>\n</div>\n    </div>\n  </div>\n</body>\n</html>\n`,
          ),
      },
      signals: { TERM: { code: 143 }, INT: { code: 130 } },
    };
  },
});

const podinfoVersion = "6.9.3";

/** A small service with health endpoints: what many guides to tools around Kubernetes deploy. */
export const podinfo = defineImage({
  name: "ghcr.io/stefanprodan/podinfo",
  aliases: ["stefanprodan/podinfo"],
  tags: [
    "latest",
    "6.9.3",
    "6.9.2",
    "6.9.1",
    "6.9.0",
    "6.8.0",
    "6.7.1",
    "6.7.0",
    "6.6.0",
    "6.5.4",
    "6.5.0",
    "6.4.0",
    "6.3.0",
    "6.2.0",
    "6.1.0",
    "6.0.0",
    "5.2.0",
    "5.1.4",
  ],
  size: "38Mi",
  pullSeconds: 3,
  workingDir: "/home/app",
  user: "app",
  users: { app: 100 },
  command: ["./podinfo"],
  base: "alpine",
  tools: ["curl"],
  main: ({ env, startedAt }) => {
    const port = Number(env.get("PODINFO_PORT") ?? 9898);
    const line = (msg: string, more: object) =>
      `${JSON.stringify({ level: "info", ts: isoTime(startedAt), caller: "podinfo/main.go:153", msg, ...more })}\n`;
    const json = (value: unknown, status = 200) => textResponse(status, `${JSON.stringify(value, null, 2)}\n`, "application/json; charset=utf-8");
    return {
      restless: true,
      prints:
        line("Starting podinfo", { version: podinfoVersion, revision: "unknown", port: String(port) }) +
        line("Starting HTTP Server.", { addr: `:${port}` }),
      ports: {
        [port]: (request, { hostname, state, env: environment, exit }) => {
          const path = pathOf(request);
          if (path === "/healthz") return json({ status: "OK" });
          if (path === "/readyz") return state.unready === true ? json({ status: "NOT READY" }, 503) : json({ status: "OK" });
          if (path === "/readyz/enable" || path === "/readyz/disable") {
            state.unready = path === "/readyz/disable";
            return json({ status: "OK" }, 202);
          }
          if (path === "/version") return json({ commit: "unknown", version: podinfoVersion });
          if (path === "/env") return json([...environment].map(([name, value]) => `${name}=${value}`));
          if (path === "/headers") return json(request.headers);
          if (path === "/panic") {
            exit(255);
            return json({}, 500);
          }
          const status = /^\/status\/(\d{3})$/.exec(path)?.[1];
          if (status) return json({ status: Number(status) }, Number(status));
          if (path !== "/" && path !== "/api/info") return textResponse(404, "404 page not found\n");
          return json({
            hostname,
            version: podinfoVersion,
            revision: "unknown",
            color: env.get("PODINFO_UI_COLOR") ?? "#34577c",
            logo: env.get("PODINFO_UI_LOGO") ?? "https://raw.githubusercontent.com/stefanprodan/podinfo/gh-pages/cuddle_clap.gif",
            message: env.get("PODINFO_UI_MESSAGE") ?? `greetings from podinfo v${podinfoVersion}`,
            goos: "linux",
            goarch: "amd64",
            runtime: "go1.25.3",
            num_goroutine: "8",
            num_cpu: "2",
          });
        },
        9797: () => textResponse(200, "# HELP http_requests_total The total number of HTTP requests.\n# TYPE http_requests_total counter\n"),
      },
      signals: { TERM: { code: 0, afterMs: 3000 }, INT: { code: 0, afterMs: 3000 } },
    };
  },
});
