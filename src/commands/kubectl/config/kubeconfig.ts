import { parse as parseYaml } from "yaml";
import { yamlText } from "#machinery/go-yaml.ts";
import type { FileSystem } from "#shell/file-system.ts";
import { FileError } from "#shell/file-system.ts";
import { CommandError } from "../errors.ts";

export interface ClusterEntry {
  server?: string;
  "certificate-authority"?: string;
  "certificate-authority-data"?: string;
  "insecure-skip-tls-verify"?: boolean;
  "tls-server-name"?: string;
  "proxy-url"?: string;
  extensions?: unknown[];
}

export interface UserEntry {
  token?: string;
  tokenFile?: string;
  username?: string;
  password?: string;
  "client-certificate"?: string;
  "client-certificate-data"?: string;
  "client-key"?: string;
  "client-key-data"?: string;
  as?: string;
  "as-uid"?: string;
  "as-groups"?: string[];
  exec?: Record<string, unknown>;
  "auth-provider"?: Record<string, unknown>;
  extensions?: unknown[];
}

export interface ContextEntry {
  cluster: string;
  user: string;
  namespace?: string;
  extensions?: unknown[];
}

/** A kubeconfig, its lists as maps by name. */
export interface KubeConfig {
  clusters: Map<string, ClusterEntry>;
  users: Map<string, UserEntry>;
  contexts: Map<string, ContextEntry>;
  currentContext: string;
  preferences: Record<string, unknown>;
  extensions: unknown[];
}

export const emptyConfig = (): KubeConfig => ({
  clusters: new Map(),
  users: new Map(),
  contexts: new Map(),
  currentContext: "",
  preferences: {},
  extensions: [],
});

/** Which files hold the configuration. */
export interface ConfigFiles {
  /** In order; the first to name a thing wins. */
  readonly paths: readonly string[];
  /** The only file, because `--kubeconfig` named it: it must be there. */
  readonly explicit: boolean;
}

/** Where kubectl looks: `--kubeconfig`, else `$KUBECONFIG`, else `~/.kube/config`. */
export function configFiles(explicit: string, env: ReadonlyMap<string, string>, home: string): ConfigFiles {
  if (explicit) return { paths: [explicit], explicit: true };
  const listed = (env.get("KUBECONFIG") ?? "").split(":").filter(Boolean);
  return { paths: listed.length > 0 ? [...new Set(listed)] : [`${env.get("HOME") ?? home}/.kube/config`], explicit: false };
}

/** Reads one file; undefined where there is none. */
export function readConfig(fs: FileSystem, path: string, shown = path): KubeConfig | undefined {
  const stat = fs.stat(path);
  if (!stat) return undefined;
  let text: string;
  try {
    text = fs.readText(path);
  } catch (error) {
    if (error instanceof FileError) throw new CommandError(`open ${shown}: ${error.message.split(": ").at(-1)?.toLowerCase() ?? ""}`);
    throw error;
  }
  return parseConfig(text, shown);
}

/** What texts said that were read before, as JSON: every command reads the same one again, and reading YAML takes long. */
const known = new Map<string, string>();
const mostKnown = 64;
const longestKnown = 16 * 1024;

function rawConfig(text: string): unknown {
  const before = known.get(text);
  if (before !== undefined) return JSON.parse(before);
  const raw: unknown = parseYaml(text);
  if (typeof raw !== "object" || text.length > longestKnown) return raw;
  const [oldest] = known.keys();
  if (known.size >= mostKnown && oldest !== undefined) known.delete(oldest);
  known.set(text, JSON.stringify(raw));
  return raw;
}

/** The configuration that a text holds. */
export function parseConfig(text: string, path: string): KubeConfig {
  let raw: unknown;
  try {
    raw = rawConfig(text);
  } catch (error) {
    throw new CommandError(
      `error loading config file ${JSON.stringify(path)}: couldn't get version/kind; json parse error: ${error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error)}`,
    );
  }
  const config = emptyConfig();
  if (raw === null || raw === undefined) return config;
  if (typeof raw !== "object" || Array.isArray(raw))
    throw new CommandError(
      `error loading config file ${JSON.stringify(path)}: couldn't get version/kind; json parse error: json: cannot unmarshal ${Array.isArray(raw) ? "array" : typeof raw} into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }`,
    );
  const object = raw as Record<string, unknown>;
  const named = <T>(list: unknown, key: string, into: Map<string, T>) => {
    for (const item of Array.isArray(list) ? (list as Record<string, unknown>[]) : []) {
      const name = String(item["name"] ?? "");
      if (!into.has(name)) into.set(name, (item[key] ?? {}) as T);
    }
  };
  named(object["clusters"], "cluster", config.clusters);
  named(object["users"], "user", config.users);
  named(object["contexts"], "context", config.contexts);
  config.currentContext = typeof object["current-context"] === "string" ? object["current-context"] : "";
  config.preferences = (object["preferences"] as Record<string, unknown> | null) ?? {};
  config.extensions = Array.isArray(object["extensions"]) ? object["extensions"] : [];
  return config;
}

