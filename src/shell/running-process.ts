import type { Timer } from "#base/clock.ts";
import { BrokenPipe, bytesOf, readAll, type Sink, type Source, waitIn, wakeAll } from "#base/streams.ts";
import type { Cpu } from "./cpu.ts";
import { executable, usualPath } from "./executable.ts";
import { FileError } from "./file-system.ts";
import { OpenFile } from "./open-file.ts";
import { openPath } from "./open-path.ts";
import {
  type Child,
  ExecError,
  type Exit,
  Killed,
  type Machine,
  type OpenMode,
  type Process,
  type ProcessInfo,
  type ProcessUser,
  type Program,
  type RunOptions,
  type SignalName,
  signals,
} from "./process.ts";
import { type ProcessTable, processTable } from "./process-table.ts";
import type { Pty } from "./pty.ts";

export interface ProcessSpec {
  table: ProcessTable;
  parent?: RunningProcess | undefined;
  args: readonly string[];
  env: Map<string, string>;
  cwd: string;
  user: ProcessUser;
  files: Map<number, OpenFile>;
  cpu: Cpu;
  /** 0 makes a group of its own. */
  group?: number | undefined;
  /** Becomes the leader of a session of its own, with this terminal. */
  leads?: boolean;
  tty?: Pty | undefined;
  /** The machine whose files and programs it sees instead of its own. */
  root?: Machine | undefined;
}

/** What a transfer of bytes costs, in microseconds: so much each time, and so much a byte. A terminal takes 5 MB a second, as one over a network does. */
const transfer = { each: 20, byte: 0.002, ttyByte: 0.2 };
const startMicroseconds = 500;

/** Why a read of keys is given up when its process is stopped. */
const paused = new Error("stopped");

const ignoredByDefault: ReadonlySet<SignalName> = new Set(["CHLD", "URG", "WINCH", "CONT"]);
const stopping: ReadonlySet<SignalName> = new Set(["STOP", "TSTP", "TTIN", "TTOU"]);

/** A process of a machine, from its start to its end. */
export class RunningProcess implements Process, Child {
  readonly pid: number;
  readonly machine: Machine;
  readonly files: Map<number, OpenFile>;
  readonly cpu: Cpu;
  readonly startedAt: number;
  readonly session: number;
  readonly user: ProcessUser;
  readonly tty: Pty | undefined;
  readonly stdin: Source = { read: () => this.readFrom(this.files.get(0)), cancel: () => this.closeFile(0) };
  readonly stdout: Sink = { write: (bytes) => this.writeTo(this.files.get(1), bytes), close: () => this.closeFile(1) };
  readonly stderr: Sink = { write: (bytes) => this.writeTo(this.files.get(2), bytes), close: () => this.closeFile(2) };
  args: readonly string[];
  env: Map<string, string>;
  cwd: string;
  umask: number;
  parentPid: number;
  group: number;
  exited: Exit | undefined;
  /** The signal that stopped it, while it is stopped. */
  stoppedBy: SignalName | undefined;
  /** Signals that it does not hear, and neither do its children. */
  readonly ignored: Set<SignalName>;
  readonly #table: ProcessTable;
  readonly #root: Machine | undefined;
  readonly #abort = new AbortController();
  readonly #handlers = new Map<SignalName, () => void>();
  readonly #waiting: (() => void)[] = [];
  readonly #gate: (() => void)[] = [];
  readonly #pauses = new Set<AbortController>();
  #lastWord: Timer | undefined;
  /** Hears of its end, its stops and its going on. */
  readonly onChange = new Set<() => void>();

