import type { Client } from "#machinery/client.ts";
import { parseGoDuration } from "#machinery/duration.ts";
import type { Process } from "#shell/process.ts";
import type { Values } from "../cli/flags.ts";
import type { Output } from "../cli/output.ts";
import { type Discovery, discover, qualified, type Resource } from "./api/discovery.ts";
import { DiscoveryCache } from "./api/discovery-cache.ts";
import { Server } from "./api/server.ts";
import { Trace } from "./api/trace.ts";
import { needSameVersion, type VersionInfo } from "./client-version.ts";
import { type Connection, connectionOf, namespaceOf, type Overrides } from "./config/connection.ts";
import { certificatesOf } from "./config/credentials.ts";
import { type ConfigFiles, configFiles, type KubeConfig, loadConfig } from "./config/kubeconfig.ts";
import { CommandError, ConnectionError } from "./errors.ts";
import { globalFlags } from "./global-flags.ts";
import type { DryRun } from "./print/name.ts";
import { klogTime } from "./times.ts";

/** How the host lets kubectl reach a server. */
export type Connect = (server: ServerAddress) => Client;

/** An address and what to show there. Certificates are PEM. */
export interface ServerAddress {
  url: string;
  token?: string;
  username?: string;
  password?: string;
  clientCertificate?: string;
  clientKey?: string;
  certificateAuthority?: string;
  insecureSkipTlsVerify?: boolean;
}

async function needVersion(server: Server): Promise<void> {
  const found = await server.get<VersionInfo>("/version").catch((error: unknown) => {
    if (!(error instanceof ConnectionError)) throw error;
    const why = error.refused ? `dial tcp ${server.host}: connect: connection refused` : error.message;
    throw new CommandError(`couldn't read version from server: Get "${server.url}/version?timeout=32s": ${why}`);
  });
  needSameVersion(found);
}

/** What a run reads of the process that it is, or that a prompt stands for. */
export type Place = Pick<Process, "machine" | "env" | "cwd" | "user" | "pid" | "signal">;

/** One run of kubectl: its kubeconfig, its server, and what the server offers, each looked up when first asked for. */
export class Session {
  readonly files: ConfigFiles;
  readonly #process: Place;
  readonly #out: Pick<Output, "error">;
  readonly #flags: Values<typeof globalFlags>;
  readonly #connect: Connect;
  #config: KubeConfig | undefined;
  #server: Server | undefined;
  #discovery: Promise<Discovery> | undefined;
  readonly #said = new Set<string>();

  constructor(process: Place, out: Pick<Output, "error">, flags: Values<typeof globalFlags>, connect: Connect) {
    this.#process = process;
    this.#out = out;
    this.#flags = flags;
    this.#connect = connect;
    this.files = configFiles(flags.kubeconfig, process.env, process.user.home);
  }

  get config(): KubeConfig {
    this.#config ??= this.#inPod() ?? loadConfig(this.#process.machine.fs, this.#process.cwd, this.files);
    return this.#config;
  }

