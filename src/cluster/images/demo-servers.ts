import { textResponse } from "#base/http.ts";
import { bytesOf, textOf } from "#base/streams.ts";
import { formatTime } from "#machinery/time.ts";
import type { Program } from "#shell/process.ts";
import { defineImage, type Image } from "./image.ts";
import { accessTime, hostOf, page, pathOf, slashTime, targetOf } from "./serving.ts";

const goEnds = { TERM: { code: 143 }, INT: { code: 130 } } as const;
const canonical = (name: string) => name.replace(/(^|-)([a-z])/g, (_, dash: string, letter: string) => dash + letter.toUpperCase());
const json = (value: unknown, status = 200) => textResponse(status, `${JSON.stringify(value, null, 2)}\n`, "application/json");

/** Says which host answered. */
export const dockerHttpServer = defineImage({
  name: "katacoda/docker-http-server",
  tags: ["latest", "v1", "v2", "health"],
  size: "2.6Mi",
  pullSeconds: 1.3,
  command: ["/app"],
  base: "none",
  main: () => ({
    prints: "Web Server started. Listening on 0.0.0.0:80\n",
    ports: { 80: (_, { hostname }) => textResponse(200, `<h1>This request was processed by host: ${hostname}</h1>\n`, "text/html; charset=utf-8") },
    signals: goEnds,
  }),
});

/** A page of one colour: what is rolled out can be seen. */
const colour = (name: string): Image =>
  defineImage({
    name: "piotrzan/nginx-demo",
    tags: [name],
    size: "9.5Mi",
    pullSeconds: 1.8,
    entrypoint: ["/docker-entrypoint.sh"],
    command: ["nginx", "-g", "daemon off;"],
    base: "alpine",
    main: () => ({
      ports: {
        80: (request, { log, now }) => {
          log(
            `${request.client ?? "-"} - - [${accessTime(now())}] "${request.method} ${targetOf(request)} HTTP/1.1" 200 96 "-" "${request.headers["user-agent"] ?? "-"}" "-"\n`,
          );
          return page(
            200,
            `<!DOCTYPE html>\n<html>\n<head>\n<title>${name}</title>\n</head>\n<body style="background-color: ${name};">\n<h1>${name}</h1>\n</body>\n</html>\n`,
          );
        },
      },
      signals: { QUIT: { code: 0 }, TERM: { code: 0 }, INT: { code: 0 } },
    }),
    stopSignal: "QUIT",
  });

export const nginxColours = ["blue", "green", "red", "yellow"].map(colour);

/** Answers with what it was asked. */
export const httpbin = defineImage({
  name: "kennethreitz/httpbin",
  aliases: ["mccutchen/go-httpbin", "docker.io/kong/httpbin"],
  tags: ["latest", "v2.15.0", "0.1.0"],
  size: "180Mi",
  pullSeconds: 7,
  command: ["gunicorn", "-b", "0.0.0.0:80", "httpbin:app", "-k", "gevent"],
  base: "debian",
  main: ({ startedAt }) => {
    const at = `[${formatTime(startedAt).replace("T", " ").replace("Z", "")} +0000]`;
    return {
      errors: `${at} [1] [INFO] Starting gunicorn 19.9.0\n${at} [1] [INFO] Listening at: http://0.0.0.0:80 (1)\n${at} [1] [INFO] Using worker: gevent\n${at} [8] [INFO] Booting worker with pid: 8\n`,
      listensAfterMs: 600,
      ports: {
        80: async (request, { sleep }) => {
          const path = pathOf(request);
          const url = `http://${hostOf(request)}${targetOf(request)}`;
          const args = Object.fromEntries(new URL(request.url).searchParams);
          const headers = Object.fromEntries(
            Object.entries(request.headers)
              .map(([name, value]) => [canonical(name), value])
              .sort(),
          );
          const origin = request.client ?? "";
          const status = /^\/status\/(\d{3})$/.exec(path)?.[1];
          if (status) return { status: Number(status), headers: {}, body: new Uint8Array() };
          const delay = /^\/delay\/(\d+)$/.exec(path)?.[1];
          if (delay) await sleep(Math.min(10, Number(delay)) * 1000);
          if (path === "/headers") return json({ headers });
          if (path === "/ip") return json({ origin });
          if (path === "/user-agent") return json({ "user-agent": request.headers["user-agent"] ?? null });
          if (path === "/get" || delay) return json({ args, headers, origin, url });
          if (path === "/post" || path === "/put" || path === "/anything") {
            const data = request.body ? textOf(request.body) : "";
            return json({
              args,
              data,
              files: {},
              form: {},
              headers,
              json: null,
              ...(path === "/anything" ? { method: request.method } : {}),
              origin,
              url,
            });
          }
          if (path === "/")
            return page(
              200,
              '<!DOCTYPE html>\n<html lang="en">\n<head>\n    <title>httpbin.org</title>\n</head>\n<body>\n    <h2>httpbin.org</h2>\n</body>\n</html>\n',
            );
          return page(
            404,
            '<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 3.2 Final//EN">\n<title>404 Not Found</title>\n<h1>Not Found</h1>\n<p>The requested URL was not found on the server. If you entered the URL manually please check your spelling and try again.</p>\n',
          );
        },
      },
      signals: { TERM: { code: 0 }, INT: { code: 0 } },
    };
  },
});

