import type { HttpResponse } from "#base/http.ts";
import { bytesOf } from "#base/streams.ts";
import type { Program, SignalName } from "#shell/process.ts";
import { defineImage, type Image, type Serve, type Server, type ServerStart, type Serving } from "./image.ts";
import { answer, type NginxConfig, parseNginx, usualConfig } from "./nginx-config.ts";
import { programOf } from "./programs.ts";
import { accessTime, hostOf, slashTime, tagsOf, targetOf } from "./serving.ts";

const welcome = `<!DOCTYPE html>
<html>
<head>
<title>Welcome to nginx!</title>
<style>
html { color-scheme: light dark; }
body { width: 35em; margin: 0 auto;
font-family: Tahoma, Verdana, Arial, sans-serif; }
</style>
</head>
<body>
<h1>Welcome to nginx!</h1>
<p>If you see this page, the nginx web server is successfully installed and
working. Further configuration is required.</p>

<p>For online documentation and support please refer to
<a href="http://nginx.org/">nginx.org</a>.<br/>
Commercial support is available at
<a href="http://nginx.com/">nginx.com</a>.</p>

<p><em>Thank you for using nginx.</em></p>
</body>
</html>
`;

const errorPage = `<!DOCTYPE html>
<html>
<head>
<title>Error</title>
</head>
<body>
<h1>An error occurred.</h1>
<p>Sorry, the page you are looking for is currently unavailable.<br/>
Please try again later.</p>
</body>
</html>
`;

const mainConfig = `
user  nginx;
worker_processes  auto;

error_log  /var/log/nginx/error.log notice;
pid        /var/run/nginx.pid;


events {
    worker_connections  1024;
}


http {
    include       /etc/nginx/mime.types;
    default_type  application/octet-stream;

    log_format  main  '$remote_addr - $remote_user [$time_local] "$request" '
                      '$status $body_bytes_sent "$http_referer" '
                      '"$http_user_agent" "$http_x_forwarded_for"';

    access_log  /var/log/nginx/access.log  main;

    sendfile        on;
    #tcp_nopush     on;

    keepalive_timeout  65;

    #gzip  on;

    include /etc/nginx/conf.d/*.conf;
}
`;

const defaultServer = `server {
    listen       80;
    server_name  localhost;

    #access_log  /var/log/nginx/host.access.log  main;

    location / {
        root   /usr/share/nginx/html;
        index  index.html index.htm;
    }

    #error_page  404              /404.html;

    # redirect server error pages to the static page /50x.html
    #
    error_page   500 502 503 504  /50x.html;
    location = /50x.html {
        root   /usr/share/nginx/html;
    }
}
`;

const entrypointLog = `/docker-entrypoint.sh: /docker-entrypoint.d/ is not empty, will attempt to perform configuration
/docker-entrypoint.sh: Looking for shell scripts in /docker-entrypoint.d/
/docker-entrypoint.sh: Launching /docker-entrypoint.d/10-listen-on-ipv6-by-default.sh
10-listen-on-ipv6-by-default.sh: info: Getting the checksum of /etc/nginx/conf.d/default.conf
10-listen-on-ipv6-by-default.sh: info: Enabled listen on IPv6 in /etc/nginx/conf.d/default.conf
/docker-entrypoint.sh: Sourcing /docker-entrypoint.d/15-local-resolvers.envsh
/docker-entrypoint.sh: Launching /docker-entrypoint.d/20-envsubst-on-templates.sh
/docker-entrypoint.sh: Launching /docker-entrypoint.d/30-tune-worker-processes.sh
/docker-entrypoint.sh: Configuration complete; ready for start up
`;

function notices(at: number, version: string): string {
  const lines = [
    'using the "epoll" event method',
    `nginx/${version}`,
    "built by gcc 12.2.0 (Debian 12.2.0-14) ",
    "OS: Linux 6.18.33",
    "getrlimit(RLIMIT_NOFILE): 1048576:1048576",
    "start worker processes",
    "start worker process 29",
    "start worker process 30",
  ];
  return lines.map((line) => `${slashTime(at)} [notice] 1#1: ${line}\n`).join("");
}

const configFile = "/etc/nginx/nginx.conf";

/** The configuration of a start: the usual one unless volumes show another or the files were changed. */
function configOf(start: ServerStart, port: number): NginxConfig | { problem: string } {
  const looks = start.mounts.some((path) => path === "/" || path.startsWith("/etc/nginx"));
  return looks ? parseNginx(start.files, configFile) : usualConfig(port);
}