  get #overrides(): Overrides {
    const { context, cluster, user, namespace, server, token, username, password } = this.#flags;
    return { context, cluster, user, namespace, server, token, username, password };
  }

  get connection(): Connection {
    return connectionOf(this.config, this.#overrides);
  }

  /** Throws where the configuration does not tell which server to talk to, or as whom. */
  checkConnection(): void {
    connectionOf(this.config, this.#overrides);
  }

  /** The namespace that commands work in. */
  get namespace(): string {
    return namespaceOf(this.config, this.#overrides).namespace;
  }

  /** Whether the command line named the namespace. */
  get namespaceIsExplicit(): boolean {
    return namespaceOf(this.config, this.#overrides).explicit;
  }

  /** The time that the machine's clock shows. */
  get now(): number {
    return this.#process.machine.clock.now();
  }

  /** How many different warnings the server gave. */
  get warnings(): number {
    return this.#server?.warnings ?? 0;
  }

  get server(): Server {
    this.#server ??= this.#newServer();
    return this.#server;
  }

  /** How long a request may take, in milliseconds; 0 is as long as it takes. */
  get requestTimeout(): number {
    const text = this.#flags["request-timeout"];
    const duration = /^\d+$/.test(text) ? Number(text) * 1000 : parseGoDuration(text);
    if (typeof duration !== "number")
      throw new CommandError(
        "Invalid timeout value. Timeout must be a single integer in seconds, or an integer followed by a corresponding time unit (e.g. 1s | 2m | 3h)",
      );
    return duration;
  }

  #newServer(): Server {
    void this.requestTimeout;
    const { connection } = this;
    const { server, cluster, user } = connection;
    const { fs } = this.#process.machine;
    const token = user.token ?? (user.tokenFile && fs.stat(user.tokenFile) ? fs.readText(user.tokenFile).trim() : undefined);
    const flags = this.#flags;
    const given = Object.entries({
      token,
      username: flags.username || user.username,
      password: flags.password || user.password,
      ...certificatesOf(fs, connection, flags),
      insecureSkipTlsVerify: flags["insecure-skip-tls-verify"] || cluster["insecure-skip-tls-verify"],
    }).filter(([, value]) => value);
    const client = this.#connect({ url: server, ...Object.fromEntries(given) });
    const trace =
      flags.v >= 6
        ? new Trace(
            flags.v,
            () => this.now,
            (place, text) => this.log("I", place, text),
          )
        : undefined;
    if (trace) for (const path of this.files.paths) if (fs.stat(path)) this.log("I", "loader.go:407", `Config loaded from file:  ${path}`);
    const first = flags["match-server-version"] ? needVersion : undefined;
    return new Server(server, client, this.#impersonation(), (text) => this.#out.error(`Warning: ${text}`), trace, first);
  }

  #impersonation(): Record<string, string> {
    const user = this.connection.user;
    const headers: Record<string, string> = {};
    const name = this.#flags.as || user.as;
    const groups = this.#flags["as-group"].length > 0 ? this.#flags["as-group"] : (user["as-groups"] ?? []);
    const uid = this.#flags["as-uid"] || user["as-uid"];
    if (!name && (groups.length > 0 || uid))
      throw new CommandError(`requesting uid, groups or user-extra for ${this.connection.userName} without impersonating a user`);
    if (name) headers["impersonate-user"] = name;
    if (groups.length > 0) headers["impersonate-group"] = groups.join(",");
    if (uid) headers["impersonate-uid"] = uid;
    for (const pair of this.#flags["as-user-extra"]) {
      const equals = pair.indexOf("=");
      if (equals < 1) throw new CommandError(`invalid user extra info ${JSON.stringify(pair)}, expected key=value`);
      const key = `impersonate-extra-${encodeURIComponent(pair.slice(0, equals)).toLowerCase()}`;
      headers[key] = [...(headers[key] ? [headers[key]] : []), pair.slice(equals + 1)].join(",");
    }
    return headers;
  }

  /** A signal that aborts with the process, or after `timeout` milliseconds; 0 is never. `end` must be called when the work is done. */
  deadline(timeout: number): { signal: AbortSignal; end: () => void; expired: () => boolean } {
    const { signal, machine } = this.#process;
    if (timeout <= 0) return { signal, end: () => {}, expired: () => false };
    const controller = new AbortController();
    let late = false;
    const stop = () => controller.abort(signal.reason);
    signal.addEventListener("abort", stop, { once: true });
    const timer = machine.clock.at(this.now + timeout, () => {
      late = true;
      controller.abort(new Error("deadline exceeded"));
    });
    return {
      signal: controller.signal,
      end() {
        timer.cancel();
        signal.removeEventListener("abort", stop);
      },
      expired: () => late,
    };
  }

  /** What the server offers. */
  discovery(): Promise<Discovery> {
    this.#discovery ??= this.#discover();
    return this.#discovery;
  }

  async #discover(): Promise<Discovery> {
    try {
      const discovery = await discover(this.server);
      if (!this.#cache.get()) this.#cache.set(discovery);
      return discovery;
    } catch (error) {
      if (error instanceof ConnectionError) this.#complain(error);
      throw error;
    }
  }

  /** The server is asked anew what it offers: new kinds have come. */
  forgetDiscovery(): void {
    this.#discovery = undefined;
  }

  /** The resource that a word names, or the error that there is none. */
  async resource(word: string): Promise<Resource> {
    const discovery = await this.discovery();
    for (const other of discovery.alsoNamed(word))
      this.warnOnce(`Warning: short name ${JSON.stringify(word)} could also match lower priority resource ${qualified(other)}`);
    const found = discovery.find(word);
    const cache = this.#cache;
    // Real discovery is asked again when its cache has no such word, and not before: what is gone since is asked for all the same.
    const known = found ? undefined : cache.get()?.find(word);
    if (known) return known;
    if (!found || !cache.get()?.find(word)) cache.set(discovery);
    return discovery.need(word);
  }

  /** What the server offers now, whatever was known before. */
  async offered(): Promise<Discovery> {
    const discovery = await this.discovery();
    this.#cache.set(discovery);
    return discovery;
  }

  /** What is known of this server, in the directory that `--cache-dir` names. */
  get #cache(): DiscoveryCache {
    const { machine, env, user, cwd } = this.#process;
    const named = this.#flags["cache-dir"];
    const directory = named === globalFlags["cache-dir"].default ? env.get("KUBECACHEDIR") || `${user.home}/.kube/cache` : named;
    return new DiscoveryCache(machine.fs, machine.fs.resolve(cwd, directory), this.server.url, this.now);
  }

  /** What `--dry-run` says. */
  dryRun(text: string): DryRun {
    const deprecated = (line: number, form: string, better: string) => {
      this.log(
        "W",
        `helpers.go:${line}`,
        `--dry-run${form} is deprecated${form ? " (boolean value)" : ""} and can be replaced with --dry-run=${better}.`,
      );
    };
    if (text === "none" || text === "client" || text === "server") return text;
    if (text === "unchanged") deprecated(719, "", "client");
    else if (/^(1|t|T|true|TRUE|True)$/.test(text)) deprecated(733, `=${text}`, "client");
    else if (/^(0|f|F|false|FALSE|False)$/.test(text)) deprecated(736, `=${text}`, "none");
    else throw new CommandError(`Invalid dry-run value (${text}). Must be "none", "server", or "client".`);
    return /^(0|f)/i.test(text) ? "none" : "client";
  }

  /** A line on standard error that is not said again. */
  warnOnce(text: string): void {
    if (!this.#said.has(text)) this.warn(text);
    this.#said.add(text);
  }

  /** A line on standard error. */
  warn(text: string): void {
    this.#out.error(text);
  }

  /** A line of the log that goes to standard error. */
  log(level: "I" | "W" | "E" | "F", place: string, text: string): void {
    this.#out.error(`${level}${klogTime(this.now)} ${String(this.#process.pid).padStart(7)} ${place}] ${text}`);
  }

  /** The real one tries five times, and its log says so each time. */
  #complain(error: ConnectionError): void {
    const path = `${this.server.url}/api?timeout=32s`;
    const why = error.refused ? `dial tcp ${this.server.host}: connect: connection refused` : error.message;
    for (let i = 0; i < 5; i++)
      this.log("E", "memcache.go:265", `"Unhandled Error" err="couldn't get current server API group list: Get \\"${path}\\": ${why}"`);
  }

  /** In a pod, the service account's token leads to the server. */
  #inPod(): KubeConfig | undefined {
    const { env, machine } = this.#process;
    const [host, port] = [env.get("KUBERNETES_SERVICE_HOST"), env.get("KUBERNETES_SERVICE_PORT")];
    const mount = "/var/run/secrets/kubernetes.io/serviceaccount";
    if (
      !host ||
      !port ||
      this.files.explicit ||
      env.get("KUBECONFIG") ||
      this.files.paths.some((path) => machine.fs.stat(path)) ||
      !machine.fs.stat(`${mount}/token`)
    )
      return undefined;
    const namespace = machine.fs.stat(`${mount}/namespace`) ? machine.fs.readText(`${mount}/namespace`).trim() : "default";
    return {
      clusters: new Map([["cluster", { server: `https://${host}:${port}`, "certificate-authority": `${mount}/ca.crt` }]]),
      users: new Map([["user", { tokenFile: `${mount}/token` }]]),
      contexts: new Map([["context", { cluster: "cluster", user: "user", namespace }]]),
      currentContext: "context",
      preferences: {},
      extensions: [],
    };
  }
}
