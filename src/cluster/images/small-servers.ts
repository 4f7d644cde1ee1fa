import { textResponse } from "#base/http.ts";
import { textOf } from "#base/streams.ts";
import { defineImage, type Server } from "./image.ts";
import { hostOf, slashTime, targetOf } from "./serving.ts";

/** A header's name as Go writes it: `User-Agent`. */
const canonical = (name: string) => name.replace(/(^|-)([a-z])/g, (_, dash: string, letter: string) => dash + letter.toUpperCase());

const goEnds = { TERM: { code: 143 }, INT: { code: 130 } } as const;

const echo: Server = ({ env }) => {
  const port = Number(env.get("PORT") ?? 8080);
  return {
    prints: `Echo server listening on port ${port}.\n`,
    ports: {
      [port]: (request, { hostname, log }) => {
        const target = targetOf(request);
        log(`${request.client ?? ""}:${40_000 + target.length * 131} | ${request.method} ${target}\n`);
        const headers = Object.entries(request.headers)
          .filter(([name]) => name !== "host")
          .map(([name, value]) => `${canonical(name)}: ${value}`)
          .sort();
        const body = request.body?.length ? `\n\n${textOf(request.body)}` : "";
        return textResponse(
          200,
          `Request served by ${hostname}\n\nHTTP/1.1 ${request.method} ${target}\n\nHost: ${hostOf(request)}\n${headers.join("\n")}${body}\n`,
          "text/plain",
        );
      },
    },
    signals: goEnds,
  };
};

export const echoServer = defineImage({
  name: "kicbase/echo-server",
  aliases: ["jmalloc/echo-server"],
  tags: ["1.0", "latest"],
  size: "4.7Mi",
  pullSeconds: 1.5,
  entrypoint: ["/bin/echo-server"],
  base: "none",
  main: echo,
});

const helloApp = (version: string, tags: readonly string[]) => {
  const hello: Server = ({ env, startedAt }) => {
    const port = Number(env.get("PORT") ?? 8080);
    return {
      errors: `${slashTime(startedAt)} Server listening on port ${port}\n`,
      ports: {
        [port]: (request, { hostname, logError, now }) => {
          logError(`${slashTime(now())} Serving request: ${new URL(request.url).pathname}\n`);
          return textResponse(200, `Hello, world!\nVersion: ${version}\nHostname: ${hostname}\n`);
        },
      },
      signals: goEnds,
    };
  };
  return defineImage({
    name: "gcr.io/google-samples/hello-app",
    aliases: ["us-docker.pkg.dev/google-samples/containers/gke/hello-app"],
    tags,
    size: "11Mi",
    pullSeconds: 2,
    entrypoint: ["./hello-app"],
    base: "alpine",
    main: hello,
  });
};

export const helloApp1 = helloApp("1.0.0", ["1.0"]);
export const helloApp2 = helloApp("2.0.0", ["2.0", "latest"]);

export const nodeHello = defineImage({
  name: "gcr.io/google-samples/node-hello",
  tags: ["1.0"],
  size: "240Mi",
  pullSeconds: 9,
  command: ["/bin/sh", "-c", "node server.js"],
  base: "debian",
  main: () => ({ ports: { 8080: () => textResponse(200, "Hello Kubernetes!", "text/plain") } }),
});

/** Says who it is and what it was asked. */
export const whoami = defineImage({
  name: "traefik/whoami",
  aliases: ["containous/whoami"],
  tags: ["latest", "v1.8", "v1.9", "v1.10", "v1.11", "v1.10.1", "v1.10.3"],
  size: "2.6Mi",
  pullSeconds: 1.2,
  entrypoint: ["/whoami"],
  base: "none",
  main: ({ startedAt }) => ({
    prints: `${slashTime(startedAt)} Starting up on port 80\n`,
    ports: {
      80: (request, { hostname, net }) => {
        const headers = Object.entries(request.headers)
          .filter(([name]) => name !== "host")
          .map(([name, value]) => `${canonical(name)}: ${value}\n`)
          .sort();
        return textResponse(
          200,
          `Hostname: ${hostname}\nIP: 127.0.0.1\nIP: ::1\nIP: ${net.address}\nRemoteAddr: ${request.client ?? ""}:41234\n${request.method} ${targetOf(request)} HTTP/1.1\nHost: ${hostOf(request)}\n${headers.join("")}\n`,
        );
      },
    },
    signals: goEnds,
  }),
});

const httpEcho: Server = ({ args, env, startedAt }) => {
  const said = (name: string) => {
    const at = args.findIndex((word) => word.replace(/^--?/, "").split("=")[0] === name);
    const word = args[at];
    return word === undefined ? undefined : word.includes("=") ? word.slice(word.indexOf("=") + 1) : args[at + 1];
  };
  const text = said("text") ?? env.get("ECHO_TEXT");
  const port = Number(/(\d+)$/.exec(said("listen") ?? ":5678")?.[1] ?? 5678);
  if (text === undefined) return { errors: "Missing -text option!\n", exits: { code: 127 } };
  return {
    prints: `${slashTime(startedAt)} Server is listening on :${port}\n`,
    ports: {
      [port]: (request, { log, now }) => {
        log(
          `${slashTime(now())} ${hostOf(request)} ${request.client ?? ""}:41234 "${request.method} ${targetOf(request)} HTTP/1.1" 200 ${text.length + 1} "${request.headers["user-agent"] ?? ""}" 22.5µs\n`,
        );
        return textResponse(200, `${text}\n`);
      },
    },
    signals: { TERM: { code: 0, prints: "" }, INT: { code: 0 } },
  };
};

export const hashicorpHttpEcho = defineImage({
  name: "hashicorp/http-echo",
  tags: ["latest", "0.2.1", "0.2.2", "0.2.3", "1.0", "1.0.0", "1"],
  size: "3.2Mi",
  pullSeconds: 1.3,
  entrypoint: ["/http-echo"],
  base: "none",
  servers: { "/http-echo": httpEcho },
});

/** Burns a little time for every request, so that something can be scaled. */
export const hpaExample = defineImage({
  name: "registry.k8s.io/hpa-example",
  aliases: ["k8s.gcr.io/hpa-example"],
  tags: ["latest"],
  size: "160Mi",
  pullSeconds: 7,
  command: ["apache2-foreground"],
  base: "debian",
  usage: { cpu: "1m", memory: "11Mi" },
  main: () => ({
    ports: {
      80: async (_request, { burn }) => {
        // A million square roots.
        await burn(60);
        return textResponse(200, "OK!", "text/html; charset=UTF-8");
      },
    },
    signals: { TERM: { code: 0 }, WINCH: { code: 0 } },
  }),
  stopSignal: "WINCH",
});
