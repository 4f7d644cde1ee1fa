import { bytesOf, Pipe } from "#base/streams.ts";
import { ExecError, type Process } from "#shell/process.ts";
import type { Setting } from "./config-file.ts";
import { settingsOf } from "./config-file.ts";
import { GitError } from "./failure.ts";
import { coloured, type Paint, plain } from "./paint.ts";
import { configurationOf, Repository } from "./repository.ts";

/** What a command of git works with: where it was called, and what it has to say. */
export class Scene {
  readonly process: Process;
  /** Settings of this call alone: `git -c user.name=x`. */
  readonly given: readonly Setting[];
  readonly usesPager: boolean;
  readonly #gitDir: string | undefined;
  readonly #workTree: string | undefined;
  #repository: Repository | undefined;
  #said: { isError: boolean; text: string }[] = [];

  constructor(
    process: Process,
    given: readonly Setting[],
    places: { gitDir?: string | undefined; workTree?: string | undefined },
    usesPager: boolean,
  ) {
    this.process = process;
    this.given = given;
    this.usesPager = usesPager;
    this.#gitDir = places.gitDir ?? process.env.get("GIT_DIR");
    this.#workTree = places.workTree ?? process.env.get("GIT_WORK_TREE");
  }

  get fs(): Process["machine"]["fs"] {
    return this.process.machine.fs;
  }

  path(text: string): string {
    return this.fs.resolve(this.process.cwd, text);
  }

