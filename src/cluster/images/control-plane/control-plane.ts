import { textResponse } from "#base/http.ts";
import { readEncryptionConfiguration } from "#machinery/encryption-configuration.ts";
import { defineImage, type Image, type Serve, type ServerStart, type Serving } from "../image.ts";
import { isoTime, klogHead } from "../serving.ts";
import { admissionPlugins, authorizationModes, flagsOf } from "./flags.ts";

type Part = keyof typeof flagsOf;
type Options = ReadonlyMap<string, string>;

const ends = { TERM: { code: 0 }, INT: { code: 0 } } as const;
const releases = ["v1.36.3", "v1.36.2", "v1.36.1", "v1.36.0", "v1.35.3", "v1.35.0", "v1.34.3", "v1.34.0", "v1.33.0"];

/** How long it takes until a part does its work. */
const startsMs = 2_000;
/** How long the API server tries to reach its etcd before it gives up. */
const etcdPatienceMs = 20_000;

interface Failure {
  text: string;
  afterMs?: number;
}

/** Options by name, `--name=value` or `--name value`; and the first that no program of that name takes. */
function optionsOf(part: Part, args: readonly string[]): { options: Options; unknown?: string } {
  const known = new Set<string>(flagsOf[part].split(" "));
  const options = new Map<string, string>();
  const [, ...rest] = args;
  for (const [i, arg] of rest.entries()) {
    const [, name, value] = /^--?([^=]+)(?:=(.*))?$/s.exec(arg) ?? [];
    if (name === undefined) continue;
    if (!known.has(name)) return { options, unknown: name };
    options.set(name, value ?? (rest[i + 1]?.startsWith("-") ? "true" : (rest[i + 1] ?? "true")));
  }
  return { options };
}

/** Options that name files which must be there. */
const isFile = (name: string) =>
  /(?:^|-)(?:file|cafile|certfile|keyfile|kubeconfig|config|client-certificate|client-key)$/.test(name) && !/log/.test(name);

/** The first file that is not there. Who never had anything changed on its machine has them all. */
function missingFile(start: ServerStart, options: Options): string | undefined {
  // To ask for the files makes them.
  if (!start.isTouched) return undefined;
  const { files } = start;
  for (const [name, path] of options) if (isFile(name) && path.startsWith("/") && files.stat(path)?.kind !== "file") return path;
  return undefined;
}

const failed = (at: number, why: string) => `${klogHead(at, "run.go:72", "E")}"command failed" err=${JSON.stringify(why)}\n`;

function goServer(
  part: Exclude<Part, "etcd">,
  where: string,
  check: (start: ServerStart, options: Options) => Failure | undefined,
  serves: (options: Options) => Record<number, Serve>,
) {
  return (start: ServerStart): Serving => {
    const { options, unknown } = optionsOf(part, start.args);
    if (unknown !== undefined)
      return { errors: `Error: unknown flag: --${unknown}\nUsage:\n  ${part} [flags]\n\n\nerror: unknown flag: --${unknown}\n`, exits: { code: 1 } };
    const version = `${klogHead(start.startedAt, where)}"Version info" version="v1.36.3"\n`;
    const failure = check(start, options);
    if (failure) {
      const { text, afterMs = 150 } = failure;
      return { errors: version, later: [{ afterMs, errors: text }], exits: { code: 1, afterMs: afterMs + 10 } };
    }
    return { errors: version, ports: serves(options), listensAfterMs: startsMs, provides: part, signals: ends };
  };
}

const ok: Serve = () => textResponse(200, "ok");

function checkFiles(start: ServerStart, options: Options, words: (path: string) => string): Failure | undefined {
  const path = missingFile(start, options);
  return path === undefined ? undefined : { text: failed(start.startedAt, words(path)) };
}

