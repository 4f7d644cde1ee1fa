import type { Assignment, CommandNode, CompoundCommand, CompoundList, ParsedScript, Redirected, Statement } from "unbash";
import { bytesOf } from "#base/streams.ts";
import type { Builtin } from "../builtins/builtin.ts";
import type { FileSystem } from "../file-system.ts";
import type { OpenFile } from "../open-file.ts";
import type { Killed, SignalName } from "../process.ts";
import type { RunningProcess } from "../running-process.ts";
import { Jobs } from "./jobs.ts";
import { lineOf, type Source } from "./source.ts";
import { Variables } from "./variables.ts";

export interface ShellFunction {
  readonly name: string;
  readonly body: CompoundCommand | Redirected | CompoundList;
  readonly source: Source;
  /** Its definition as text, so that it can be stored and shown. */
  readonly text: string;
}

/** `set -o`: names with their letters. */
export const optionLetters: Readonly<Record<string, string>> = {
  allexport: "a",
  braceexpand: "B",
  emacs: "",
  errexit: "e",
  errtrace: "E",
  functrace: "T",
  hashall: "h",
  histexpand: "H",
  history: "",
  ignoreeof: "",
  "interactive-comments": "",
  keyword: "k",
  monitor: "m",
  noclobber: "C",
  noexec: "n",
  noglob: "f",
  nolog: "",
  notify: "b",
  nounset: "u",
  onecmd: "t",
  physical: "P",
  pipefail: "",
  posix: "",
  privileged: "p",
  verbose: "v",
  vi: "",
  xtrace: "x",
};

/** How a shell speaks: bash, Debian's dash, busybox' ash. */
export type Dialect = "bash" | "dash" | "ash";

/** Running, which the parts of the interpreter that run commands give to those that only expand. */
export interface Runner {
  statements(shell: Shell, statements: readonly Statement[]): Promise<number>;
  node(shell: Shell, node: CommandNode | CompoundList): Promise<number>;
  /** Assigns as `name=value` and `name=(…)` say. */
  assign(shell: Shell, assignment: Assignment): Promise<void>;
  /** Parses and runs a text in this shell. */
  text(shell: Shell, text: string, name?: string): Promise<number>;
  /** What a command prints: `$(…)`, without the newlines at its end. */
  output(shell: Shell, script: ParsedScript): Promise<string>;
  /** Starts a command whose other end is the path that is given: `<(…)`. */
  process(shell: Shell, script: ParsedScript, operator: "<" | ">"): string;
  /** Runs a simple command whose words have been expanded. */
  command(shell: Shell, words: readonly string[], options?: { functions?: boolean; builtins?: boolean; replace?: boolean }): Promise<number>;
  /** Runs what was sourced: its `return` ends it. */
  file(shell: Shell, text: string, name: string): Promise<number>;
}

/** A shell: what it knows and where it is. It belongs to a process; a fork has a copy of its own. */
export class Shell {
  readonly process: RunningProcess;
  readonly runner: Runner;
  readonly builtins: ReadonlyMap<string, Builtin>;
  readonly dialect: Dialect;
  vars: Variables;
  functions = new Map<string, ShellFunction>();
  /** Names of those that child shells have too. */
  exportedFunctions: ReadonlySet<string> = new Set();
  aliases = new Map<string, string>();
  /** What `complete` said of commands' arguments. */
  completions = new Map<string, { words?: readonly string[]; callee?: string; text: string }>();
  options = new Set<string>(["braceexpand", "hashall", "interactive-comments"]);
  shopt = new Set<string>([
    "checkwinsize",
    "cmdhist",
    "extquote",
    "force_fignore",
    "globasciiranges",
    "globskipdots",
    "hostcomplete",
    "interactive_comments",
    "patsub_replacement",
    "progcomp",
    "promptvars",
    "sourcepath",
  ]);
  /** `$0`. */
  name: string;
  /** `$1` and so on. */
  params: string[] = [];
  status = 0;
  lastArgument = "";
  lastBackground: number | undefined;
  interactive = false;
  /** Runs a script by its name. */
  scripted = false;
  login = false;
  /** A shell made by `(…)`, a pipeline or `&`: how deep. */
  depth = 0;
  /** `$$`. */
  rootPid: number;
  source: Source = { text: "", name: "", firstLine: 1 };
  position = 0;
  /** The command that runs, as it is written: not one of a trap's. */
  running = "";
  /** Names of the functions that run, the innermost last, and where they were called. */
  calls: { name: string; line: number; source: string }[] = [];
  sourceDepth = 0;
  loopDepth = 0;
  /** Above zero, a failure is being asked for (`if`, `&&`, `!`) and does not end a shell with `set -e`. */
  checked = 0;
  traps = new Map<string, string>();
  /** How deep the functions were when RETURN was trapped. */
  returnTrapDepth = 0;
  pendingTraps: string[] = [];
  inTrap = false;
  jobs: Jobs;
  hashed = new Map<string, { path: string; hits: number }>();
  directories: string[] = [];
  history: string[] = [];
  /** Files that were opened for the command that runs, such as those of `<(…)`. */
  opened: number[] = [];
  startedAt: number;
  /** Was told of stopped jobs when it was to leave. */
  warnedOfJobs = false;
  /** The status of the last `$(…)`, for assignments. */
  substituted: number | undefined;
  /** Where `getopts` stands within a bundle of letters. */
  optionIndex = 1;
  optionOffset = 1;
  /** What signals do where no trap is set: Ctrl-C at a prompt. */
  readonly usualHandlers = new Map<SignalName, () => void>();
  #scope: AbortController | undefined;
  /** Aborts what the shell itself waits for when a trapped signal comes. */
  waker: AbortController | undefined;