  /** The repository that one is in. Throws where one is in none. */
  get repository(): Repository {
    this.#repository ??= this.found();
    if (!this.#repository) throw new GitError("not a git repository (or any of the parent directories): .git");
    return this.#repository;
  }

  /** The same, where it needs files to work on. */
  get worked(): Repository {
    if (this.repository.isBare) throw new GitError("this operation must be run in a work tree");
    return this.repository;
  }

  found(): Repository | undefined {
    if (this.#gitDir !== undefined) {
      const directory = this.path(this.#gitDir);
      if (!isGitDirectory(this.process, directory)) throw new GitError(`not a git repository: '${this.#gitDir}'`);
      return this.open(directory, this.#workTree === undefined ? this.process.cwd : this.path(this.#workTree));
    }
    for (let at = this.process.cwd; ; at = at.slice(0, at.lastIndexOf("/")) || "/") {
      const directory = at === "/" ? "/.git" : `${at}/.git`;
      if (isGitDirectory(this.process, directory)) return this.open(directory, at);
      if (isGitDirectory(this.process, at)) return this.open(at, at.endsWith("/.git") ? at.slice(0, -5) : "");
      if (at === "/") return undefined;
    }
  }

  open(gitDir: string, workTree: string): Repository {
    return new Repository(this.process, gitDir, workTree, this.given);
  }

  setting(key: string): string | undefined {
    const own = this.#repository ?? (this.#gitDir === undefined ? this.found() : undefined);
    if (own) return own.setting(key);
    return [...configurationOf(this.process, undefined).flatMap(({ settings }) => settings), ...this.given].findLast((one) => one.key === key)?.value;
  }

  /** Colours, where somebody looks or asked for them. */
  paint(wanted?: string): Paint {
    const how = wanted === "" ? "always" : (wanted ?? this.setting("color.ui") ?? "auto");
    const isOn = how === "always" || (how !== "never" && how !== "false" && this.process.isTerminal(1) && this.process.env.get("TERM") !== "dumb");
    return isOn ? coloured : plain;
  }

  // --- What is said

  print(text: string): void {
    this.#said.push({ isError: false, text });
  }

  line(text = ""): void {
    this.print(`${text}\n`);
  }

  /** To the standard error. */
  say(text: string): void {
    this.#said.push({ isError: true, text: `${text}\n` });
  }

  hint(text: string): void {
    this.say(text.replace(/^/gm, "hint: "));
  }

  /** Writes what was said: in its order to a terminal; else errors are there first, since the rest is written at the end. */
  async flush(): Promise<void> {
    const said = this.#said;
    this.#said = [];
    const { stdout, stderr } = this.process;
    const parts = this.process.isTerminal(1) ? said : [...said.filter(({ isError }) => isError), ...said.filter(({ isError }) => !isError)];
    for (const { isError, text } of parts) await (isError ? stderr : stdout).write(bytesOf(text));
  }

  /** Writes what was printed through a pager where somebody looks at it and it is longer than the screen. */
  async page(): Promise<void> {
    const { process } = this;
    const text = this.#said.map((one) => one.text).join("");
    const pager = process.env.get("GIT_PAGER") ?? this.setting("core.pager") ?? process.env.get("PAGER") ?? "less";
    const isLong = text.split("\n").length > (process.tty?.rows ?? 24);
    if (!this.usesPager || !process.isTerminal(1) || !isLong || pager === "cat" || pager === "" || this.#said.some(({ isError }) => isError))
      return this.flush();
    this.#said = [];
    const pipe = new Pipe(process.machine.tasks, Number.POSITIVE_INFINITY);
    await pipe.write(bytesOf(text));
    pipe.close();
    const env = new Map(process.env);
    if (!env.has("LESS")) env.set("LESS", "FRX");
    try {
      await process.run(/[\s|;&]/.test(pager) ? ["sh", "-c", pager] : [pager], { stdin: pipe, env });
    } catch (error) {
      if (!(error instanceof ExecError)) throw error;
      await process.stdout.write(bytesOf(text));
    }
  }

  /** Lets the user edit a file of the repository, with the editor that git would take. */
  async edit(name: string): Promise<void> {
    const { env } = this.process;
    const editor = env.get("GIT_EDITOR") ?? this.setting("core.editor") ?? env.get("VISUAL") ?? env.get("EDITOR") ?? "vi";
    const path = `${this.repository.gitDir}/${name}`;
    await this.flush();
    let code: number;
    try {
      code = await this.process.run(/[\s'"$;&|]/.test(editor) ? ["sh", "-c", `${editor} "$@"`, editor, path] : [editor, path]);
    } catch (error) {
      if (!(error instanceof ExecError)) throw error;
      this.say(`error: cannot run ${editor}: No such file or directory`);
      code = 1;
    }
    if (code !== 0)
      throw new GitError(`error: There was a problem with the editor '${editor}'.\nPlease supply the message using either -m or -F option.`, 1);
  }

  /** Runs a hook of the repository, if there is one; gives whether all is well. */
  async hook(name: string, ...args: string[]): Promise<boolean> {
    const path = `${this.repository.gitDir}/hooks/${name}`;
    const stat = this.fs.stat(path);
    if (stat?.kind !== "file") return true;
    if ((stat.mode & 0o111) === 0) {
      this.hint(
        `The '.git/hooks/${name}' hook was ignored because it's not set as executable.\nYou can disable this warning with \`git config advice.ignoredHook false\`.`,
      );
      return true;
    }
    await this.flush();
    return (await this.process.run([path, ...args], { cwd: this.repository.workTree })) === 0;
  }
}

export const isGitDirectory = (process: Process, path: string): boolean => {
  const { fs } = process.machine;
  return (
    fs.stat(`${path}/HEAD`)?.kind === "file" && fs.stat(`${path}/objects`)?.kind === "directory" && fs.stat(`${path}/refs`)?.kind === "directory"
  );
};

/** `user.name=x` as `-c` takes it. */
export const settingOf = (text: string): Setting => {
  const [key = "", value = "true"] = text.split(/=(.*)/s);
  const dot = key.lastIndexOf(".");
  return settingsOf(`[${key.slice(0, dot).replace(/\.(.*)$/s, ' "$1"')}]\n${key.slice(dot + 1)} = ${JSON.stringify(value)}`)[0] ?? { key, value };
};
