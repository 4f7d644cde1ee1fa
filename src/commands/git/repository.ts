import { bytesOf, textOf } from "#base/streams.ts";
import type { FileStat, FileSystem } from "#shell/file-system.ts";
import type { Process } from "#shell/process.ts";
import { keyOf, type Setting, settingsOf } from "./config-file.ts";
import { GitError } from "./failure.ts";
import { entriesOf, type IndexEntry, indexBytes, modeOf } from "./index-file.ts";
import { comparePaths, emptyTree, Objects, type Person, personText, zeroId } from "./objects.ts";
import { Refs } from "./refs.ts";
import { filesOfTree, type TreeFile, treeOfFiles } from "./trees.ts";

export type Files = ReadonlyMap<string, TreeFile>;

/** A repository with its work tree, as a process uses it. */
export class Repository {
  readonly process: Process;
  readonly fs: FileSystem;
  /** Empty for a bare one. */
  readonly workTree: string;
  readonly gitDir: string;
  readonly objects: Objects;
  readonly refs: Refs;
  readonly #given: readonly Setting[];
  #index: IndexEntry[] | undefined;
  #settings: readonly Setting[] | undefined;

  constructor(process: Process, gitDir: string, workTree: string, given: readonly Setting[] = []) {
    this.process = process;
    this.fs = process.machine.fs;
    this.gitDir = gitDir;
    this.workTree = workTree;
    this.objects = new Objects(this.fs, `${gitDir}/objects`);
    this.refs = new Refs(this.fs, gitDir, () => personText(this.person("COMMITTER")));
    this.#given = given;
  }

  get isBare(): boolean {
    return this.workTree === "";
  }

  // --- Settings

  settings(): readonly Setting[] {
    this.#settings ??= [...configurationOf(this.process, this.gitDir).flatMap(({ settings }) => settings), ...this.#given];
    return this.#settings;
  }

  setting(key: string): string | undefined {
    const wanted = keyOf(key);
    return this.settings().findLast((one) => one.key === wanted)?.value;
  }

  forgetSettings(): void {
    this.#settings = undefined;
  }

  /** Who commits, by the environment or the configuration. Throws where git would ask who one is. */
  person(role: "AUTHOR" | "COMMITTER"): Person {
    const { env, machine } = this.process;
    const name = env.get(`GIT_${role}_NAME`) ?? this.setting("user.name");
    const email = env.get(`GIT_${role}_EMAIL`) ?? this.setting("user.email") ?? env.get("EMAIL");
    if (!name || !email) throw new GitError(whoAreYou(role, `${this.process.user.name}@${machine.hostname}.(none)`));
    const date = env.get(`GIT_${role}_DATE`);
    const time = date ? timeOf(date) : undefined;
    if (date && !time) throw new GitError(`invalid date format: ${date}`);
    return { name, email, at: Math.floor(machine.clock.now() / 1000), zone: "+0000", ...time };
  }

  // --- The index

  get indexPath(): string {
    return `${this.gitDir}/index`;
  }

  index(): readonly IndexEntry[] {
    this.#index ??= this.fs.stat(this.indexPath) ? entriesOf(this.fs.read(this.indexPath)) : [];
    return this.#index;
  }