function serve(version: string, config: NginxConfig, port: number): Serve {
  return async (request, container) => {
    const response = await answer(config, port, request, container, version);
    const body = response.body instanceof Uint8Array ? response.body.length : 0;
    const client = request.client ?? "-";
    const { referer = "-", "user-agent": agent = "-", "x-forwarded-for": forwarded = "-" } = request.headers;
    container.log(
      `${client} - - [${accessTime(container.now())}] "${request.method} ${targetOf(request)} HTTP/1.1" ${response.status} ${body} "${referer}" "${agent}" "${forwarded}"\n`,
    );
    if (response.status === 404 && config.servers.length > 0)
      container.logError(
        `${slashTime(container.now())} [error] 29#29: *1 open() "${config.servers[0]?.root ?? "/usr/share/nginx/html"}${new URL(request.url).pathname}" failed (2: No such file or directory), client: ${client}, server: localhost, request: "${request.method} ${targetOf(request)} HTTP/1.1", host: "${hostOf(request)}"\n`,
      );
    return request.method === "HEAD" ? headOf(response) : response;
  };
}

const headOf = (response: HttpResponse): HttpResponse => ({ ...response, body: bytesOf("") });

const emergency = (at: number, problem: string) => `${slashTime(at)} [emerg] 1#1: ${problem}\nnginx: [emerg] ${problem}\n`;

const server =
  (version: string, port: number, entrypoint: boolean): Server =>
  (start): Serving => {
    const prints = entrypoint ? entrypointLog : "";
    const ports: Record<number, Serve> = {};
    const use = (config: NginxConfig) => {
      for (const old of Object.keys(ports)) delete ports[Number(old)];
      for (const one of config.servers.flatMap((block) => block.ports)) ports[one] = serve(version, config, one);
    };
    const config = configOf(start, port);
    if ("problem" in config) return { prints, errors: emergency(start.startedAt, config.problem), exits: { code: 1, afterMs: 80 } };
    use(config);
    return {
      prints,
      errors: notices(start.startedAt, version),
      ports,
      listensAfterMs: 40,
      inUse: (taken) => inUse(taken, start.startedAt),
      signals: { QUIT: { code: 0 }, TERM: { code: 0 }, INT: { code: 0 }, HUP: { does: () => reload(start, use) } },
    };
  };

/** Goes on with what its files say now; with what it had, where they are wrong. */
function reload(start: ServerStart, use: (config: NginxConfig) => void): { errors?: string } {
  const config = parseNginx(start.files, configFile);
  if ("problem" in config) return { errors: `${slashTime(start.startedAt)} [emerg] 1#1: ${config.problem}\n` };
  use(config);
  return {};
}

/** It tries five times to get a port that somebody has, and gives up. */
function inUse(port: number, from: number): Pick<Serving, "errors" | "later" | "exits"> {
  const tried = (at: number) =>
    ["0.0.0.0", "[::]"].map((address) => emergency(at, `bind() to ${address}:${port} failed (98: Address already in use)`)).join("") +
    `${slashTime(at)} [notice] 1#1: try again to bind() after 500ms\n`;
  const later = [1, 2, 3, 4].map((turn) => ({ afterMs: turn * 500, errors: tried(from + turn * 500) }));
  const end = { afterMs: 2400, errors: emergency(from + 2500, "still could not bind()") };
  return { errors: tried(from), later: [...later, end], exits: { code: 1, afterMs: 2500 } };
}

const sent: Readonly<Record<string, SignalName>> = { reload: "HUP", quit: "QUIT", stop: "TERM", reopen: "USR1" };

/** `nginx` at a prompt: its version, a test of its files, a signal to the one that runs; or one that serves. */
const nginxProgram =
  (version: string, run: Server): Program =>
  async (process) => {
    const { machine, args } = process;
    const say = async (text: string, code = 0) => {
      await process.stderr.write(bytesOf(text));
      return code;
    };
    if (args.includes("-v") || args.includes("-V")) return say(`nginx version: nginx/${version}\n`);
    if (args.includes("-t")) {
      const config = parseNginx(machine.fs, configFile);
      if ("problem" in config) return say(`nginx: [emerg] ${config.problem}\nnginx: configuration file ${configFile} test failed\n`, 1);
      return say(`nginx: the configuration file ${configFile} syntax is ok\nnginx: configuration file ${configFile} test is successful\n`);
    }
    const word = args[args.indexOf("-s") + 1] ?? "";
    if (args.includes("-s")) {
      const signal = sent[word];
      if (!signal) return say(`nginx: invalid option: "-s ${word}"\n`, 1);
      machine.processes.signal(1, signal);
      return say(`${slashTime(machine.clock.now())} [notice] ${process.pid}#${process.pid}: signal process started\n`);
    }
    return programOf(run)(process);
  };

