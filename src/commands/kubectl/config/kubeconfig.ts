import { parse as parseYaml } from "yaml";
import type { FileSystem } from "#shell/file-system.ts";
import { FileError } from "#shell/file-system.ts";
import { yamlText } from "../../yaml/write.ts";
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
export function readConfig(fs: FileSystem, path: string): KubeConfig | undefined {
  const stat = fs.stat(path);
  if (!stat) return undefined;
  let text: string;
  try {
    text = fs.readText(path);
  } catch (error) {
    if (error instanceof FileError) throw new CommandError(`open ${path}: ${error.message.split(": ").at(-1)?.toLowerCase() ?? ""}`);
    throw error;
  }
  return parseConfig(text, path);
}

/** The configuration that a text holds. */
export function parseConfig(text: string, path: string): KubeConfig {
  let raw: unknown;
  try {
    raw = parseYaml(text);
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

/** All files as one: what an earlier file says stands. */
export function loadConfig(fs: FileSystem, cwd: string, files: ConfigFiles): KubeConfig {
  const merged = emptyConfig();
  for (const path of files.paths) {
    const config = readConfig(fs, fs.resolve(cwd, path));
    if (!config) {
      if (files.explicit) throw new CommandError(`stat ${path}: no such file or directory`);
      continue;
    }
    const base = directoryOf(fs.resolve(cwd, path));
    for (const [name, entry] of config.clusters)
      if (!merged.clusters.has(name)) merged.clusters.set(name, located(entry, base, ["certificate-authority"]));
    for (const [name, entry] of config.users)
      if (!merged.users.has(name)) merged.users.set(name, located(entry, base, ["client-certificate", "client-key", "tokenFile"]));
    for (const [name, entry] of config.contexts) if (!merged.contexts.has(name)) merged.contexts.set(name, entry);
    merged.currentContext ||= config.currentContext;
    merged.preferences = { ...config.preferences, ...merged.preferences };
    merged.extensions.push(...config.extensions);
  }
  return merged;
}

export const directoryOf = (path: string): string => path.slice(0, Math.max(1, path.lastIndexOf("/")));

/** File names in a kubeconfig count from its own directory. */
function located<T extends object>(entry: T, base: string, keys: readonly string[]): T {
  const paths = Object.entries(entry).filter(
    ([key, value]) => keys.includes(key) && typeof value === "string" && value !== "" && !value.startsWith("/"),
  );
  return paths.length === 0 ? entry : { ...entry, ...Object.fromEntries(paths.map(([key, value]) => [key, `${base}/${value}`])) };
}

/** The configuration as its file holds it. */
export function configObject(config: KubeConfig): Record<string, unknown> {
  const list = <T>(map: ReadonlyMap<string, T>, key: string) =>
    [...map].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, entry]) => ({ [key]: entry, name }));
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

/** Writes a configuration to its file, making its directory. */
export function writeConfig(fs: FileSystem, path: string, config: KubeConfig): void {
  const directory = directoryOf(path);
  if (!fs.stat(directory)) fs.mkdir(directory, { recursive: true, mode: 0o700 });
  fs.write(path, yamlText(configObject(config)), { mode: 0o600 });
}