/** The demonstration of the book "Kubernetes: Up and Running": its health can be switched off. */
const kuardOf = (colourName: string) =>
  defineImage({
    name: `gcr.io/kuar-demo/kuard-amd64`,
    tags: colourName === "" ? ["latest", "1", "2", "v0.10.0-green"] : [colourName, `v0.10.0-${colourName}`].filter((tag) => tag !== "v0.10.0-green"),
    size: "11Mi",
    pullSeconds: 1.9,
    command: ["/kuard"],
    base: "alpine",
    main: ({ startedAt, hostname }) => ({
      restless: true,
      prints: `${slashTime(startedAt)} Starting kuard version: v0.10.0${colourName ? `-${colourName}` : ""}\n${slashTime(startedAt)} Serving on HTTP on :8080\n`,
      ports: {
        8080: (request, { state, log, now, env }) => {
          const path = pathOf(request);
          log(`${slashTime(now())} ${request.client ?? ""}:41234 ${request.method} ${targetOf(request)}\n`);
          for (const [probe, name] of [
            ["healthy", "/healthy/api"],
            ["ready", "/ready/api"],
          ] as const) {
            if (path === `/${probe}`) return state[probe] === false ? textResponse(500, "fail") : textResponse(200, "ok");
            if (path === name && request.method === "PUT") {
              const wanted = JSON.parse(textOf(request.body ?? bytesOf("{}"))) as { failNext?: number };
              state[probe] = wanted.failNext === undefined || wanted.failNext === 0;
              return textResponse(200, "");
            }
          }
          if (path === "/env/api") return json({ commandLine: ["/kuard"], env: Object.fromEntries(env) });
          if (path === "/")
            return page(
              200,
              `<!doctype html>\n<html lang="en">\n<head>\n  <title>KUAR Demo</title>\n</head>\n<body>\n<h1>Kubernetes Up and Running Demo: ${hostname}</h1>\n</body>\n</html>\n`,
            );
          return textResponse(404, "404 page not found\n");
        },
      },
      signals: { TERM: { code: 0 }, INT: { code: 0 } },
    }),
  });

export const kuards = ["", "blue", "green", "purple"].map(kuardOf);

const remarks = [
  "ERROR An error is usually an exception that has been caught and not handled.",
  "WARN A warning that should be ignored is usually at this level and should be actionable.",
  "INFO This is less important than debug log and is often used to provide context in the current task.",
  "DEBUG This is a debug log that shows a log that can be ignored.",
] as const;

/** `random-logger.sh 100 400 200`: a line every so often, as many as said or without end. */
const randomLogger: Program = async (process) => {
  const [least = 100, most = 400, count = Number.POSITIVE_INFINITY] = process.args.slice(1).map(Number);
  for (let i = 0; i < count; i++) {
    const { random, clock } = process.machine;
    const at = formatTime(clock.now()).replace("Z", "+0000");
    await process.stdout.write(bytesOf(`${at} ${random.pick(remarks)}\n`));
    await process.sleep(random.between(least, Math.max(least, most)));
  }
  return 0;
};

export const randomLoggerImage = defineImage({
  name: "chentex/random-logger",
  tags: ["latest", "v1.0", "v1.0.1", "1.0"],
  size: "2.2Mi",
  pullSeconds: 1.2,
  entrypoint: ["/entrypoint.sh"],
  command: ["100", "400"],
  base: "alpine",
  programs: { "/entrypoint.sh": randomLogger },
});