  constructor(spec: ProcessSpec) {
    const { table, parent } = spec;
    this.#table = table;
    this.#root = spec.root ?? (parent ? parent.#root : undefined);
    this.machine = (this.#root ? processTable(this.#root) : table).machineFor(spec.user);
    this.pid = table.nextPid();
    this.parentPid = parent?.pid ?? 0;
    this.group = spec.group === 0 || spec.leads || !parent ? this.pid : (spec.group ?? parent.group);
    this.session = spec.leads || !parent ? this.pid : parent.session;
    this.args = spec.args;
    this.env = spec.env;
    this.cwd = spec.cwd;
    this.user = spec.user;
    this.files = spec.files;
    this.cpu = spec.cpu;
    this.tty = spec.tty ?? (spec.leads ? undefined : parent?.tty);
    this.umask = parent?.umask ?? 0o022;
    this.ignored = new Set(parent?.ignored);
    this.startedAt = this.machine.clock.now();
    table.add(this);
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  get info(): ProcessInfo {
    const { pid, parentPid, group, session, args, startedAt } = this;
    const state = this.stoppedBy ? "T" : "S";
    return { pid, parentPid, group, session, user: this.user.name, args, startedAt, state, tty: this.tty?.name, env: this.env };
  }

  /** Whether it runs in a container. */
  get contained(): boolean {
    return this.#table.contained;
  }

  /** Runs `program` as this process, in a task of its own. */
  begin(program: Program): void {
    this.machine.tasks.detach(async () => {
      // The parent goes on first, as after a fork: it closes its ends of pipes and sets up the group.
      await undefined;
      this.#finish(await this.#outcome(program));
    });
  }

  /** Runs `program` in place of what this process ran until now; gives its exit code. */
  async become(args: readonly string[], env: Map<string, string>, program: Program): Promise<number> {
    this.args = args;
    this.env = env;
    this.#handlers.clear();
    return await program(this);
  }

  async #outcome(program: Program): Promise<Exit> {
    try {
      const code = await program(this);
      this.signal.throwIfAborted();
      return { code: code & 255 };
    } catch (error) {
      const killed = this.signal.aborted ? this.signal.reason : error;
      if (killed instanceof Killed) return { code: 128 + signals[killed.by], signal: killed.by };
      if (error instanceof BrokenPipe) return this.ignored.has("PIPE") ? { code: 1 } : { code: 128 + signals.PIPE, signal: "PIPE" };
      if (error instanceof FileError || error instanceof ExecError) {
        await this.#complain(`${this.args[0]}: ${error.message}`);
        return { code: error instanceof ExecError ? error.exitCode : 1 };
      }
      // A defect of a program ends that program and nothing else.
      await this.#complain(`${this.args[0]}: internal error: ${error instanceof Error ? error.message : String(error)}`);
      this.machine.tasks.detach(() => Promise.reject(error));
      return { code: 70 };
    }
  }

  async #complain(text: string): Promise<void> {
    try {
      await this.writeTo(this.files.get(2), bytesOf(`${text}\n`));
    } catch {
      // Nobody reads its errors any more.
    }
  }

  #finish(exit: Exit): void {
    if (this.exited) return;
    this.exited = exit;
    this.#lastWord?.cancel();
    // Whatever part of it still waits gives way: a key typed from now on is for others.
    if (!this.signal.aborted) this.#abort.abort(new Killed("HUP"));
    for (const file of this.files.values()) file.release();
    this.files.clear();
    this.#table.remove(this);
    wakeAll(this.#waiting);
    this.#changed();
  }

