import type { HttpRequest, HttpResponse } from "#base/http.ts";
import { bodyText, textResponse } from "#base/http.ts";
import { parseGoDuration } from "#machinery/duration.ts";
import { formatTime } from "#machinery/time.ts";
import { defineImage, type Serve, type Server, type ServerStart, type Serving, type ServingContainer } from "./image.ts";
import { goNotFound, klogHead, targetOf } from "./serving.ts";

/** The value of a flag, in either of its two forms. */
function flag(args: readonly string[], name: string, usual: string): string {
  for (let i = 0; i < args.length; i++) {
    const [word, value] = (args[i] ?? "").replace(/^--?/, "").split(/=(.*)/s);
    if (word === name) return value ?? args[i + 1] ?? usual;
  }
  return usual;
}

const log = (at: number, line: string) => `${klogHead(at, "log.go:195")}${line}\n`;

/** `2026-11-23 13:34:45.123456789 +0000 UTC m=+12.345678901`, as Go prints a time. */
function goTime(at: number, startedAt: number): string {
  const fraction = String(Math.floor(at % 1000)).padStart(3, "0");
  return `${formatTime(at).replace("T", " ").slice(0, -1)}.${fraction}456789 +0000 UTC m=+${((at - startedAt) / 1000).toFixed(9)}`;
}

const plain = (text: string, status = 200): HttpResponse => textResponse(status, text);

const queryOf = (request: HttpRequest) => new URL(request.url).searchParams;

type Path = (request: HttpRequest, container: ServingContainer) => HttpResponse | Promise<HttpResponse>;

const paths: Readonly<Record<string, Path>> = {
  "/": (_, { now, startedAt }) => plain(`NOW: ${goTime(now(), startedAt)}`),
  "/clientip": ({ client }) => plain(`${client ?? "127.0.0.1"}:${40_000 + (((client ?? "").length * 977) % 20_000)}`),
  "/echo": (request) => plain(queryOf(request).get("msg") ?? ""),
  "/exit": (request, container) => {
    const code = Number(queryOf(request).get("code") ?? 0);
    container.exit(Number.isInteger(code) ? code : 0);
    return plain("");
  },
  "/header": (request) => plain(request.headers[(queryOf(request).get("key") ?? "").toLowerCase()] ?? ""),
  "/healthz": (_, { state }) => plain("", state.unhealthy ? 412 : 200),
  "/hostname": (_, { hostname }) => plain(hostname),
  "/hostName": (_, { hostname }) => plain(hostname),
  "/redirect": (request) => {
    const query = queryOf(request);
    return { status: Number(query.get("code") ?? 302), headers: { location: query.get("location") ?? "/" }, body: new Uint8Array() };
  },
  "/shell": shell,
  "/shutdown": (_, container) => {
    container.exit(0);
    return plain("");
  },
  "/dial": dial,
};

async function shell(request: HttpRequest, container: ServingContainer): Promise<HttpResponse> {
  const body =
    request.method === "POST" ? new URLSearchParams(await bodyText({ status: 200, headers: {}, body: request.body ?? new Uint8Array() })) : undefined;
  const query = queryOf(request);
  const command = query.get("shellCommand") ?? query.get("cmd") ?? body?.get("shellCommand") ?? body?.get("cmd") ?? "";
  const { code, stdout, stderr } = await container.run([query.get("shell") ?? "/bin/sh", "-c", command]);
  const answer = code === 0 ? { output: stdout + stderr } : { error: `exit status ${code}`, output: stdout + stderr };
  return plain(JSON.stringify(answer));
}

/** Asks another one for its name or address, as often as wanted. */
async function dial(request: HttpRequest, { net }: ServingContainer): Promise<HttpResponse> {
  const query = queryOf(request);
  const asked = query.get("request") ?? "hostname";
  const target = `http://${query.get("host") ?? "localhost"}:${query.get("port") ?? "8080"}/${asked}`;
  const responses: string[] = [];
  const errors: string[] = [];
  for (let i = 0; i < Math.min(Number(query.get("tries") ?? 1), 100); i++) {
    try {
      responses.push(await bodyText(await net.fetch({ method: "GET", url: target, headers: { host: new URL(target).host } })));
    } catch (error) {
      errors.push(error instanceof Error ? error.message : String(error));
    }
  }
  return plain(JSON.stringify({ responses, ...(errors.length > 0 ? { errors } : {}) }));
}

