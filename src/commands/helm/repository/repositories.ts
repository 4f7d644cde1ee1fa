import { textOf } from "#base/streams.ts";
import { yamlText } from "#machinery/go-yaml.ts";
import { parseYaml } from "#machinery/yaml.ts";
import type { Dict } from "../chart/chart.ts";
import type { Context } from "../command.ts";
import { HelmError, messageOf } from "../errors.ts";
import { fetched } from "./fetch.ts";
import { chartNames, type IndexFile, parseIndex } from "./index-file.ts";

/** A repository that was added. */
export interface Repository {
  name: string;
  url: string;
  username: string;
  password: string;
  certFile: string;
  keyFile: string;
  caFile: string;
  insecure: boolean;
  passCredentials: boolean;
}

/** The repositories that were added, and what each was found to offer. */
export class Repositories {
  readonly #context: Pick<Context, "process" | "settings">;

  constructor(context: Pick<Context, "process" | "settings">) {
    this.#context = context;
  }

  get #fs() {
    return this.#context.process.machine.fs;
  }

  get #file(): string {
    return this.#fs.resolve(this.#context.process.cwd, this.#context.settings.repositoryConfig);
  }

  get #cache(): string {
    return this.#fs.resolve(this.#context.process.cwd, this.#context.settings.repositoryCache);
  }

  /** In the order in which they were added; undefined where there is no file of them. */
  list(): Repository[] | undefined {
    if (!this.#fs.stat(this.#file)) return undefined;
    const value = (parseYaml(this.#fs.readText(this.#file)).value ?? {}) as Dict;
    return ((value["repositories"] ?? []) as Dict[]).map((entry) => ({
      name: String(entry["name"] ?? ""),
      url: String(entry["url"] ?? ""),
      username: String(entry["username"] ?? ""),
      password: String(entry["password"] ?? ""),
      certFile: String(entry["certFile"] ?? ""),
      keyFile: String(entry["keyFile"] ?? ""),
      caFile: String(entry["caFile"] ?? ""),
      insecure: entry["insecure_skip_tls_verify"] === true,
      passCredentials: entry["pass_credentials_all"] === true,
    }));
  }

  save(repositories: readonly Repository[]): void {
    const value = {
      apiVersion: "",
      generated: "0001-01-01T00:00:00Z",
      repositories: repositories.map((r) => ({
        caFile: r.caFile,
        certFile: r.certFile,
        insecure_skip_tls_verify: r.insecure,
        keyFile: r.keyFile,
        name: r.name,
        pass_credentials_all: r.passCredentials,
        password: r.password,
        url: r.url,
        username: r.username,
      })),
    };
    const directory = this.#file.slice(0, this.#file.lastIndexOf("/"));
    this.#fs.mkdir(directory, { recursive: true });
    this.#fs.write(this.#file, yamlText(value), { mode: 0o600 });
  }

  indexPath(name: string): string {
    return `${this.#cache}/${name}-index.yaml`;
  }

  /** Asks a repository what it offers, and keeps it. */
  async download(repository: Repository): Promise<IndexFile> {
    const address = new URL(repository.url);
    address.pathname = `${address.pathname.replace(/\/+$/, "")}/index.yaml`;
    const text = textOf(await fetched(this.#context.process, address.href, repository));
    const index = parseIndex(text);
    this.#fs.mkdir(this.#cache, { recursive: true });
    this.#fs.write(this.indexPath(repository.name), text);
    this.#fs.write(`${this.#cache}/${repository.name}-charts.txt`, `${chartNames(index).join("\n")}\n`);
    return index;
  }

  /** What a repository was last found to offer. */
  index(name: string): IndexFile {
    const path = this.indexPath(name);
    if (!this.#fs.stat(path)) throw new HelmError(`open ${path}: no such file or directory`);
    return parseIndex(this.#fs.readText(path));
  }

  forget(name: string): void {
    for (const path of [this.indexPath(name), `${this.#cache}/${name}-charts.txt`]) if (this.#fs.stat(path)) this.#fs.remove(path);
  }

  /** The repository of a name; what is cached of it must be there. */
  named(name: string): { repository: Repository; index: IndexFile } {
    const repository = this.list()?.find((one) => one.name === name);
    if (!repository) throw new HelmError(`repo ${name} not found`);
    try {
      return { repository, index: this.index(name) };
    } catch (problem) {
      throw new HelmError(`no cached repo found. (try 'helm repo update'): ${messageOf(problem)}`);
    }
  }
}
