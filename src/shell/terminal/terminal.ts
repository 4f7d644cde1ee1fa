import { bytesOf, sourceOf } from "#base/streams.ts";
import { Cpu } from "../cpu.ts";
import { shellFor, sourceFirst } from "../interpreter/bash.ts";
import { Leave } from "../interpreter/control.ts";
import { interact, runLine } from "../interpreter/interactive.ts";
import { Redirections } from "../interpreter/redirect.ts";
import { toItsEnd } from "../interpreter/run.ts";
import type { Shell } from "../interpreter/shell.ts";
import { nullDevice, OpenFile } from "../open-file.ts";
import type { Machine, ProcessUser } from "../process.ts";
import { processTable } from "../process-table.ts";
import { Pty } from "../pty.ts";
import { Capture, type CommandOptions, type CommandResult, homeOrRoot, limited, loginEnvironment } from "../run-command.ts";
import { RunningProcess } from "../running-process.ts";
import { restoreShell, type SavedShell, ShellMemory } from "./saved-shell.ts";
import { Screen } from "./screen.ts";

export interface TerminalOptions {
  machine: Machine;
  /** Who logs in; root unless said. */
  user?: string;
  columns: number;
  rows: number;
  /** What `saved` gave before. */
  saved?: SavedTerminal;
  /** The number in its device: `pts/0`. */
  number?: number;
  env?: Readonly<Record<string, string>>;
}

/** What outlives the object that a terminal runs in, as JSON. */
export interface SavedTerminal {
  shell: SavedShell;
  /** What was on the screen, as text with its escape sequences. */
  screen: string;
}

/** How a command of the HTTP API runs in a terminal. */
type RunOptions = Pick<CommandOptions, "stdin" | "timeoutMilliseconds" | "interrupt" | "kill" | "limitBytes">;

const mostSavedScreen = 8 * 1024;

/** A terminal with a login shell: keys in, screen out, and commands that the HTTP API runs in it. When its shell is left, another one logs in. */
export class Terminal {
  readonly #machine: Machine;
  readonly #user: ProcessUser;
  readonly #env: Readonly<Record<string, string>>;
  readonly #pty: Pty;
  readonly #screen = new Screen();
  readonly #hearers = new Set<(bytes: Uint8Array) => void>();
  readonly #waiting: (() => void)[] = [];
  #shell: Shell | undefined;
  #memory: ShellMemory | undefined;
  #busy = false;
  #closed = false;
  /** Called when a command is done and the next is waited for: the time to store `saved()`. */
  onPrompt: (() => void) | undefined;