const netexecPath: Serve = (request, container) => {
  container.log(log(container.now(), `GET ${targetOf(request)}`));
  const { pathname } = new URL(request.url);
  const answer = paths[pathname] ?? paths["/"];
  return answer ? answer(request, container) : goNotFound();
};

function netexec({ args, startedAt }: ServerStart): Serving {
  const http = Number(flag(args, "http-port", "8080"));
  const udp = Number(flag(args, "udp-port", "8081"));
  const lines = [`Started HTTP server on port ${http}`, ...(udp === -1 ? [] : [`Started UDP server on port  ${udp}`])];
  return { errors: lines.map((line) => log(startedAt, line)).join(""), ports: { [http]: netexecPath }, signals: ends };
}

const ends = { TERM: { code: 143 }, INT: { code: 130 } } as const;

const serveHostname = ({ args, hostname, startedAt }: ServerStart): Serving => {
  const port = Number(flag(args, "port", "9376"));
  return {
    errors: log(startedAt, "Serving on port 9376."),
    ports: {
      [port]: (_, { log: print, now }) => {
        print(log(now(), `HTTP request from ${hostname}`));
        return plain(hostname);
      },
    },
    signals: { TERM: { code: 0 }, INT: { code: 0 } },
  };
};

/** Well for ten seconds, then ill for good: what the documentation shows liveness probes with. */
const liveness = (port: number): Serving => ({
  restless: true,
  ports: {
    [port]: (request, { now, startedAt }) => {
      const seconds = (now() - startedAt) / 1000;
      if (new URL(request.url).pathname === "/started") return plain(`${seconds}s`);
      return seconds > 10 ? plain(`error: ${seconds}`, 500) : plain("ok");
    },
  },
  signals: ends,
});

function grpcHealth({ args, startedAt }: ServerStart): Serving {
  const port = Number(flag(args, "port", "5000"));
  const httpPort = Number(flag(args, "http-port", "8080"));
  const delay = Number(flag(args, "delay-unhealthy-sec", "-1"));
  return {
    errors: `${startedAt >= 0 ? log(startedAt, `Http server starting to listen on :${httpPort}`) : ""}${log(startedAt, `gRPC server starting to listen on :${port}`)}`,
    ports: { [httpPort]: (request) => (/\/make-(not-)?serving$/.test(new URL(request.url).pathname) ? plain("OK") : goNotFound()) },
    healthPort: port,
    health: (service, now) =>
      service !== "" && service !== flag(args, "service", "main")
        ? undefined
        : delay >= 0 && now - startedAt > delay * 1000
          ? "NOT_SERVING"
          : "SERVING",
    signals: ends,
  };
}

const commands: Readonly<Record<string, (start: ServerStart) => Serving>> = {
  netexec,
  "serve-hostname": serveHostname,
  liveness: () => liveness(8080),
  "grpc-health-checking": grpcHealth,
  pause: () => ({ prints: "Paused\n", signals: { TERM: { code: 0 }, INT: { code: 0 } } }),
  "test-webserver": () => ({ ports: { 80: () => plain("") }, signals: ends }),
  nettest: () => ({ ports: { 8080: () => plain("pass") }, signals: ends }),
  "fake-gitserver": () => ({ ports: { 8000: () => plain("I am a fake git server") }, signals: ends }),
  "no-snat-test": () => ({ ports: { 8080: ({ client }) => plain(client ?? "") }, signals: ends }),
  "entrypoint-tester": ({ args }) => ({ prints: `${args.join(" ")}\n`, exits: { code: 0 } }),
  help: () => ({ prints: usage, exits: { code: 0 } }),
  "--help": () => ({ prints: usage, exits: { code: 0 } }),
};

