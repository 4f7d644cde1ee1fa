import type { FileSystem } from "#shell/file-system.ts";
import { zeroId } from "./objects.ts";

/** A line of a reference's log. */
export interface LogLine {
  readonly before: string;
  readonly after: string;
  /** `Name <address> seconds zone` */
  readonly who: string;
  readonly why: string;
}

/** Names of commits: branches, tags, HEAD, each a file below `.git`. */
export class Refs {
  readonly #fs: FileSystem;
  readonly #gitDir: string;
  readonly #who: () => string;

  constructor(fs: FileSystem, gitDir: string, who: () => string) {
    this.#fs = fs;
    this.#gitDir = gitDir;
    this.#who = who;
  }

  /** The object that a reference leads to. */
  resolve(name: string): string | undefined {
    const text = this.#text(name);
    if (text === undefined) return this.#packed().get(name);
    return text.startsWith("ref: ") ? this.resolve(text.slice(5).trim()) : /^[0-9a-f]{40}/.exec(text)?.[0];
  }

  /** The reference that another one stands for: HEAD's branch. */
  symbolic(name: string): string | undefined {
    const text = this.#text(name);
    return text?.startsWith("ref: ") ? text.slice(5).trim() : undefined;
  }

  write(name: string, id: string): void {
    const path = `${this.#gitDir}/${name}`;
    this.#fs.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    this.#fs.write(path, `${id}\n`);
  }

  point(name: string, target: string): void {
    const path = `${this.#gitDir}/${name}`;
    this.#fs.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    this.#fs.write(path, `ref: ${target}\n`);
  }

  remove(name: string): void {
    for (const path of [`${this.#gitDir}/${name}`, `${this.#gitDir}/logs/${name}`]) {
      if (this.#fs.stat(path)?.kind !== "file") continue;
      this.#fs.remove(path);
      // Directories that are left empty would stand in the way of names.
      const top = path.slice(0, path.length - name.length);
      for (let up = path.slice(0, path.lastIndexOf("/")); up.split("/").length > top.split("/").length + 1; up = up.slice(0, up.lastIndexOf("/"))) {
        if (this.#fs.list(up).length > 0) break;
        this.#fs.remove(up);
      }
    }
    const packed = this.#packed();
    if (packed.delete(name)) this.#fs.write(`${this.#gitDir}/packed-refs`, [...packed].map(([ref, id]) => `${id} ${ref}\n`).join(""));
  }

  /** References below a prefix, with what they lead to, by name. */
  list(prefix: string): [name: string, id: string][] {
    const found = new Map([...this.#packed()].filter(([name]) => name.startsWith(prefix)));
    const look = (at: string) => {
      const path = `${this.#gitDir}/${at}`;
      const kind = this.#fs.stat(path)?.kind;
      if (kind === "directory") for (const name of this.#fs.list(path)) look(`${at}/${name}`);
      else if (kind === "file" && at.startsWith(prefix)) {
        const id = this.resolve(at);
        if (id) found.set(at, id);
      }
    };
    look(prefix.replace(/\/$/, ""));
    return [...found].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  }

  /** Writes down where a reference went and why. */
  log(name: string, before: string, after: string, why: string): void {
    if (!/^(HEAD$|refs\/(heads|remotes|stash))/.test(name)) return;
    const path = `${this.#gitDir}/logs/${name}`;
    this.#fs.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    this.#fs.write(path, `${before || zeroId} ${after} ${this.#who()}\t${why}\n`, { append: true });
  }

  /** What was written down, the latest first. */
  history(name: string): LogLine[] {
    const path = `${this.#gitDir}/logs/${name}`;
    if (this.#fs.stat(path)?.kind !== "file") return [];
    const lines = this.#fs.readText(path).split("\n").filter(Boolean);
    return lines.reverse().map((line) => {
      const tab = line.indexOf("\t");
      return { before: line.slice(0, 40), after: line.slice(41, 81), who: line.slice(82, tab), why: line.slice(tab + 1) };
    });
  }

  /** Puts another history in place of what was written down; the latest first. */
  rewrite(name: string, lines: readonly LogLine[]): void {
    const text = lines.toReversed().map(({ before, after, who, why }) => `${before} ${after} ${who}\t${why}\n`);
    this.#fs.write(`${this.#gitDir}/logs/${name}`, text.join(""));
  }

  #text(name: string): string | undefined {
    const path = `${this.#gitDir}/${name}`;
    return this.#fs.stat(path)?.kind === "file" ? this.#fs.readText(path) : undefined;
  }

  #packed(): Map<string, string> {
    const text = this.#text("packed-refs") ?? "";
    return new Map([...text.matchAll(/^([0-9a-f]{40}) (\S+)$/gm)].map(([, id = "", name = ""]) => [name, id]));
  }
}

/** Whether a branch or tag may be named so. https://git-scm.com/docs/git-check-ref-format */
export const isRefName = (name: string): boolean =>
  name !== "" && name !== "@" && !/^[-/.]|[/.]$|\.lock$|\.\.|\/\/|\/\.|@\{|[\x00-\x20~^:?*[\\\x7f]/.test(name);

/** A reference's short name, as people see it. */
export const shortRef = (name: string): string => name.replace(/^refs\/(?:heads|tags|remotes)\//, "").replace(/^refs\//, "");