  writeIndex(entries: readonly IndexEntry[]): void {
    this.#index = [...entries].sort((a, b) => comparePaths(a.path, b.path) || a.stage - b.stage);
    this.fs.write(this.indexPath, indexBytes(this.#index));
  }

  /** The index without conflicts, as files. */
  indexFiles(): Map<string, TreeFile> {
    return new Map(this.index().flatMap(({ path, mode, id, stage, intended }) => (stage === 0 && !intended ? [[path, { mode, id }]] : [])));
  }

  /** Paths that are in conflict, with their sides by stage. */
  conflicts(): Map<string, Partial<Record<1 | 2 | 3, TreeFile>>> {
    const conflicts = new Map<string, Partial<Record<1 | 2 | 3, TreeFile>>>();
    for (const { path, stage, mode, id } of this.index()) if (stage !== 0) conflicts.set(path, { ...conflicts.get(path), [stage]: { mode, id } });
    return conflicts;
  }

  /** The index's entry for a file as it is now in the work tree. */
  entryOf(path: string): IndexEntry {
    const { stat, bytes } = this.workFile(path) ?? { stat: undefined, bytes: undefined };
    if (!stat || !bytes) throw new GitError(`pathspec '${path}' did not match any files`);
    return { path, mode: modeOf(stat), id: this.objects.write("blob", bytes), stage: 0, sizeBytes: stat.sizeBytes, modifiedAt: stat.modifiedAt };
  }

  // --- The work tree

  absolute(path: string): string {
    return path === "" ? this.workTree : `${this.workTree}/${path}`;
  }

  /** A file or link of the work tree; undefined where there is none. */
  workFile(path: string): { stat: FileStat; bytes: Uint8Array } | undefined {
    const at = this.absolute(path);
    const stat = this.fs.stat(at, { follow: false });
    if (!stat || stat.kind === "directory" || stat.kind === "device") return undefined;
    return { stat, bytes: stat.kind === "link" ? bytesOf(this.fs.readlink(at)) : this.fs.read(at) };
  }

  /** Puts a file into the work tree, in place of what is there. */
  checkout(path: string, { mode, id }: TreeFile): void {
    const at = this.absolute(path);
    if (mode === "160000") {
      this.fs.mkdir(at, { recursive: true });
      return;
    }
    const { body } = this.objects.read(id);
    const parts = path.split("/").slice(0, -1);
    for (let i = 1; i <= parts.length; i++) {
      const directory = this.absolute(parts.slice(0, i).join("/"));
      const there = this.fs.stat(directory, { follow: false });
      if (there && there.kind !== "directory") this.fs.remove(directory);
      if (there?.kind !== "directory") this.fs.mkdir(directory);
    }
    if (this.fs.stat(at, { follow: false })) this.fs.remove(at, { recursive: true });
    if (mode === "120000") this.fs.symlink(textOf(body), at);
    else this.fs.write(at, body, { mode: mode === "100755" ? 0o755 : 0o644 });
  }

  /** Takes a file away, and the directories that it leaves empty. */
  removeWorkFile(path: string): void {
    if (this.fs.stat(this.absolute(path), { follow: false })) this.fs.remove(this.absolute(path), { recursive: true });
    for (let up = parentOf(path); up !== ""; up = parentOf(up)) {
      const at = this.absolute(up);
      if (this.fs.stat(at)?.kind !== "directory" || this.fs.list(at).length > 0 || at === this.process.cwd) return;
      this.fs.remove(at);
    }
  }

  // --- Trees and commits

  /** The files of a commit, a tag or a tree; nothing for the empty one. */
  filesOf(id: string | undefined): Map<string, TreeFile> {
    return id === undefined ? new Map() : filesOfTree(this.objects, this.treeIdOf(id));
  }

  treeIdOf(id: string): string {
    if (id === emptyTree) return id;
    const { type } = this.objects.read(id);
    if (type === "tag") return this.treeIdOf(this.objects.tag(id).object);
    return type === "commit" ? this.objects.commit(id).tree : id;
  }

  writeTree(files: Files): string {
    return treeOfFiles(this.objects, files);
  }

  /** Where HEAD is; undefined before the first commit. */
  head(): string | undefined {
    return this.refs.resolve("HEAD");
  }

  /** The branch that is checked out, without `refs/heads/`; undefined where HEAD is detached. */
  branch(): string | undefined {
    const target = this.refs.symbolic("HEAD");
    return target?.startsWith("refs/heads/") ? target.slice("refs/heads/".length) : undefined;
  }

  /** Moves the branch that is checked out, or a detached HEAD. */
  moveHead(id: string, why: string): void {
    const before = this.head() ?? zeroId;
    const branch = this.refs.symbolic("HEAD");
    if (branch) {
      this.refs.write(branch, id);
      this.refs.log(branch, before, id, why);
    } else this.refs.write("HEAD", id);
    this.refs.log("HEAD", before, id, why);
  }

  /** Text of a file of `.git`; undefined where there is none. */
  note(name: string): string | undefined {
    const path = `${this.gitDir}/${name}`;
    return this.fs.stat(path) ? this.fs.readText(path) : undefined;
  }

  putNote(name: string, text: string | undefined): void {
    const path = `${this.gitDir}/${name}`;
    if (text !== undefined) this.fs.write(path, text);
    else if (this.fs.stat(path)) this.fs.remove(path);
  }
}

export const parentOf = (path: string): string => (path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : "");

/** The files that configure git, the first the widest, with what they say. */
export function configurationOf(
  process: Process,
  gitDir: string | undefined,
): { scope: "system" | "global" | "local"; path: string; settings: Setting[] }[] {
  const { fs } = process.machine;
  const home = process.env.get("HOME") ?? process.user.home;
  const places = [
    ["system", "/etc/gitconfig"],
    ["global", `${process.env.get("XDG_CONFIG_HOME") || `${home}/.config`}/git/config`],
    ["global", process.env.get("GIT_CONFIG_GLOBAL") ?? `${home}/.gitconfig`],
    ...(gitDir === undefined ? [] : [["local", `${gitDir}/config`] as const]),
  ] as const;
  return places.flatMap(([scope, path]) => (fs.stat(path)?.kind === "file" ? [{ scope, path, settings: settingsOf(fs.readText(path)) }] : []));
}

const whoAreYou = (role: "AUTHOR" | "COMMITTER", guess: string) => `${role === "AUTHOR" ? "Author" : "Committer"} identity unknown

*** Please tell me who you are.

Run

  git config --global user.email "you@example.com"
  git config --global user.name "Your Name"

to set your account's default identity.
Omit --global to set the identity only in this repository.

fatal: unable to auto-detect email address (got '${guess}')`;

/** A date as git takes it: seconds and zone, or the usual forms. */
export function timeOf(text: string): { at: number; zone: string } | undefined {
  const raw = /^@?(\d+)(?: ([-+]\d{4}))?$/.exec(text.trim());
  if (raw && (raw[2] || text.startsWith("@") || (raw[1] ?? "").length > 8)) return { at: Number(raw[1]), zone: raw[2] ?? "+0000" };
  const parts = /^(\d{4})[-./](\d\d?)[-./](\d\d?)(?:[T ](\d\d?):(\d\d)(?::(\d\d)(?:\.\d+)?)?)?\s*(Z|[-+]\d\d:?\d\d)?$/.exec(text.trim());
  const zone = (parts?.[7] ?? "+0000").replace("Z", "+0000").replace(":", "");
  const offset = (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3))) * (zone.startsWith("-") ? -60 : 60);
  if (parts) {
    const [, year, month, day, hour = 0, minute = 0, second = 0] = parts;
    return { at: Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second)) / 1000 - offset, zone };
  }
  const parsed = Date.parse(text);
  if (Number.isNaN(parsed)) return undefined;
  return { at: Math.floor(parsed / 1000), zone: /([-+]\d{4})\s*$/.exec(text)?.[1] ?? "+0000" };
}