function checkApiServer(start: ServerStart, options: Options): Failure | undefined {
  const { startedAt, address } = start;
  const of = (name: string, list: string) =>
    options
      .get(name)
      ?.split(",")
      .find((one) => one !== "" && !list.split(" ").includes(one));
  const mode = of("authorization-mode", authorizationModes);
  if (mode) return { text: failed(startedAt, `authorization-mode "${mode}" is not a valid mode`) };
  for (const name of ["enable-admission-plugins", "disable-admission-plugins"]) {
    const plugin = of(name, admissionPlugins);
    if (plugin) return { text: failed(startedAt, `${name} plugin "${plugin}" is unknown`) };
  }
  const files = checkFiles(start, options, (path) => `open ${path}: no such file or directory`);
  if (files) return files;
  const encryption = encryptionFailure(start, options.get("encryption-provider-config"));
  if (encryption !== undefined) return { text: failed(startedAt, encryption) };
  const etcd = (options.get("etcd-servers") ?? "").replace(/^https?:\/\//, "");
  if (["127.0.0.1:2379", "localhost:2379", `${address}:2379`].includes(etcd)) return undefined;
  const why = etcd.includes(":") ? `dial tcp ${etcd}: connect: connection refused` : `dial tcp: address ${etcd}: missing port in address`;
  const line = `${klogHead(startedAt + 400, "logging.go:55", "W")}[core] [Channel #2 SubChannel #4] grpc: addrConn.createTransport failed to connect to {Addr: "${etcd}", ServerName: "${etcd}", }. Err: connection error: desc = "transport: Error while dialing: ${why}"\n`;
  return {
    text: `${line}${failed(startedAt + etcdPatienceMs, "error creating storage factory: context deadline exceeded")}`,
    afterMs: etcdPatienceMs,
  };
}

function encryptionFailure({ isTouched, files }: ServerStart, path: string | undefined): string | undefined {
  if (path === undefined || !isTouched) return undefined;
  try {
    readEncryptionConfiguration(files.readText(path));
    return undefined;
  } catch (error) {
    return `error while parsing file: ${error instanceof Error ? error.message : error}`;
  }
}

const checkClient = (start: ServerStart, options: Options) =>
  checkFiles(start, options, (path) => `${options.get("config") === path ? "open" : "stat"} ${path}: no such file or directory`);

const portOf = (options: Options, usual: number) => Number(options.get("secure-port") ?? usual);

function part(name: Exclude<Part, "etcd">, size: string, usage: NonNullable<Image["usage"]>, server: (start: ServerStart) => Serving): Image {
  return defineImage({
    name: `registry.k8s.io/${name}`,
    aliases: [`k8s.gcr.io/${name}`],
    tags: releases,
    size,
    pullSeconds: 3,
    entrypoint: ["/go-runner"],
    base: "none",
    usage,
    servers: { [`/usr/local/bin/${name}`]: server },
  });
}

// The API server itself is not behind this: its container stands for it, and listens to its own probes only.
export const kubeApiserver = part(
  "kube-apiserver",
  "27Mi",
  { cpu: "43m", memory: "214Mi" },
  goServer("kube-apiserver", "server.go:150", checkApiServer, (options) => ({ [portOf(options, 6443)]: ok })),
);
export const kubeControllerManager = part(
  "kube-controller-manager",
  "22Mi",
  { cpu: "17m", memory: "48Mi" },
  goServer("kube-controller-manager", "controllermanager.go:178", checkClient, (options) => ({ [portOf(options, 10257)]: ok })),
);
export const kubeScheduler = part(
  "kube-scheduler",
  "16Mi",
  { cpu: "6m", memory: "23Mi" },
  goServer("kube-scheduler", "server.go:177", checkClient, (options) => ({ [portOf(options, 10259)]: ok })),
);

const etcdLine = (at: number, level: string, caller: string, msg: string, more: object) =>
  `${JSON.stringify({ level, ts: isoTime(at).replace("Z", "000Z"), caller, msg, ...more })}\n`;

export const etcd = defineImage({
  name: "registry.k8s.io/etcd",
  aliases: ["k8s.gcr.io/etcd"],
  tags: ["3.6.8-0", "3.6.6-0", "3.6.5-0", "3.6.4-0", "3.5.21-0", "3.5.15-0"],
  size: "22Mi",
  pullSeconds: 3,
  base: "none",
  usage: { cpu: "21m", memory: "44Mi" },
  servers: {
    "/usr/local/bin/etcd": (start) => {
      const { startedAt, args } = start;
      const { options, unknown } = optionsOf("etcd", args);
      if (unknown !== undefined)
        return { errors: `flag provided but not defined: -${unknown}\nUsage:\n\n  etcd [flags]\n    Start an etcd server.\n`, exits: { code: 2 } };
      const running = etcdLine(startedAt, "info", "etcdmain/etcd.go:64", "Running: ", { args: ["etcd", ...args.slice(1)] });
      const missing = missingFile(start, options);
      if (missing !== undefined)
        return {
          errors:
            running +
            etcdLine(startedAt, "fatal", "etcdmain/etcd.go:172", "listener failed", { error: `open ${missing}: no such file or directory` }),
          exits: { code: 1, afterMs: 100 },
        };
      return {
        errors:
          running +
          etcdLine(startedAt, "info", "embed/serve.go:210", "serving client traffic securely", { traffic: "grpc+http", address: "127.0.0.1:2379" }),
        ports: { 2381: () => textResponse(200, '{"health":"true","reason":""}', "application/json") },
        tcp: [2379, 2380],
        provides: "etcd",
        signals: ends,
      };
    },
  },
});