  constructor(process: RunningProcess, runner: Runner, builtins: ReadonlyMap<string, Builtin>, name: string, dialect: Dialect) {
    this.process = process;
    this.runner = runner;
    this.builtins = builtins;
    this.name = name;
    this.dialect = dialect;
    this.rootPid = process.pid;
    this.startedAt = process.machine.clock.now();
    this.vars = new Variables();
    this.jobs = new Jobs(this);
  }

  /** A copy for a child process: it has its own variables and functions, no jobs, and only the traps that ignore. */
  fork(process: RunningProcess): Shell {
    const copy = new Shell(process, this.runner, this.builtins, this.name, this.dialect);
    copy.vars = this.vars.fork();
    copy.vars.evaluate = this.vars.evaluate;
    copy.functions = new Map(this.functions);
    copy.exportedFunctions = this.exportedFunctions;
    copy.aliases = new Map(this.aliases);
    copy.options = new Set(this.options);
    copy.options.delete("monitor");
    copy.shopt = new Set(this.shopt);
    copy.params = this.params;
    copy.status = this.status;
    copy.lastArgument = this.lastArgument;
    copy.lastBackground = this.lastBackground;
    copy.depth = this.depth + 1;
    copy.rootPid = this.rootPid;
    copy.source = this.source;
    copy.position = this.position;
    copy.calls = [...this.calls];
    copy.sourceDepth = this.sourceDepth;
    copy.loopDepth = this.loopDepth;
    copy.checked = this.checked;
    copy.jobs.seen = this.jobs.seen.length > 0 && this.jobs.all.length === 0 ? this.jobs.seen : this.jobs.all;
    copy.directories = [...this.directories];
    copy.history = this.history;
    copy.startedAt = this.startedAt;
    for (const [name, action] of this.traps) if (action === "") copy.traps.set(name, action);
    if (this.options.has("errtrace") && this.traps.has("ERR")) copy.traps.set("ERR", this.traps.get("ERR") ?? "");
    copy.define = this.define;
    copy.define();
    return copy;
  }

  /** Hooks the computed variables up with this shell. */
  define: () => void = () => {};

  get fs(): FileSystem {
    return this.process.machine.fs;
  }

  get cwd(): string {
    return this.process.cwd;
  }

  set cwd(path: string) {
    this.process.cwd = path;
  }

  get files(): Map<number, OpenFile> {
    return this.process.files;
  }

  /** Aborts when the shell is to stop what it does: by its end, or at a prompt's Ctrl-C. */
  get signal(): AbortSignal {
    return this.#scope?.signal ?? this.process.signal;
  }

  has(option: string): boolean {
    return this.options.has(option);
  }

  get line(): number {
    return lineOf(this.source, this.position);
  }

  /** Runs something that Ctrl-C ends without ending the shell. */
  async interruptibly<T>(work: () => Promise<T>): Promise<T> {
    const outer = this.#scope;
    const scope = new AbortController();
    this.#scope = scope;
    const ended = () => scope.abort(this.process.signal.reason);
    this.process.signal.addEventListener("abort", ended, { once: true });
    try {
      return await work();
    } finally {
      this.process.signal.removeEventListener("abort", ended);
      this.#scope = outer;
    }
  }

  interrupt(reason: Killed): void {
    this.#scope?.abort(reason);
  }

  /** What stands before a message of this shell: `bash: line 3: `. */
  get prefix(): string {
    if (this.interactive) return `${this.name}: `;
    const name = this.source.name || this.name;
    // busybox numbers lines of files only.
    if (this.dialect === "ash" && !this.scripted) return `${name}: `;
    if (this.dialect === "dash") return `${name}: ${this.line}: `;
    return `${name}: line ${this.line}: `;
  }

  /** Prints a message to the standard error. */
  async complain(text: string): Promise<void> {
    await this.write(2, `${this.prefix}${text}\n`);
  }

  async write(descriptor: number, text: string): Promise<void> {
    const file = this.files.get(descriptor);
    if (file) await this.process.writeTo(file, bytesOf(text), this.signal);
  }

  /** The path that a name leads to, seen from here. */
  path(name: string): string {
    return this.fs.resolve(this.cwd, name);
  }

  /** Hears of a signal as `trap` wants it: runs the action, ignores it, or lets it do as usual. */
  listen(name: SignalName, action: string | undefined): void {
    const { process } = this;
    process.ignored.delete(name);
    const usual = this.usualHandlers.get(name);
    if (action === "") process.ignored.add(name);
    const handle = action === "" ? undefined : action === undefined ? usual : () => this.trapped(name);
    if (handle) process.onSignal(name, handle);
    else process.onSignal(name, () => {})();
  }

  /** Takes a trapped signal: its action runs when the current command is done. */
  trapped(name: SignalName): void {
    this.pendingTraps.push(name);
    this.waker?.abort(new TrapArrived(name));
  }
}

/** Thrown out of what the shell itself waits for when a signal with a trap came. */
export class TrapArrived extends Error {
  readonly by: SignalName;
  constructor(by: SignalName) {
    super(`SIG${by}`);
    this.by = by;
  }
}
