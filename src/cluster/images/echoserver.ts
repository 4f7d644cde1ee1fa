import type { HttpRequest, HttpResponse } from "#base/http.ts";
import { textResponse } from "#base/http.ts";
import { textOf } from "#base/streams.ts";
import { defineImage, type Server } from "./image.ts";
import { accessTime, hostOf, targetOf } from "./serving.ts";

const headersOf = (request: HttpRequest) =>
  Object.entries({ ...request.headers, host: hostOf(request) })
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`);

const bodyOf = (request: HttpRequest) => (request.body?.length ? textOf(request.body) : "-no body in request-");

function parts(request: HttpRequest) {
  const url = new URL(request.url);
  return {
    client: request.client ?? "127.0.0.1",
    path: url.pathname,
    query: url.search.slice(1) || "nil",
    uri: `http://${url.hostname}:8080${targetOf(request)}`,
  };
}

function answer14(request: HttpRequest): HttpResponse {
  const { client, path, query, uri } = parts(request);
  const lines = [
    "CLIENT VALUES:",
    `client_address=${client}`,
    `command=${request.method}`,
    `real path=${path}`,
    `query=${query}`,
    "request_version=1.1",
    `request_uri=${uri}`,
    "",
    "SERVER VALUES:",
    "server_version=nginx: 1.10.0 - lua: 10001",
    "",
    "HEADERS RECEIVED:",
    ...headersOf(request),
    "BODY:",
    bodyOf(request),
  ];
  return textResponse(200, lines.join("\n"), "text/plain", { server: "nginx/1.10.0" });
}

function answer110(request: HttpRequest, hostname: string): HttpResponse {
  const { client, path, query, uri } = parts(request);
  const lines = [
    "",
    "",
    `Hostname: ${hostname}`,
    "",
    "Pod Information:",
    "\t-no pod information available-",
    "",
    "Server values:",
    "\tserver_version=nginx: 1.13.3 - lua: 10008",
    "",
    "Request Information:",
    `\tclient_address=${client}`,
    `\tmethod=${request.method}`,
    `\treal path=${path}`,
    `\tquery=${query === "nil" ? "" : query}`,
    "\trequest_version=1.1",
    "\trequest_scheme=http",
    `\trequest_uri=${uri}`,
    "",
    "Request Headers:",
    ...headersOf(request).map((line) => `\t${line}`),
    "",
    "Request Body:",
    `\t${bodyOf(request)}`,
    "",
    "",
  ];
  return textResponse(200, lines.join("\n"), "text/plain", { server: "echoserver" });
}

const server =
  (answer: (request: HttpRequest, hostname: string) => HttpResponse): Server =>
  () => ({
    ports: {
      8080: (request, { hostname, log, now }) => {
        const response = answer(request, hostname);
        const size = response.body instanceof Uint8Array ? response.body.length : 0;
        log(
          `${request.client ?? "-"} - - [${accessTime(now())}] "${request.method} ${targetOf(request)} HTTP/1.1" 200 ${size} "-" "${request.headers["user-agent"] ?? "-"}"\n`,
        );
        return response;
      },
    },
    signals: { TERM: { code: 0 }, QUIT: { code: 0 }, INT: { code: 0 } },
  });

const names = {
  name: "registry.k8s.io/echoserver",
  aliases: ["k8s.gcr.io/echoserver", "gcr.io/google_containers/echoserver", "gcr.io/google-containers/echoserver"],
};

export const echoserver14 = defineImage({
  ...names,
  tags: ["1.0", "1.1", "1.2", "1.3", "1.4", "1.5", "1.6", "1.7", "1.8"],
  size: "48Mi",
  pullSeconds: 4,
  entrypoint: ["/usr/local/bin/run.sh"],
  base: "debian",
  main: server(answer14),
});

export const echoserver110 = defineImage({
  ...names,
  tags: ["1.9", "1.10"],
  size: "41Mi",
  pullSeconds: 3.8,
  entrypoint: ["/usr/local/bin/run.sh"],
  base: "alpine",
  main: server(answer110),
});