const usage = `Behaves differently depending on the given command

Usage:
  app [command]

Available Commands:
  entrypoint-tester      Prints the args it's passed and exits
  fake-gitserver         Fakes a git server
  grpc-health-checking   Starts a simple grpc health checking endpoint
  help                   Help about any command
  liveness               Starts a server that is alive for 10 seconds
  netexec                Starts a HTTP(S) server on given port with various functions
  nettest                Starts a tiny web server for checking networking connectivity
  no-snat-test           Creates the /checknosnat endpoint
  pause                  Pauses
  serve-hostname         Serves the hostname
  test-webserver         Starts a simple HTTP fileserver
`;

const agnhostServer: Server = (start) => {
  const [, command = "pause", ...rest] = start.args;
  const known = commands[command];
  if (known) return known({ ...start, args: rest });
  return { errors: `Error: unknown command "${command}" for "app"\nRun 'app --help' for usage.\n`, exits: { code: 1 } };
};

/** The small server that stood for agnhost's when real kubelets were recorded. */
const standIn: Server = ({ args, startedAt }) => {
  const port = Number(flag(args, "port", "8080"));
  const after = parseGoDuration(flag(args, "fail-after", flag(args, "stop-after", "0s")));
  const milliseconds = typeof after === "number" ? after : 0;
  const signals = { TERM: { code: 0 }, INT: { code: 0 }, QUIT: { code: 0 } } as const;
  switch (args[1]) {
    case "http": {
      const slow: Serve = async (request, { now, sleep }) => {
        const { pathname } = new URL(request.url);
        if (pathname === "/slow") await sleep(5000);
        if (pathname === "/healthz") return plain("", now() - startedAt > 10_000 ? 500 : 200);
        return pathname === "/" || pathname === "/slow" ? plain("ok\n") : goNotFound();
      };
      return { ports: { [port]: slow }, listensAfterMs: 40, restless: true, signals };
    }
    case "tcp":
      return { tcp: [port], ...(milliseconds > 0 ? { closesAfterMs: milliseconds, restless: true } : {}), signals };
    case "grpc":
      return {
        restless: true,
        healthPort: port,
        listensAfterMs: 300,
        health: (service, now) => (service !== "" ? undefined : milliseconds > 0 && now - startedAt > milliseconds ? "NOT_SERVING" : "SERVING"),
        signals,
      };
    case "eat":
      return { memory: { bytes: Number.MAX_SAFE_INTEGER, afterMs: 400 } };
    default:
      return { errors: `srv: unknown command ${args[1]}\n`, exits: { code: 2 } };
  }
};

export const agnhost = defineImage({
  name: "registry.k8s.io/e2e-test-images/agnhost",
  aliases: ["k8s.gcr.io/e2e-test-images/agnhost"],
  tags: [...Array.from({ length: 50 }, (_, i) => `2.${i + 11}`), "latest"],
  size: "52Mi",
  pullSeconds: 3.5,
  entrypoint: ["/agnhost"],
  command: ["pause"],
  base: "alpine",
  tools: ["curl", "dig", "nslookup", "host"],
  servers: { "/agnhost": agnhostServer, "/usr/local/bin/srv": standIn },
});

export const serveHostnameImage = defineImage({
  name: "registry.k8s.io/serve_hostname",
  aliases: ["k8s.gcr.io/serve_hostname", "gcr.io/google_containers/serve_hostname", "registry.k8s.io/serve-hostname"],
  tags: ["latest", "1.1", "1.2", "1.3", "1.4", "v1.4"],
  size: "2.4Mi",
  pullSeconds: 1.2,
  entrypoint: ["/serve_hostname"],
  base: "none",
  servers: { "/serve_hostname": serveHostname },
});

export const liveness1 = defineImage({
  name: "registry.k8s.io/liveness",
  aliases: ["k8s.gcr.io/liveness", "gcr.io/google_containers/liveness"],
  tags: ["latest"],
  size: "2.1Mi",
  pullSeconds: 1.1,
  entrypoint: ["/server"],
  base: "none",
  servers: { "/server": () => liveness(8080) },
});
