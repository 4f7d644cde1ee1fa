import { sha256 } from "@noble/hashes/sha2.js";
import { bytesOf } from "#base/streams.ts";
import { yamlText } from "#machinery/go-yaml.ts";
import { readArchive, writeArchive } from "../chart/archive.ts";
import { type Chart, chartFrom } from "../chart/chart.ts";
import { readDirectory } from "../chart/directory.ts";
import { type Dependency, type Lock, writtenDependency } from "../chart/metadata.ts";
import { type Constraint, parseConstraint, parseVersion, satisfies } from "../chart/version.ts";
import type { Context } from "../command.ts";
import { HelmError, messageOf } from "../errors.ts";
import { formatGoTime } from "../go-time.ts";
import { structJson } from "../output.ts";
import { fetched } from "./fetch.ts";
import { type IndexFile, parseIndex } from "./index-file.ts";
import { absolute } from "./locate.ts";
import { packageFiles } from "./package-files.ts";
import { Repositories, type Repository } from "./repositories.ts";

interface Options {
  skipRefresh: boolean;
  /** Nothing is said of what is done. */
  quiet?: boolean;
}

const isLocal = (repository: string): boolean => repository.startsWith("file://");
const bare = (url: string): string => url.replace(/\/+$/, "");

/** Reads the versions that Chart.yaml names anew, loads them into charts/ and writes Chart.lock. Throws a `HelmError`. */
export async function updateDependencies(context: Context, path: string, options: Options): Promise<void> {
  const manager = new Manager(context, path, options);
  const wanted = manager.chart.metadata.dependencies;
  if (!wanted) return;
  manager.checkRepositories(wanted);
  await manager.addUnmanaged(wanted);
  if (!options.skipRefresh) await manager.refresh();
  const locked = manager.resolve(wanted);
  await manager.downloadAll(locked);
  const digest = digestOf(wanted, locked);
  if (manager.chart.lock?.digest === digest) return;
  manager.writeLock({ generated: formatGoTime(context.kube.now, "2006-01-02T15:04:05.999999999Z07:00"), digest, dependencies: locked });
}

/** Loads what Chart.lock names into charts/. Throws a `HelmError`. */
export async function buildDependencies(context: Context, path: string, options: Options): Promise<void> {
  const manager = new Manager(context, path, options);
  const { lock, metadata } = manager.chart;
  if (!lock) return updateDependencies(context, path, options);
  const wanted = metadata.dependencies ?? [];
  manager.checkRepositories(wanted);
  if (digestOf(wanted, lock.dependencies) !== lock.digest)
    throw new HelmError(
      metadata.apiVersion === "v1"
        ? "the lock file (requirements.lock) is out of sync with the dependencies file (requirements.yaml). Please update the dependencies"
        : "the lock file (Chart.lock) is out of sync with the dependencies file (Chart.yaml). Please update the dependencies with 'helm dependency update'",
    );
  manager.checkAdded(lock.dependencies);
  if (!options.skipRefresh) await manager.refresh();
  await manager.downloadAll(lock.dependencies);
}