/** All files as one: what an earlier file says stands. A file that the command line names must be there. */
export function loadConfig(fs: FileSystem, cwd: string, files: ConfigFiles): KubeConfig {
  const [path] = files.paths;
  if (files.explicit && path !== undefined && !fs.stat(fs.resolve(cwd, path))) throw new CommandError(`stat ${path}: no such file or directory`);
  return mergedConfig(fs, cwd, files);
}

/** All files that are there as one. `seen` hears which file each entry came from. */
export function mergedConfig(fs: FileSystem, cwd: string, files: ConfigFiles, seen?: (entry: object, path: string) => void): KubeConfig {
  const merged = emptyConfig();
  for (const path of files.paths) {
    const config = readConfig(fs, fs.resolve(cwd, path), path);
    if (!config) continue;
    const base = directoryOf(fs.resolve(cwd, path));
    const add = <T extends object>(from: ReadonlyMap<string, T>, to: Map<string, T>, paths: readonly string[]) => {
      for (const [name, entry] of from) {
        if (to.has(name)) continue;
        const placed = located(entry, base, paths);
        to.set(name, placed);
        seen?.(placed, path);
      }
    };
    add(config.clusters, merged.clusters, clusterPaths);
    add(config.users, merged.users, userPaths);
    add(config.contexts, merged.contexts, []);
    merged.currentContext ||= config.currentContext;
    merged.preferences = { ...config.preferences, ...merged.preferences };
    merged.extensions.push(...config.extensions);
  }
  return merged;
}

/** Fields that name files. */
export const clusterPaths = ["certificate-authority"];
export const userPaths = ["client-certificate", "client-key", "tokenFile"];

export const directoryOf = (path: string): string => path.slice(0, Math.max(1, path.lastIndexOf("/")));

/** File names in a kubeconfig count from its own directory. */
function located<T extends object>(entry: T, base: string, keys: readonly string[]): T {
  const paths = Object.entries(entry).filter(
    ([key, value]) => keys.includes(key) && typeof value === "string" && value !== "" && !value.startsWith("/"),
  );
  return paths.length === 0 ? entry : { ...entry, ...Object.fromEntries(paths.map(([key, value]) => [key, `${base}/${value}`])) };
}

const fieldOrder: readonly string[] = [
  ...["server", "tls-server-name", "insecure-skip-tls-verify", "certificate-authority", "certificate-authority-data", "proxy-url"],
  ...["disable-compression", "client-certificate", "client-certificate-data", "client-key", "client-key-data", "token", "tokenFile", "as"],
  ...["as-uid", "as-groups", "as-user-extra", "username", "password", "auth-provider", "exec", "cluster", "user", "namespace", "extensions"],
];
const execOrder = ["command", "args", "env", "apiVersion", "installHint", "provideClusterInfo", "interactiveMode"];

const inOrder = (entry: object, order: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(Object.entries(entry).sort(([a], [b]) => order.indexOf(a) - order.indexOf(b)));

/** The configuration as its file holds it, in the order of the fields of Go's types. */
export function configObject(config: KubeConfig): Record<string, unknown> {
  const list = (map: ReadonlyMap<string, object>, key: string) =>
    map.size === 0 ? null : [...map].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, entry]) => ({ name, [key]: written(entry) }));
  return {
    kind: "Config",
    apiVersion: "v1",
    ...(Object.keys(config.preferences).length > 0 ? { preferences: config.preferences } : {}),
    clusters: list(config.clusters, "cluster"),
    users: list(config.users, "user"),
    contexts: list(config.contexts, "context"),
    "current-context": config.currentContext,
    ...(config.extensions.length > 0 ? { extensions: config.extensions } : {}),
  };
}

function written(entry: object): Record<string, unknown> {
  const fields = inOrder(entry, fieldOrder);
  const { exec } = fields;
  if (exec) fields["exec"] = inOrder({ env: null, apiVersion: "", provideClusterInfo: false, ...exec }, execOrder);
  return fields;
}

/** Writes a configuration to its file, making its directory. */
export function writeConfig(fs: FileSystem, path: string, config: KubeConfig): void {
  const directory = directoryOf(path);
  if (!fs.stat(directory)) fs.mkdir(directory, { recursive: true, mode: 0o700 });
  fs.write(path, yamlText(configObject(config)), { mode: 0o600 });
}
