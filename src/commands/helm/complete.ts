import type { CompletedLine, Process } from "#shell/process.ts";
import { isShown, named } from "../cli/command.ts";
import { type Flag, FlagProblem, type Values } from "../cli/flags.ts";
import { flagsOf } from "../cli/parse.ts";
import { byBytes } from "../go-template/values.ts";
import { pathOf } from "../kubectl/api/discovery.ts";
import type { Thing } from "../kubectl/api/server.ts";
import { placeOf } from "../kubectl/complete.ts";
import { mergedConfig } from "../kubectl/config/kubeconfig.ts";
import type { Connect, Session } from "../kubectl/session.ts";
import type { HelmCommand } from "./command.ts";
import type { Release } from "./release/release.ts";
import { Storage } from "./release/storage.ts";
import { Repositories } from "./repository/repositories.ts";
import { Settings } from "./settings.ts";
import { globalFlags } from "./shared-flags.ts";

/** What an argument may be. */
type Kind = "release" | "revision" | "chart" | "remote chart" | "repository" | "variable" | "registry" | "file" | "nothing";

/** What the arguments of a command may be, in order; one that repeats is the last. What is not listed takes files. */
const argumentsOf: Readonly<Record<string, { kinds: readonly Kind[]; repeats?: true }>> = {
  env: { kinds: ["variable"] },
  history: { kinds: ["release"] },
  install: { kinds: ["nothing", "chart"] },
  list: { kinds: [] },
  pull: { kinds: ["remote chart"], repeats: true },
  push: { kinds: ["file", "registry"] },
  "repo add": { kinds: [] },
  "repo list": { kinds: [] },
  "repo remove": { kinds: ["repository"], repeats: true },
  "repo update": { kinds: ["repository"], repeats: true },
  rollback: { kinds: ["release", "revision"] },
  status: { kinds: ["release"] },
  template: { kinds: ["nothing", "chart"] },
  test: { kinds: ["release"] },
  uninstall: { kinds: ["release"], repeats: true },
  upgrade: { kinds: ["release", "chart"] },
  version: { kinds: [] },
  "registry login": { kinds: [] },
  ...Object.fromEntries(["bash", "fish", "powershell", "zsh"].map((name) => [`completion ${name}`, { kinds: [] }])),
  ...Object.fromEntries(["all", "hooks", "manifest", "metadata", "notes", "values"].map((name) => [`get ${name}`, { kinds: ["release"] as const }])),
  ...Object.fromEntries(["all", "chart", "crds", "readme", "values"].map((name) => [`show ${name}`, { kinds: ["chart"] as const }])),
};

/** What an address of a chart may begin with. */
const addresses = ["oci://", "https://", "http://", "file://"];

/** What the word at the cursor may become; undefined leaves it to file names. */
export async function completions(root: HelmCommand, completed: CompletedLine, connect: Connect): Promise<readonly string[] | undefined> {
  const { current } = completed;
  const { line, words, values, open } = readWords(root, completed.words.slice(1));
  const flags = flagsOf(line);
  const matching = (list: readonly string[]) => list.filter((word) => word.startsWith(current));
  const known = new Known(completed, values, connect);
  const path = line
    .slice(1)
    .map(({ name }) => name)
    .join(" ");

  if (open) {
    if (open === "revision") return matching(await known.revisions(words[0]));
    if (open === "version") return matching(known.versions(words.at(-1)));
    const list = await known.valuesOf(flags[open]);
    return list && matching(list);
  }
  const [, name = ""] = /^--([^=]+)=/.exec(current) ?? [];
  if (flags[name]) return matching(((await known.valuesOf(flags[name])) ?? []).map((value) => `--${name}=${value}`));
  if (current.startsWith("-")) return matching([...Object.keys(flags).filter((key) => !flags[key]?.hidden), "help"].map((key) => `--${key}`).sort());

  const { commands = [] } = line.at(-1) ?? root;
  if (commands.length > 0)
    return words.length > 0
      ? undefined
      : matching([...commands.filter(isShown).map((command) => command.name), ...(path === "" ? ["help"] : [])].sort());
  const taken = argumentsOf[path];
  if (!taken) return undefined;
  const kind = taken.kinds[words.length] ?? (taken.repeats ? taken.kinds.at(-1) : "nothing");
  switch (kind) {
    case "release":
      return matching((await known.releases()).filter((release) => !words.includes(release)));
    case "revision":
      return matching(await known.revisions(words[0]));
    case "repository":
      return matching(known.repositories().filter((repository) => !words.includes(repository)));
    case "variable":
      return matching(known.variables());
    case "registry":
      return matching(["oci://"]);
    case "chart":
    case "remote chart": {
      const found = matching(known.charts(current, kind === "chart"));
      return found.length > 0 || kind === "remote chart" ? found : undefined;
    }
    case "file":
      return undefined;
    default:
      return [];
  }
}

