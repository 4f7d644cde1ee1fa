import type { HttpResponse } from "#base/http.ts";
import { bytesOf as toBytes } from "#base/streams.ts";
import { NetError } from "#shell/process.ts";
import { defineImage, type Image, type Serve, type Server, type ServerStart, type Serving, type ServingContainer } from "../image.ts";
import { dayMonthTime, tagsOf } from "../serving.ts";
import { redisCli } from "./cli.ts";
import { bytesOf, execute, isWrite, type Keyspace } from "./commands.ts";
import { Persistence, saved } from "./persistence.ts";
import { bulk, bulks, decoded, encoded, failure, type Reply } from "./resp.ts";

const port = 6379;

const defaults: Readonly<Record<string, string>> = {
  appendonly: "no",
  bind: "* -::*",
  databases: "16",
  dir: "/data",
  maxclients: "10000",
  maxmemory: "0",
  "maxmemory-policy": "noeviction",
  port: String(port),
  "protected-mode": "no",
  save: "3600 1 300 100 60 10000",
  timeout: "0",
};

/** The options of a command line and of the file that it names: `redis-server /etc/redis.conf --appendonly yes`. */
function settingsOf(start: ServerStart): { settings: Record<string, string>; file: boolean; problem?: string } {
  const settings: Record<string, string> = { ...defaults };
  const set = (name: string, value: string) => {
    settings[name] = name === "maxmemory" ? String(bytesOf(value)) : value;
  };
  let rest = start.args.slice(1);
  const [path] = rest;
  const file = path !== undefined && !path.startsWith("-");
  if (file) {
    rest = rest.slice(1);
    const { files } = start;
    if (files.stat(path)?.kind !== "file")
      return { settings, file, problem: `Fatal error, can't open config file '${path}': No such file or directory` };
    for (const line of new TextDecoder().decode(files.read(path)).split("\n")) {
      const [, name, value = ""] = /^\s*([a-z][\w-]*)\s+(.*?)\s*$/i.exec(line) ?? [];
      if (name) set(name.toLowerCase(), value.replace(/^"(.*)"$/, "$1"));
    }
  }
  for (let i = 0; i < rest.length; i++) {
    const name = rest[i]?.replace(/^--/, "").toLowerCase() ?? "";
    const values: string[] = [];
    while (rest[i + 1] !== undefined && !rest[i + 1]?.startsWith("--")) values.push(rest[++i] ?? "");
    set(name, values.join(" "));
  }
  return { settings, file };
}

function banner(at: number, version: string, file: boolean, mode: string): string {
  const line = (role: string, level: string, text: string, after = 0) => `1:${role} ${dayMonthTime(at + after)} ${level} ${text}\n`;
  return [
    Number(version.split(".")[0]) >= 8 ? "Starting Redis Server\n" : "",
    line("C", "*", "oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo"),
    line("C", "*", `Redis version=${version}, bits=64, commit=00000000, modified=0, pid=1, just started`),
    file
      ? line("C", "*", "Configuration loaded")
      : line(
          "C",
          "#",
          "Warning: no config file specified, using the default config. In order to specify a config file use redis-server /path/to/redis.conf",
        ),
    line("M", "*", "monotonic clock: POSIX clock_gettime", 1),
    line("M", "*", `Running mode=${mode}, port=${port}.`, 1),
    line("M", "*", "Server initialized", 1),
    line("M", "*", "Ready to accept connections tcp", 2),
  ].join("");
}

const farewell = (now: number, { save, appendonly }: Readonly<Record<string, string>>) =>
  [
    `1:signal-handler (${Math.floor(now / 1000)}) Received SIGTERM scheduling shutdown...`,
    `1:M ${dayMonthTime(now)} * User requested shutdown...`,
    ...(appendonly === "yes" ? [`1:M ${dayMonthTime(now)} * Calling fsync() on the AOF file.`] : []),
    ...(save ? [`1:M ${dayMonthTime(now)} * Saving the final RDB snapshot before exiting.`, `1:M ${dayMonthTime(now)} * DB saved on disk`] : []),
    `1:M ${dayMonthTime(now)} # Redis is now ready to exit, bye bye...`,
  ]
    .map((line) => `${line}\n`)
    .join("");

const answer = (reply: Reply): HttpResponse => ({ status: 200, headers: {}, body: toBytes(encoded(reply)) });

/** The words of a command as it came over the network. */
function wordsOf(body: Uint8Array | undefined): string[] | undefined {
  const message = body && decoded(body);
  return message?.type === "list" ? message.items.map((item) => (item.type === "text" ? item.text : "")) : undefined;
}

function serve(version: string, settings: Record<string, string>, leader: string | undefined): Serve {
  return async (request, container) => {
    const words = wordsOf(request.body);
    if (!words) return answer(failure("ERR Protocol error: expected a list of texts"));
    const name = words[0]?.toLowerCase() ?? "";
    if (name === "info") return answer(bulk(info(container, settings, version, leader)));
    if (name === "command") return answer(bulks([]));
    if (leader !== undefined && isWrite(name)) return answer(failure("READONLY You can't write against a read only replica."));
    if (leader !== undefined) return fromLeader(leader, request.body, container);
    const space = keyspaceOf(container, settings, version);
    const disk = new Persistence(container.files, settings, version);
    const { reply, writes } = execute({ space, settings, now: container.now, save: () => saved(disk, space) }, words);
    if (writes && reply.type !== "error") disk.append(space, words);
    return answer(reply);
  };
}

/** What the server holds: at first what its disk has. */
function keyspaceOf({ state, files, now }: ServingContainer, settings: Readonly<Record<string, string>>, version: string): Keyspace {
  const space = (state.keyspace as Keyspace | undefined) ?? new Persistence(files, settings, version).load(now);
  state.keyspace = space;
  return space;
}

