import type { Pod } from "#machinery/types.ts";
import type { CompletedLine } from "#shell/process.ts";
import { type Command, isShown, named } from "../cli/command.ts";
import type { Completes, Flag, Flags, Values } from "../cli/flags.ts";
import { flagsOf } from "../cli/parse.ts";
import { pathOf, qualified } from "./api/discovery.ts";
import type { Thing } from "./api/server.ts";
import type { KubectlCommand } from "./command.ts";
import { mergedConfig } from "./config/kubeconfig.ts";
import { globalFlags } from "./global-flags.ts";
import { containersOf, podPath } from "./pods-of.ts";
import { type Connect, type Place, Session } from "./session.ts";

/** What a word may become, with what it means where that is shown. */
export interface Candidate {
  word: string;
  help?: string;
}

/** The typed words as far as they can be read. */
interface Typed {
  line: readonly KubectlCommand[];
  words: readonly string[];
  flags: ReadonlyMap<string, string>;
  /** The flag that waits for its value. */
  open: Flag | undefined;
}

/** Completes the last word of a kubectl command line. */
export class Completer {
  readonly #root: KubectlCommand;
  readonly #place: Place;
  readonly #kube: Session;
  readonly #typed: Typed;

  constructor(root: KubectlCommand, place: Place, connect: Connect, words: readonly string[]) {
    this.#root = root;
    this.#place = place;
    this.#typed = this.#read(words);
    const values = Object.entries(globalFlags).map(([name, flag]) => [name, (flag.type === "string" && this.#typed.flags.get(name)) || flag.default]);
    this.#kube = new Session(place, { error() {} }, Object.fromEntries(values) as Values<typeof globalFlags>, connect);
  }

  /** What the word may become, in order; undefined leaves it to file names. */
  async candidates(current: string): Promise<Candidate[] | undefined> {
    const { open, line } = this.#typed;
    return (await this.#all(current, open, line))?.filter(({ word }) => word.startsWith(current));
  }

  async #all(current: string, open: Flag | undefined, line: readonly KubectlCommand[]): Promise<Candidate[] | undefined> {
    const flags = flagsOf(line);
    if (open) return this.#values(open.completes, "");
    const [, name = ""] = /^--([^=]+)=/.exec(current) ?? [];
    const given = flags[name];
    if (given) return this.#values(given.completes, `--${name}=`);
    if (current.startsWith("-")) return flagCandidates(flags);
    const command = line.at(-1) ?? this.#root;
    const { words } = this.#typed;
    const commands = words.length === 0 ? (command.commands ?? []).filter((sub) => isShown(sub) && sub.name !== "options") : [];
    if (commands.length > 0) return commands.map(({ name: word, summary }) => ({ word, help: summary }));
    return this.#arguments(command, words, current);
  }

  async #arguments({ completes }: KubectlCommand, words: readonly string[], current: string): Promise<Candidate[] | undefined> {
    const all = (list: readonly string[]) => list.filter((word) => !words.includes(word)).map((word) => ({ word }));
    switch (completes) {
      case undefined:
      case "files":
        return undefined;
      case "contexts":
      case "clusters":
      case "users":
        return all([...mergedConfig(this.#place.machine.fs, this.#place.cwd, this.#kube.files)[completes].keys()]);
      case "nodes":
        return all(await this.#names("nodes"));
      case "pods": {
        const slash = current.indexOf("/");
        if (slash >= 0) return this.#slashed(current.slice(0, slash));
        return words.length === 0 ? all(await this.#names("pods")) : [];
      }
      case "resources": {
        const slash = current.indexOf("/");
        if (slash >= 0) return this.#slashed(current.slice(0, slash));
        const [type] = words;
        if (type === undefined) return this.#types();
        return type.includes("/") ? [] : all(await this.#names(type));
      }
      default:
        return words.length === 0 ? all(completes) : [];
    }
  }

  async #slashed(type: string): Promise<Candidate[]> {
    return (await this.#names(type)).map((name) => ({ word: `${type}/${name}` }));
  }

  async #types(): Promise<Candidate[]> {
    const { resources } = await this.#kube.discovery();
    const words = resources.filter(({ verbs }) => verbs.includes("get")).map(qualified);
    return [...new Set(words)].map((word) => ({ word }));
  }

  async #names(type: string): Promise<string[]> {
    const resource = (await this.#kube.discovery()).find(type);
    if (!resource) return [];
    const list: Thing = await this.#kube.server.get(pathOf(resource, this.#kube.namespace), { query: { limit: "500" } });
    return ((list["items"] as Thing[] | undefined) ?? []).map(({ metadata }) => metadata.name ?? "");
  }

  async #values(completes: Completes | undefined, before: string): Promise<Candidate[] | undefined> {
    const all = (words: readonly string[]) => words.map((word) => ({ word: before + word }));
    switch (completes) {
      case undefined:
      case "file":
        return before === "" ? undefined : [];
      case "namespace":
        return all(await this.#names("namespaces"));
      case "context":
      case "cluster":
      case "user":
        return all([...mergedConfig(this.#place.machine.fs, this.#place.cwd, this.#kube.files)[`${completes}s`].keys()]);
      case "resource":
        return (await this.#types()).map(({ word }) => ({ word: `${before}${word}/` }));
      case "container":
        return all(await this.#containers());
      default:
        return all(completes);
    }
  }

  async #containers(): Promise<string[]> {
    const name = this.#typed.words.find((word) => !word.includes("/")) ?? this.#typed.words[0]?.split("/")[1];
    if (!name) return [];
    return containersOf(await this.#kube.server.get<Pod>(podPath(this.#kube.namespace, name))).map((container) => container.name);
  }

  #read(words: readonly string[]): Typed {
    const line: KubectlCommand[] = [this.#root];
    const rest: string[] = [];
    const values = new Map<string, string>();
    let open: { name: string; flag: Flag } | undefined;
    for (const word of words) {
      const flags = flagsOf(line);
      if (open) {
        values.set(open.name, word);
        open = undefined;
      } else if (word === "--") break;
      else if (word.startsWith("-") && word !== "-") {
        const [typed = "", ...value] = word.replace(/^--?/, "").split("=");
        const name = word.startsWith("--") ? typed : (Object.keys(flags).find((key) => flags[key]?.short === typed.slice(0, 1)) ?? "");
        const flag = flags[name];
        if (!flag) continue;
        if (value.length > 0) values.set(name, value.join("="));
        else if (!word.startsWith("--") && typed.length > 1) values.set(name, typed.slice(1));
        else if (flag.bare === undefined) open = { name, flag };
      } else {
        const next: Command<never> | undefined =
          rest.length === 0 ? named((line.at(-1)?.commands ?? []) as readonly Command<never>[], word) : undefined;
        if (next) line.push(next as unknown as KubectlCommand);
        else rest.push(word);
      }
    }
    return { line, words: rest, flags: values, open: open?.flag };
  }
}

const flagCandidates = (flags: Flags): Candidate[] =>
  Object.entries(flags)
    .filter(([, flag]) => !flag.hidden && flag.deprecated === undefined)
    .map(([name, flag]) => ({ word: `--${name}`, help: flag.help }));

/** A place for completion at a prompt, where no process runs. */
export function placeOf({ machine, env, cwd }: CompletedLine): Place {
  const home = env.get("HOME") ?? "/";
  return {
    machine,
    env: new Map(env),
    cwd,
    pid: 0,
    signal: new AbortController().signal,
    user: { name: env.get("USER") ?? "", uid: 0, gid: 0, groups: [], home },
  };
}
