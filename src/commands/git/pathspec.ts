import { GitError } from "./failure.ts";
import { globSource } from "./ignore.ts";
import type { Repository } from "./repository.ts";

/** Paths that were named on a command line: files, directories, globs, `:!what is left out`. */
export class Pathspec {
  readonly #wanted: { text: string; test: (path: string) => boolean }[] = [];
  readonly #unwanted: ((path: string) => boolean)[] = [];

  constructor(repository: Repository, texts: readonly string[]) {
    for (const text of texts) {
      const magic = /^:(?:\(([a-z,]*)\)|([!^/]+))(.*)$/s.exec(text);
      const words = magic?.[1]?.split(",") ?? [];
      const isExcluded = words.includes("exclude") || /[!^]/.test(magic?.[2] ?? "");
      const isTop = words.includes("top") || (magic?.[2] ?? "").includes("/");
      const path = pathIn(repository, magic ? (magic[3] ?? "") : text, isTop);
      const glob =
        /[*?[]/.test(path) && !words.includes("literal") ? new RegExp(`^${globSource(path, words.includes("glob"))}(?:/.*)?$`, "s") : undefined;
      const test = (one: string) => path === "" || one === path || one.startsWith(`${path}/`) || (glob?.test(one) ?? false);
      if (isExcluded) this.#unwanted.push(test);
      else this.#wanted.push({ text, test });
    }
  }

  get isEmpty(): boolean {
    return this.#wanted.length === 0 && this.#unwanted.length === 0;
  }

  matches(path: string): boolean {
    return (this.#wanted.length === 0 || this.#wanted.some(({ test }) => test(path))) && !this.#unwanted.some((test) => test(path));
  }

  /** Those that fit no path of several. */
  unmatched(paths: Iterable<string>): string[] {
    const all = [...paths];
    return this.#wanted.filter(({ test }) => !all.some(test)).map(({ text }) => text);
  }
}

/** A path as the repository names it. Throws where it leads outside. */
export function pathIn(repository: Repository, text: string, isTop = false): string {
  const { fs, process, workTree } = repository;
  const absolute = fs.resolve(isTop ? workTree : process.cwd, text);
  if (absolute === workTree) return "";
  if (!absolute.startsWith(`${workTree === "/" ? "" : workTree}/`)) throw new GitError(`${text}: '${text}' is outside repository at '${workTree}'`);
  return absolute.slice(workTree === "/" ? 1 : workTree.length + 1);
}

/** A path of the repository as one sees it from the current directory. */
export function seenFrom(repository: Repository, path: string): string {
  const { cwd } = repository.process;
  const below = cwd.startsWith(`${repository.workTree}/`) ? cwd.slice(repository.workTree.length + 1).split("/") : [];
  const parts = path.split("/");
  let common = 0;
  while (common < below.length && common < parts.length - 1 && below[common] === parts[common]) common++;
  return "../".repeat(below.length - common) + parts.slice(common).join("/") || "./";
}