/** A replica has what its leader has. */
async function fromLeader(leader: string, body: Uint8Array | undefined, { net }: ServingContainer): Promise<HttpResponse> {
  try {
    return await net.fetch({ method: "POST", url: `redis://${leader}:${port}/`, headers: {}, body });
  } catch (error) {
    if (error instanceof NetError) return answer(failure("MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'."));
    throw error;
  }
}

function info(container: ServingContainer, settings: Readonly<Record<string, string>>, version: string, leader: string | undefined): string {
  const keys = Object.values(keyspaceOf(container, settings, version).keys);
  const expiring = keys.filter(({ expires }) => expires !== undefined).length;
  const replication =
    leader === undefined
      ? ["role:master", "connected_slaves:0"]
      : ["role:slave", `master_host:${leader}`, `master_port:${port}`, "master_link_status:up"];
  return [
    "# Server",
    `redis_version:${version}`,
    "redis_mode:standalone",
    "os:Linux x86_64",
    "process_id:1",
    `tcp_port:${port}`,
    `uptime_in_seconds:${Math.floor((container.now() - container.startedAt) / 1000)}`,
    "",
    "# Clients",
    "connected_clients:1",
    "",
    "# Replication",
    ...replication,
    "",
    "# Keyspace",
    ...(keys.length > 0 ? [`db0:keys=${keys.length},expires=${expiring},avg_ttl=0`] : []),
    "",
  ].join("\r\n");
}

const redisServer =
  (version: string, leaderOf: (start: ServerStart, settings: Readonly<Record<string, string>>) => string | undefined): Server =>
  (start): Serving => {
    if (start.args.includes("--version") || start.args.includes("-v"))
      return { prints: `Redis server v=${version} sha=00000000:0 malloc=jemalloc-5.3.0 bits=64 build=0\n`, exits: { code: 0 } };
    const { settings, file, problem } = settingsOf(start);
    if (problem) return { prints: `1:C ${dayMonthTime(start.startedAt)} # ${problem}\n`, exits: { code: 1 } };
    const leader = leaderOf(start, settings);
    const at = Number(settings.port);
    const before = (container: ServingContainer) => {
      if (settings.save && leader === undefined) saved(new Persistence(container.files, settings, version), keyspaceOf(container, settings, version));
    };
    const end = { code: 0, prints: (now: number) => farewell(now, settings), before };
    return {
      prints: banner(start.startedAt, version, file, "standalone"),
      messages: { [at]: { scheme: "redis", serve: serve(version, settings, leader) } },
      listensAfterMs: 5,
      signals: { TERM: end, INT: end },
    };
  };

const told = (_: ServerStart, settings: Readonly<Record<string, string>>) => (settings.replicaof ?? settings.slaveof)?.split(" ")[0];

function redis(version: string, tags: readonly string[], names: Partial<Pick<Image, "name" | "aliases">> = {}): Image {
  const server = redisServer(version, told);
  const wrapper = "/usr/local/bin/docker-entrypoint.sh";
  return defineImage({
    name: "redis",
    users: { redis: 999 },
    ...names,
    tags,
    size: "52Mi",
    pullSeconds: 3.5,
    entrypoint: ["docker-entrypoint.sh"],
    command: ["redis-server"],
    env: { REDIS_VERSION: version },
    workingDir: "/data",
    base: "debian",
    files: { [wrapper]: '#!/bin/sh\nexec "$@"\n' },
    wrapper,
    servers: { "/usr/local/bin/redis-server": server },
    programs: { "/usr/local/bin/redis-cli": redisCli },
    usage: { cpu: "3m", memory: "10Mi" },
  });
}

export const redisImages: readonly Image[] = [
  redis("8.2.1", ["latest", "alpine", "8", "8-alpine", "8.2", "8.2.0", "8.2.1", "8.2-alpine", "bookworm"]),
  redis("8.0.3", ["8.0", "8.0.0", "8.0.1", "8.0.2", "8.0.3", "8.0-alpine"]),
  redis("7.4.5", ["7", "7-alpine", ...tagsOf("7.4", 5, "alpine", "bookworm")]),
  redis("7.2.10", tagsOf("7.2", 10, "alpine", "bookworm")),
  redis("7.0.15", tagsOf("7.0", 15, "alpine", "bookworm")),
  redis("6.2.19", ["6", "6-alpine", ...tagsOf("6.2", 19, "alpine")]),
  redis("6.0.20", tagsOf("6.0", 20, "alpine")),
  redis("5.0.14", ["5", "5-alpine", ...tagsOf("5.0", 14, "alpine")]),
  redis("6.2.19", ["e2e", "v1", "v2", "latest"], {
    name: "registry.k8s.io/redis",
    aliases: ["k8s.gcr.io/redis", "gcr.io/google_containers/redis"],
  }),
];

const follower = redisServer("6.2.19", ({ env }) =>
  env.get("GET_HOSTS_FROM") === "env" ? (env.get("REDIS_LEADER_SERVICE_HOST") ?? "") : "redis-leader",
);

/** The replica of the guestbook tutorial: it follows the service `redis-leader`. */
export const redisFollower = defineImage({
  name: "us-docker.pkg.dev/google-samples/containers/gke/gb-redis-follower",
  aliases: ["gcr.io/google_samples/gb-redis-follower", "gcr.io/google-samples/gb-redis-follower"],
  tags: ["latest", "v1", "v2"],
  size: "44Mi",
  pullSeconds: 3,
  command: ["/bin/sh", "-c", "/run.sh"],
  base: "debian",
  main: follower,
  servers: { "/usr/local/bin/redis-server": follower },
  programs: { "/usr/local/bin/redis-cli": redisCli },
});