/** What tells whether a lock still belongs to the dependencies that are asked for. */
function digestOf(wanted: readonly Dependency[], locked: readonly Dependency[]): string {
  const text = structJson([wanted.map(writtenDependency), locked.map(writtenDependency)]);
  return `sha256:${[...sha256(bytesOf(text))].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

class Manager {
  readonly chart: Chart;
  readonly #context: Context;
  readonly #path: string;
  readonly #say: (text: string) => void;
  readonly #repositories: Repositories;
  /** Repositories that nobody added, by their addresses. */
  readonly #unmanaged = new Map<string, IndexFile>();

  constructor(context: Context, path: string, { quiet = false }: Options) {
    const { fs } = context.process.machine;
    this.#context = context;
    this.#say = (text) => {
      if (!quiet) context.out.line(text);
    };
    this.#path = fs.resolve(context.process.cwd, path);
    this.#repositories = new Repositories(context);
    const stat = fs.stat(this.#path);
    if (!stat) throw new HelmError(`could not find ${path}: stat ${path}: no such file or directory`);
    if (stat.kind !== "directory") throw new HelmError("only unpacked charts can be updated");
    this.chart = chartFrom(readDirectory(fs, this.#path));
  }

  get #fs() {
    return this.#context.process.machine.fs;
  }

  get #all(): readonly Repository[] {
    return this.#repositories.list() ?? [];
  }

  /** The repository that a dependency names by its address or, behind `@` or `alias:`, by its name. */
  #named({ repository }: Dependency): Repository | undefined {
    const alias = /^(?:@|alias:)(.*)$/.exec(repository)?.[1];
    return this.#all.find(({ name, url }) => (alias === undefined ? bare(url) === bare(repository) : name === alias));
  }

  checkRepositories(wanted: readonly Dependency[]): void {
    const missing: string[] = [];
    for (const dependency of wanted) {
      const { repository, name } = dependency;
      if (repository === "") continue;
      if (isLocal(repository)) {
        this.#localPath(repository);
        continue;
      }
      if (/^(@|alias:)/.test(repository)) {
        const found = this.#named(dependency);
        if (found) dependency.repository = found.url;
        else missing.push(repository);
      } else if (repository.startsWith("oci://")) throw new HelmError(`Not simulated by Podyard: charts in OCI registries (${name})`);
    }
    if (missing.length === 0) return;
    const hint = missing.some((repository) => repository.includes("alias:") || repository.startsWith("@"))
      ? "\nPlease add the missing repos via 'helm repo add'"
      : "";
    throw new HelmError(`no repository definition for ${missing.join(", ")}.${hint || " Please add them via 'helm repo add'"}`);
  }

  checkAdded(locked: readonly Dependency[]): void {
    const missing = locked
      .filter((dependency) => dependency.repository !== "" && !isLocal(dependency.repository) && !this.#named(dependency))
      .map(({ repository }) => repository);
    if (missing.length > 0)
      throw new HelmError(`no repository definition for ${missing.join(", ")}. Please add the missing repos via 'helm repo add'`);
  }

  /** Asks repositories that nobody added what they offer. */
  async addUnmanaged(wanted: readonly Dependency[]): Promise<void> {
    const addresses = wanted
      .filter((dependency) => dependency.repository !== "" && !isLocal(dependency.repository) && !this.#named(dependency))
      .map(({ repository }) => repository);
    if (addresses.length === 0) return;
    const { process } = this.#context;
    this.#say("Getting updates for unmanaged Helm repositories...");
    for (const address of new Set(addresses)) {
      try {
        const text = new TextDecoder().decode(await fetched(process, `${bare(address)}/index.yaml`));
        this.#unmanaged.set(bare(address), parseIndex(text));
        this.#say(`...Successfully got an update from the ${JSON.stringify(address)} chart repository`);
      } catch (problem) {
        if (!(problem instanceof HelmError)) throw problem;
        this.#say(`...Unable to get an update from the ${JSON.stringify(address)} chart repository:\n\t${problem.message}`);
      }
    }
  }

  async refresh(): Promise<void> {
    const all = this.#all;
    if (all.length === 0) return;
    this.#say("Hang tight while we grab the latest from your chart repositories...");
    for (const repository of all) {
      try {
        await this.#repositories.download(repository);
        this.#say(`...Successfully got an update from the ${JSON.stringify(repository.name)} chart repository`);
      } catch (problem) {
        if (!(problem instanceof HelmError)) throw problem;
        this.#say(
          `...Unable to get an update from the ${JSON.stringify(repository.name)} chart repository (${repository.url}):\n\t${problem.message}`,
        );
      }
    }
    this.#say("Update Complete. ⎈Happy Helming!⎈");
  }

  #index(dependency: Dependency): IndexFile {
    const repository = this.#named(dependency);
    if (!repository) {
      const index = this.#unmanaged.get(bare(dependency.repository));
      if (index) return index;
      throw new HelmError(`no cached repository for ${dependency.repository} found. (try 'helm repo update')`);
    }
    try {
      return this.#repositories.index(repository.name);
    } catch (problem) {
      throw new HelmError(`no cached repository for ${repository.name} found. (try 'helm repo update'): ${messageOf(problem)}`);
    }
  }

  #localPath(repository: string): string {
    const path = this.#fs.resolve(this.#path, repository.replace(/^file:\/\//, ""));
    if (!this.#fs.stat(path)) throw new HelmError(`directory ${path} not found`);
    return path;
  }

  /** The newest version of each dependency that its constraint allows. */
  resolve(wanted: readonly Dependency[]): Dependency[] {
    const missing: string[] = [];
    const locked: Dependency[] = [];
    for (const dependency of wanted) {
      const { name, repository, version = "" } = dependency;
      let constraint: Constraint;
      try {
        constraint = parseConstraint(version);
      } catch (problem) {
        throw new HelmError(`dependency ${JSON.stringify(name)} has an invalid version/constraint format: ${messageOf(problem)}`);
      }
      const about = `${JSON.stringify(name)} (repository ${JSON.stringify(repository)}, version ${JSON.stringify(version)})`;
      if (repository === "") {
        this.#localPath(`charts/${name}`);
        locked.push({ name, repository, version });
        continue;
      }
      let versions: string[];
      if (isLocal(repository)) versions = [chartFrom(readDirectory(this.#fs, this.#localPath(repository))).metadata.version];
      else {
        const entries = this.#index(dependency).entries.get(name);
        if (!entries) throw new HelmError(`${name} chart not found in repo ${repository}`);
        versions = entries.map(({ metadata }) => metadata.version);
      }
      const found = versions.find((one) => satisfies(parseVersion(one), constraint));
      if (found === undefined) missing.push(about);
      else locked.push({ name, repository, version: found });
    }
    if (missing.length > 0)
      throw new HelmError(
        `can't get a valid version for ${missing.length} subchart(s): ${missing.join(", ")}. Make sure a matching chart version exists in the repo, or change the version constraint in Chart.yaml`,
      );
    return locked;
  }

  /** Puts packages of all dependencies into charts/, and takes away those that no dependency has any more. */
  async downloadAll(locked: readonly Dependency[]): Promise<void> {
    const { process, kube } = this.#context;
    const directory = `${this.#path}/charts`;
    this.#fs.mkdir(directory, { recursive: true });
    const before = this.#fs.list(directory);
    this.#say(`Saving ${locked.length} charts`);
    const saved = new Map<string, Uint8Array>();
    const done = new Set<string>();
    try {
      for (const dependency of locked) {
        const { name, repository, version = "" } = dependency;
        if (repository === "") {
          this.#say(`Dependency ${name} did not declare a repository. Assuming it exists in the charts directory`);
          this.#checkLocal(`${directory}/${name}`, name, version);
          continue;
        }
        if (isLocal(repository)) {
          const chart = chartFrom(readDirectory(this.#fs, this.#localPath(repository)));
          saved.set(`${name}-${chart.metadata.version}.tgz`, writeArchive(chart.metadata.name, packageFiles(chart), kube.now));
          continue;
        }
        const entry = this.#index(dependency)
          .entries.get(name)
          ?.find(({ metadata }) => metadata.version === version);
        const [url] = entry?.urls ?? [];
        if (!url) throw new HelmError(`could not find : chart ${name} not found in ${repository}: no matching version`);
        const address = absolute(repository, url);
        if (done.has(address)) {
          this.#say(`Already downloaded ${name} from repo ${repository}`);
          continue;
        }
        this.#say(`Downloading ${name} from repo ${repository}`);
        try {
          saved.set(address.slice(address.lastIndexOf("/") + 1), await fetched(process, address, this.#named(dependency) ?? {}));
        } catch (problem) {
          throw new HelmError(`could not download ${address}: ${messageOf(problem)}`);
        }
        done.add(address);
      }
    } catch (problem) {
      if (problem instanceof HelmError) this.#say(`Save error occurred:  ${problem.message}`);
      throw problem;
    }
    for (const [name, bytes] of saved) this.#fs.write(`${directory}/${name}`, bytes);
    this.#say("Deleting outdated charts");
    const kept = new Set(locked.filter(({ repository }) => repository === "").map(({ name }) => name));
    for (const name of before) {
      if (saved.has(name) || this.#fs.stat(`${directory}/${name}`)?.kind !== "file") continue;
      try {
        if (kept.has(chartFrom(readArchive(this.#fs.read(`${directory}/${name}`))).metadata.name)) continue;
      } catch (problem) {
        this.#say(`Could not verify ${directory}/${name} for deletion: ${messageOf(problem)} (Skipping)`);
        continue;
      }
      this.#fs.remove(`${directory}/${name}`);
    }
  }

  #checkLocal(path: string, name: string, version: string): void {
    let chart: Chart;
    try {
      chart = chartFrom(readDirectory(this.#fs, path));
    } catch (problem) {
      throw new HelmError(`unable to load chart '${path}': ${messageOf(problem)}`);
    }
    if (!satisfies(parseVersion(chart.metadata.version), parseConstraint(version)))
      throw new HelmError(`dependency ${name} at version ${chart.metadata.version} does not satisfy the constraint ${version}`);
  }

  writeLock(lock: Lock): void {
    const name = this.chart.metadata.apiVersion === "v1" ? "requirements.lock" : "Chart.lock";
    this.#fs.write(`${this.#path}/${name}`, yamlText({ ...lock, dependencies: lock.dependencies.map(writtenDependency) }));
  }
}