/** The typed words as far as they can be read: the commands, the arguments, the flags, and the flag that waits for its value. */
function readWords(root: HelmCommand, typed: readonly string[]) {
  const line: HelmCommand[] = [root];
  const words: string[] = [];
  const values = new Map<string, string>();
  let open: string | undefined;
  for (const word of typed) {
    const flags = flagsOf(line);
    if (open !== undefined) {
      values.set(open, word);
      open = undefined;
    } else if (word.startsWith("-") && word !== "-") {
      const [text = "", ...value] = word.replace(/^--?/, "").split("=");
      const name = word.startsWith("--") ? text : (Object.keys(flags).find((key) => flags[key]?.short === text.slice(0, 1)) ?? "");
      if (!flags[name]) continue;
      if (value.length > 0) values.set(name, value.join("="));
      else if (!word.startsWith("--") && text.length > 1) values.set(name, text.slice(1));
      else if (flags[name].bare === undefined) open = name;
    } else {
      const next = words.length === 0 ? named((line.at(-1)?.commands ?? []) as readonly HelmCommand[], word) : undefined;
      if (next) line.push(next);
      else if (word !== "help" || line.length > 1) words.push(word);
    }
  }
  return { line, words, values, open };
}

/** What is there to choose from. */
class Known {
  readonly #settings: Settings;
  readonly #kube: Session;
  readonly #repositories: Repositories;
  readonly #place: ReturnType<typeof placeOf>;

  constructor(completed: CompletedLine, typed: ReadonlyMap<string, string>, connect: Connect) {
    this.#place = placeOf(completed);
    const given = Object.entries<Flag>(globalFlags).map(([name, flag]) => [name, read(flag, typed.get(name))]);
    const flags = Object.fromEntries(given) as Values<typeof globalFlags>;
    this.#settings = new Settings({ ...this.#place, args: ["helm"] }, { ...flags, changed: (name) => typed.has(name) });
    this.#kube = this.#settings.session({ error() {} }, connect);
    // There is no process at a prompt; what was stored is found without one.
    this.#repositories = new Repositories({ process: this.#place as Process, settings: this.#settings });
  }

  get #storage(): Storage {
    return new Storage(this.#kube, this.#settings.namespace(this.#kube), this.#settings.driver);
  }

  async releases(): Promise<string[]> {
    const last = new Map<string, Release>();
    for (const release of await this.#storage.list()) last.set(release.name, release);
    return [...last.keys()].sort(byBytes);
  }

  async revisions(name = ""): Promise<string[]> {
    return (await this.#storage.history(name)).map(({ version }) => String(version));
  }

  repositories(): string[] {
    return (this.#repositories.list() ?? []).map(({ name }) => name);
  }

  /** The charts of a repository whose name was typed, else the repositories and what else an address begins with. */
  charts(current: string, local: boolean): string[] {
    const names = this.repositories();
    const typed = names.find((name) => current.startsWith(`${name}/`));
    if (typed !== undefined) return this.#index(typed)?.map(([name]) => `${typed}/${name}`) ?? [];
    return [...names.map((name) => `${name}/`), ...addresses, ...(local && !/^[./]./.test(current) ? ["./", "/"] : [])];
  }

  versions(chart = ""): string[] {
    const [repository = "", name] = chart.split("/");
    const [, versions] = this.#index(repository)?.find(([entry]) => entry === name) ?? [];
    return versions?.map(({ metadata }) => metadata.version) ?? [];
  }

  #index(repository: string) {
    return this.repositories().includes(repository) ? [...this.#repositories.index(repository).entries] : undefined;
  }

  variables(): string[] {
    return Object.keys(this.#settings.variables(this.#kube));
  }

  /** What the value of a flag may be; undefined for files. */
  async valuesOf(flag: Flag | undefined): Promise<readonly string[] | undefined> {
    const { machine, cwd } = this.#place;
    switch (flag?.completes) {
      case "namespace": {
        const path = pathOf({ group: "", version: "v1", plural: "namespaces", namespaced: false }, undefined);
        const { items = [] } = await this.#kube.server.get<{ items?: Thing[] }>(path);
        return items.map(({ metadata }) => metadata.name ?? "");
      }
      case "context":
        return [...mergedConfig(machine.fs, cwd, this.#kube.files).contexts.keys()];
      default:
        return Array.isArray(flag?.completes) ? (flag.completes as readonly string[]) : undefined;
    }
  }
}

/** What a flag was set to; its default while what is typed makes no sense. */
function read(flag: Flag, typed: string | undefined): unknown {
  try {
    return typed === undefined ? flag.default : flag.read(typed, undefined);
  } catch (problem) {
    if (problem instanceof FlagProblem) return flag.default;
    throw problem;
  }
}