function nginx(version: string, tags: readonly string[], names: Partial<Pick<Image, "name" | "aliases" | "user">> = {}, port = 80): Image {
  const run = server(version, port, false);
  return defineImage({
    name: "nginx",
    users: { nginx: 101 },
    ...names,
    tags,
    size: "69Mi",
    pullSeconds: 4,
    entrypoint: ["/docker-entrypoint.sh"],
    command: ["nginx", "-g", "daemon off;"],
    env: { NGINX_VERSION: version, NJS_VERSION: "0.8.10", NJS_RELEASE: "1~bookworm", PKG_RELEASE: "1~bookworm", DYNPKG_RELEASE: "1~bookworm" },
    base: "debian",
    tools: ["curl"],
    files: {
      "/docker-entrypoint.sh": '#!/bin/sh\nexec "$@"\n',
      "/usr/share/nginx/html/index.html": welcome,
      "/usr/share/nginx/html/50x.html": errorPage,
      "/etc/nginx/nginx.conf": mainConfig,
      "/etc/nginx/conf.d/default.conf": port === 80 ? defaultServer : defaultServer.replace(/\b80;/, `${port};`),
      "/etc/nginx/mime.types": "types {\n    text/html                                        html htm shtml;\n}\n",
    },
    usage: { cpu: "1m", memory: "8Mi" },
    main: server(version, port, true),
    servers: { "/usr/sbin/nginx": run },
    programs: { "/usr/sbin/nginx": nginxProgram(version, run) },
    stopSignal: "QUIT",
  });
}

const variants = ["alpine", "perl", "alpine-slim", "bookworm"] as const;
const minors: readonly (readonly [minor: string, last: number])[] = [
  ["1.7", 12],
  ["1.8", 1],
  ["1.9", 15],
  ["1.10", 3],
  ["1.11", 13],
  ["1.12", 2],
  ["1.13", 12],
  ["1.14", 2],
  ["1.15", 12],
  ["1.16", 1],
  ["1.17", 10],
  ["1.18", 0],
  ["1.19", 10],
  ["1.20", 2],
  ["1.21", 6],
  ["1.22", 1],
  ["1.23", 4],
  ["1.24", 0],
  ["1.25", 5],
  ["1.26", 3],
  ["1.27", 5],
  ["1.28", 0],
  ["1.29", 3],
];

const moving: Readonly<Record<string, readonly string[]>> = {
  "1.29": ["latest", "mainline", "1", "alpine", "mainline-alpine", "1-alpine", "alpine-slim", "bookworm", "perl"],
  "1.28": ["stable", "stable-alpine", "stable-perl", "stable-bookworm"],
};

/** Every release line of nginx, each saying its own version. */
export const nginxImages: readonly Image[] = minors.map(([minor, last]) =>
  nginx(`${minor}.${last}`, [...tagsOf(minor, last, ...variants), ...(moving[minor] ?? [])]),
);

export const nginxSlim = nginx("1.27.5", ["0.5", "0.6", "0.7", "0.8", "0.9", "0.20", "0.21", "0.24", "0.25", "0.26", "0.27", "latest"], {
  name: "registry.k8s.io/nginx-slim",
  aliases: ["k8s.gcr.io/nginx-slim", "gcr.io/google_containers/nginx-slim"],
});

/** nginx as a user that may not listen on port 80. */
export const nginxUnprivileged = nginx(
  "1.29.3",
  [
    "latest",
    "stable",
    "mainline",
    "alpine",
    "stable-alpine",
    "alpine-slim",
    "1.29",
    "1.29.3",
    "1.28",
    "1.27",
    "1.27.5",
    "1.27-alpine",
    "1.26",
    "1.25",
    "1.25-alpine",
  ],
  { name: "nginxinc/nginx-unprivileged", aliases: ["quay.io/nginx/nginx-unprivileged", "ghcr.io/nginx/nginx-unprivileged"], user: "101" },
  8080,
);