  #changed(): void {
    for (const hear of [...this.onChange]) hear();
  }

  // --- signals

  onSignal(name: SignalName, handle: () => void): () => void {
    this.#handlers.set(name, handle);
    return () => {
      if (this.#handlers.get(name) === handle) this.#handlers.delete(name);
    };
  }

  ignore(name: SignalName): void {
    this.ignored.add(name);
  }

  kill(name: SignalName): void {
    this.deliver(name);
  }

  /** Takes a signal: handles, ignores, stops or ends, as it has asked for and as is the rule. */
  deliver(name: SignalName): void {
    if (this.exited) return;
    if (name === "CONT") this.#resume();
    if (name === "KILL") {
      this.#end(name);
      return;
    }
    if (name === "STOP") {
      this.#stop(name);
      return;
    }
    const handle = this.#handlers.get(name);
    if (handle) {
      handle();
      return;
    }
    // The kernel spares the first process of a container every signal that it does not handle.
    if (this.ignored.has(name) || ignoredByDefault.has(name) || (this.pid === 1 && this.#table.contained)) return;
    if (stopping.has(name)) this.#stop(name);
    else this.#end(name);
  }

  #end(by: SignalName): void {
    this.stoppedBy = undefined;
    this.#abort.abort(new Killed(by));
    wakeAll(this.#gate);
    // A program that waits for what does not hear of its end is ended without it, when everything else has come to rest.
    const { clock } = this.machine;
    this.#lastWord = clock.at(clock.now(), () => {
      if (!this.exited) this.#finish({ code: 128 + signals[by], signal: by });
    });
  }

  #stop(by: SignalName): void {
    if (this.stoppedBy || this.signal.aborted) return;
    this.stoppedBy = by;
    for (const pause of this.#pauses) pause.abort(paused);
    this.#changed();
  }

  #resume(): void {
    if (!this.stoppedBy) return;
    this.stoppedBy = undefined;
    wakeAll(this.#gate);
    this.#changed();
  }

  /** Blocks while it is stopped. */
  async whileStopped(): Promise<void> {
    while (this.stoppedBy) await waitIn(this.machine.tasks, this.#gate, this.signal);
  }

  // --- time

  spend(microseconds: number): Promise<void> | undefined {
    if (this.signal.aborted) return Promise.reject(this.signal.reason);
    const due = this.cpu.spend(microseconds);
    if (this.stoppedBy) return this.whileStopped();
    return due ? this.#rest() : undefined;
  }

  async #rest(): Promise<void> {
    await this.cpu.rest(this.signal);
    if (!this.cpu.exhausted) return;
    await this.#complain(`${this.args[0]}: ended: it computed for longer than this machine allows without waiting for anything`);
    this.deliver("XCPU");
    this.signal.throwIfAborted();
  }

  async sleep(milliseconds: number, signal: AbortSignal = this.signal): Promise<void> {
    this.cpu.waited(milliseconds);
    if (milliseconds === Number.POSITIVE_INFINITY) await waitIn(this.machine.tasks, [], signal);
    else await this.machine.clock.sleep(milliseconds, signal);
    if (this.stoppedBy) await this.whileStopped();
  }

  // --- files

  isTerminal(descriptor: 0 | 1 | 2): boolean {
    return this.files.get(descriptor)?.tty !== undefined;
  }

  /** Reads from an open file as this process: stops with it, ends with it. */
  async readFrom(file: OpenFile | undefined, signal: AbortSignal = this.signal): Promise<Uint8Array | undefined> {
    if (!file) throw new FileError("EBADF", "-");
    // Only the job in the foreground reads keys.
    while (file.tty && file.tty.session === this.session && file.tty.foreground !== this.group && !this.ignored.has("TTIN")) {
      this.#table.signal(-this.group, "TTIN");
      await this.whileStopped();
    }
    const bytes = file.tty ? await this.#readKeys(file, signal) : await file.read(signal);
    if (this.stoppedBy) await this.whileStopped();
    const rest = this.spend(transfer.each + (bytes?.length ?? 0) * transfer.byte);
    if (rest) await rest;
    return bytes;
  }

  /** Reads from a terminal. While it is stopped, keys are for others. */
  async #readKeys(file: OpenFile, signal: AbortSignal): Promise<Uint8Array | undefined> {
    for (;;) {
      const pause = new AbortController();
      const ended = () => pause.abort(signal.reason);
      signal.throwIfAborted();
      signal.addEventListener("abort", ended, { once: true });
      this.#pauses.add(pause);
      try {
        return await file.read(pause.signal);
      } catch (error) {
        if (error !== paused) throw error;
      } finally {
        this.#pauses.delete(pause);
        signal.removeEventListener("abort", ended);
      }
      await this.whileStopped();
    }
  }

  async writeTo(file: OpenFile | undefined, bytes: Uint8Array, signal: AbortSignal = this.signal): Promise<void> {
    if (!file) throw new FileError("EBADF", "write error");
    if (this.stoppedBy) await this.whileStopped();
    await file.write(bytes, signal);
    const rest = this.spend(transfer.each + bytes.length * (file.tty ? transfer.ttyByte : transfer.byte));
    if (rest) await rest;
  }

  closeFile(descriptor: number): void {
    const file = this.files.get(descriptor);
    this.files.delete(descriptor);
    file?.release();
  }

  open(path: string, how: OpenMode): OpenFile {
    return openPath(this, path, how);
  }

  async read(path: string): Promise<Uint8Array> {
    if (path === "-") return readAll(this.stdin);
    const file = this.open(path, "read");
    try {
      return (await readAll({ read: () => this.readFrom(file), cancel() {} })).slice();
    } finally {
      file.release();
    }
  }

  // --- children

  async run(args: readonly string[], options: RunOptions = {}): Promise<number> {
    return (await this.start(args, options).wait(this.signal)).code;
  }

  start(args: readonly string[], options: RunOptions = {}): RunningProcess {
    const env = new Map(options.env ?? this.env);
    const cwd = options.cwd ?? this.cwd;
    const found = options.program
      ? { args, program: options.program }
      : executable(options.root ?? this.machine, cwd, env.get("PATH") ?? usualPath, args);
    const files = new Map([...this.files].map(([descriptor, file]) => [descriptor, file.retain()]));
    const replace = (descriptor: number, file: OpenFile) => {
      files.get(descriptor)?.release();
      files.set(descriptor, file);
    };
    if (options.stdin && options.stdin !== this.stdin) replace(0, new OpenFile("stdin", options.stdin, undefined));
    if (options.stdout && options.stdout !== this.stdout)
      replace(
        1,
        options.stdout === this.stderr
          ? (files.get(2)?.retain() ?? new OpenFile("stdout", undefined, undefined))
          : new OpenFile("stdout", undefined, options.stdout),
      );
    if (options.stderr && options.stderr !== this.stderr)
      replace(
        2,
        options.stderr === this.stdout
          ? (files.get(1)?.retain() ?? new OpenFile("stderr", undefined, undefined))
          : new OpenFile("stderr", undefined, options.stderr),
      );
    const { group, user, root } = options;
    return this.fork({ args: found.args, env, cwd, files, group, user, root }, found.program);
  }

  /** A child that runs `program`; its files are its own, to be released by it. */
  fork(
    spec: {
      args?: readonly string[];
      env?: Map<string, string>;
      cwd?: string;
      files: Map<number, OpenFile>;
      group?: number | undefined;
      user?: ProcessUser | undefined;
      root?: Machine | undefined;
    },
    program: Program,
  ): RunningProcess {
    if (this.#table.full) {
      for (const file of spec.files.values()) file.release();
      throw new ExecError("EAGAIN", "fork", "Resource temporarily unavailable");
    }
    this.cpu.spend(startMicroseconds);
    const child = new RunningProcess({
      table: this.#table,
      parent: this,
      args: spec.args ?? this.args,
      env: spec.env ?? this.env,
      cwd: spec.cwd ?? this.cwd,
      user: spec.user ?? this.user,
      files: spec.files,
      cpu: this.cpu,
      group: spec.group,
      root: spec.root,
    });
    child.begin(program);
    return child;
  }

  async wait(signal?: AbortSignal): Promise<Exit> {
    while (!this.exited) await waitIn(this.machine.tasks, this.#waiting, signal);
    return this.exited;
  }
}