  constructor(options: TerminalOptions) {
    const { machine } = options;
    this.#machine = machine;
    this.#user = machine.accounts.process(options.user ?? "root");
    this.#env = options.env ?? {};
    const table = processTable(machine);
    this.#pty = new Pty(machine.tasks, {
      name: `pts/${options.number ?? 0}`,
      columns: options.columns,
      rows: options.rows,
      out: (bytes) => this.#show(bytes),
      signal: (group, name) => table.signal(-group, name),
    });
    if (options.saved?.screen) this.#show(bytesOf(options.saved.screen));
    this.#login(options.saved?.shell);
  }

  /** Keys that were typed. */
  input(bytes: Uint8Array): void {
    void this.#machine.tasks.run(() => this.#pty.type(bytes));
  }

  resize(columns: number, rows: number): void {
    void this.#machine.tasks.run(() => this.#pty.resize(columns, rows));
  }

  /** Hears of what is shown from now on. */
  output(hear: (bytes: Uint8Array) => void): () => void {
    this.#hearers.add(hear);
    return () => this.#hearers.delete(hear);
  }

  /** The bytes that bring up the screen as it is. */
  replay(): Uint8Array {
    return this.#screen.replay();
  }

  get columns(): number {
    return this.#pty.columns;
  }

  get rows(): number {
    return this.#pty.rows;
  }

  /** Whether a command runs in its foreground. */
  get busy(): boolean {
    return this.#busy;
  }

  /** Whether jobs run in its background. */
  get working(): boolean {
    return this.#busy || (this.#shell?.jobs.all.some((job) => !job.done && !job.stopped) ?? false);
  }

  /** What it is to be made of again. */
  saved(): SavedTerminal {
    const screen = new TextDecoder().decode(this.#screen.below());
    const cut = screen.length > mostSavedScreen ? screen.indexOf("\n", screen.length - mostSavedScreen) + 1 : 0;
    // The prompt is written anew by the next shell.
    const lines = screen.slice(cut);
    return {
      shell: this.#memory?.save() ?? { variables: {}, functions: {}, aliases: {}, options: [], shopt: [], history: [], jobs: [], cwd: "/" },
      screen: lines.slice(0, lines.lastIndexOf("\n") + 1),
    };
  }

  /** Nobody is there any more: all that runs in it gets SIGHUP. */
  hangup(): void {
    this.#closed = true;
    void this.#machine.tasks.run(() => {
      this.#pty.hangup();
      processTable(this.#machine).signalSession(this.#pty.session, "HUP");
    });
  }

  /**
   * Runs a command in the terminal's own shell and gives what it printed; nothing of it is shown. At the time-out it gets Ctrl-C, then it is killed. Not for tasks.
   * Throws where it is busy.
   */
  async run(command: string, options: RunOptions = {}): Promise<CommandResult> {
    const { tasks } = this.#machine;
    if (this.#busy) throw new Error("the terminal is busy");
    this.#busy = true;
    try {
      const shell = this.#shell ?? (await this.#loggedIn());
      // Until the prompt waits for keys: the command has descriptors of its own, and the prompt keeps those that it reads.
      await tasks.idle();
      return await tasks.run(() => this.#runIn(shell, command, options));
    } finally {
      this.#release();
    }
  }

  async #runIn(shell: Shell, command: string, options: RunOptions): Promise<CommandResult> {
    const table = processTable(this.#machine);
    const [out, err] = [new Capture(options.limitBytes), new Capture(options.limitBytes)];
    const redirections = new Redirections(shell);
    const input = typeof options.stdin === "string" ? bytesOf(options.stdin) : options.stdin;
    redirections.set(0, input ? new OpenFile("stdin", sourceOf(input), undefined) : nullDevice());
    redirections.set(1, new OpenFile("stdout", undefined, out));
    redirections.set(2, new OpenFile("stderr", undefined, err));
    let timedOut = false;
    const endLimits = limited(this.#machine, options, {
      interrupt: () => {
        timedOut = true;
        table.signal(-this.#pty.foreground, "INT");
      },
      kill: () => table.signal(-this.#pty.foreground, this.#pty.foreground === shell.process.group ? "INT" : "KILL"),
    });
    if (command.trim() !== "" && command !== shell.history.at(-1)) shell.history.push(command.trimEnd());
    let left: number | undefined;
    try {
      await runLine(shell, command);
    } catch (error) {
      if (!(error instanceof Leave)) throw error;
      left = error.status;
    } finally {
      endLimits();
      redirections.undo();
    }
    // `exit` leaves the shell; the next one logs in.
    if (left !== undefined) shell.process.deliver("HUP");
    else this.onPrompt?.();
    return { stdout: out.text, stderr: err.text, exitCode: left ?? shell.status, timedOut, truncated: out.truncated || err.truncated };
  }

  #show(bytes: Uint8Array): void {
    const own = bytes.slice();
    this.#screen.add(own);
    for (const hear of [...this.#hearers]) hear(own);
  }

  #release(): void {
    this.#busy = false;
    for (const wake of this.#waiting.splice(0)) wake();
  }

  #ready: (() => void)[] = [];

  /** Waits until a shell has read its start files. Not for tasks. */
  #loggedIn(): Promise<Shell> {
    return new Promise((resolve) =>
      this.#ready.push(() => {
        if (this.#shell) resolve(this.#shell);
      }),
    );
  }

  #login(saved: SavedShell | undefined): void {
    const machine = this.#machine;
    const table = processTable(machine);
    const user = this.#user;
    const env = loginEnvironment(machine, user);
    env.set("TERM", "xterm-256color");
    for (const [name, value] of Object.entries(this.#env)) env.set(name, value);
    const keys = this.#pty.open();
    const dialect = machine.programs.has("bash") ? "bash" : machine.system === "debian" ? "dash" : "ash";
    const process = new RunningProcess({
      table,
      args: [dialect === "bash" ? "-bash" : "-sh"],
      env,
      cwd: homeOrRoot(machine, user),
      user,
      files: new Map([
        [0, keys],
        [1, keys.retain()],
        [2, keys.retain()],
      ]),
      cpu: new Cpu(machine.clock, table.cpuLimitMilliseconds),
      leads: true,
      tty: this.#pty,
    });
    this.#pty.session = process.session;
    this.#pty.foreground = process.group;
    process.onChange.add(() => {
      if (!process.exited) return;
      this.#shell = undefined;
      if (this.#busy) this.#release();
      if (!this.#closed) this.#login(undefined);
    });
    process.begin(async () => {
      const shell = shellFor(process, dialect, dialect === "bash" ? "bash" : "sh");
      shell.login = true;
      return toItsEnd(shell, () => this.#session(shell, saved));
    });
  }

  async #session(shell: Shell, saved: SavedShell | undefined): Promise<number> {
    shell.interactive = true;
    shell.shopt.add("expand_aliases").add("login_shell");
    this.#memory = new ShellMemory(shell);
    if (saved) await restoreShell(shell, saved);
    else await sourceFirst(shell, ["/etc/profile"], ["/etc/bash.bashrc"], ["~/.bash_profile", "~/.bash_login", "~/.profile", "~/.bashrc"]);
    this.#shell = shell;
    for (const ready of this.#ready.splice(0)) ready();
    for (const job of saved?.jobs ?? []) await shell.write(2, `This terminal was asleep; what ran in it has ended: ${job}\n`);
    return interact(shell, {
      rc: undefined,
      hooks: {
        atPrompt: () => this.onPrompt?.(),
        begin: async () => {
          while (this.#busy) await this.#machine.tasks.block((wake) => this.#waiting.push(wake));
          this.#busy = true;
        },
        end: () => this.#release(),
      },
    });
  }
}
