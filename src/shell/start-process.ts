import { Pipe, type Sink, type Source } from "#base/streams.ts";
import { Cpu } from "./cpu.ts";
import { executable, usualPath } from "./executable.ts";
import { FileError } from "./file-system.ts";
import { interruptible, nullDevice, OpenFile } from "./open-file.ts";
import type { Exit, Machine, ProcessInfo, Program, SignalName } from "./process.ts";
import { processTable } from "./process-table.ts";
import { Pty, typeFrom } from "./pty.ts";
import { RunningProcess } from "./running-process.ts";

export interface StartOptions {
  /** The program by name or path, and its arguments. */
  args: readonly string[];
  env?: Readonly<Record<string, string>> | ReadonlyMap<string, string>;
  cwd?: string;
  /** Names or numbers, `user` or `user:group`; root unless said. */
  user?: string;
  /** Further groups of that user. */
  groups?: readonly number[];
  stdin?: Source;
  stdout?: Sink;
  stderr?: Sink;
  /** Gives it a terminal of this size: `stdin` are then keys, and all that it shows goes to `stdout`. */
  tty?: { readonly columns: number; readonly rows: number; onResize?(hear: () => void): () => void };
  /** Runs this instead of what the name leads to. */
  program?: Program;
  /** Hears of its end in the turn in which it ends, when all that it printed was taken. */
  onExit?: (exit: Exit) => void;
}

export interface StartedProcess {
  readonly pid: number;
  /** For those who are no task. A task blocks with `wait`. */
  readonly exit: Promise<Exit>;
  /** Blocks the calling task until it has ended. */
  wait(signal?: AbortSignal): Promise<Exit>;
  signal(name: SignalName): void;
  /** It and all that it started and that still run. */
  processes(): readonly ProcessInfo[];
  /** Sends a signal to it and to all that it started. */
  signalAll(name: SignalName): void;
}

/**
 * Starts a program on a machine as what has no parent there: a container's main program, `kubectl exec`. Throws an `ExecError` where there is no such
 * program, a `FileError` where the directory is missing, an `Error` where the user is.
 */
export function startProcess(machine: Machine, options: StartOptions): StartedProcess {
  const table = processTable(machine);
  const user = machine.accounts.process(options.user ?? "root", options.groups);
  const env = new Map(options.env instanceof Map ? options.env : Object.entries(options.env ?? {}));
  if (!env.has("PATH")) env.set("PATH", usualPath);
  if (!env.has("HOME")) env.set("HOME", user.home);
  if (!env.has("HOSTNAME")) env.set("HOSTNAME", machine.hostname);
  const cwd = options.cwd ?? "/";
  if (machine.fs.stat(cwd)?.kind !== "directory") throw new FileError(machine.fs.stat(cwd) ? "ENOTDIR" : "ENOENT", cwd);
  const found = options.program ? { args: options.args, program: options.program } : executable(machine, cwd, env.get("PATH"), options.args);

  const terminal = options.tty && terminalFor(machine, options.tty, options.stdin, options.stdout);
  if (terminal && !env.has("TERM")) env.set("TERM", "xterm");
  const process = new RunningProcess({
    table,
    args: found.args,
    env,
    cwd,
    user,
    files: terminal ? sharedBy(terminal.pty.open()) : filesOf(machine, options),
    cpu: new Cpu(machine.clock, table.cpuLimitMilliseconds),
    leads: true,
    tty: terminal?.pty,
  });
  if (terminal) {
    terminal.pty.session = process.session;
    terminal.pty.foreground = process.group;
  }
  process.begin(found.program);

  const { promise: exit, resolve } = Promise.withResolvers<Exit>();
  const ended = new Set<() => void>();
  let result: Exit | undefined;
  machine.tasks.detach(async () => {
    const code = await process.wait();
    await terminal?.end();
    result = code;
    options.onExit?.(code);
    resolve(code);
    for (const wake of ended) wake();
  });
  return {
    pid: process.pid,
    exit,
    async wait(signal) {
      if (!result) await new Wait(machine, ended).until(signal);
      return result ?? process.wait(signal);
    },
    signal: (name) => process.deliver(name),
    processes: () => table.list().filter((one) => one.session === process.session),
    signalAll: (name) => table.signalSession(process.session, name),
  };
}

class Wait {
  readonly #machine: Machine;
  readonly #waiting: Set<() => void>;
  constructor(machine: Machine, waiting: Set<() => void>) {
    this.#machine = machine;
    this.#waiting = waiting;
  }

  async until(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    await this.#machine.tasks.block((wake, fail) => {
      const aborted = () => fail(signal?.reason);
      signal?.addEventListener("abort", aborted, { once: true });
      this.#waiting.add(() => {
        signal?.removeEventListener("abort", aborted);
        wake();
      });
    });
  }
}

function filesOf(machine: Machine, { stdin, stdout, stderr }: StartOptions): Map<number, OpenFile> {
  const out = stdout ? new OpenFile("stdout", undefined, stdout) : nullDevice();
  const err = !stderr ? nullDevice() : stderr === stdout ? out.retain() : new OpenFile("stderr", undefined, stderr);
  return new Map([
    [0, stdin ? new OpenFile("stdin", interruptible(machine.tasks, stdin), undefined) : nullDevice()],
    [1, out],
    [2, err],
  ]);
}

const sharedBy = (file: OpenFile): Map<number, OpenFile> =>
  new Map([
    [0, file],
    [1, file.retain()],
    [2, file.retain()],
  ]);

/** A terminal between a remote keyboard and screen and a process here. `end` gives when all that was shown has been taken. */
function terminalFor(machine: Machine, size: NonNullable<StartOptions["tty"]>, keys: Source | undefined, screen: Sink | undefined) {
  const { tasks } = machine;
  const shown = new Pipe(tasks);
  const table = processTable(machine);
  const pty = new Pty(tasks, {
    name: "pts/0",
    columns: size.columns,
    rows: size.rows,
    out: (bytes) => shown.push(bytes.slice()),
    signal: (group, name) => table.signal(-group, name),
  });
  const stopListening = size.onResize?.(() => pty.resize(size.columns, size.rows));
  const typing = new AbortController();
  if (keys)
    tasks.detach(async () => {
      try {
        await typeFrom(interruptible(tasks, keys), pty, typing.signal);
        pty.hangup();
      } catch (error) {
        if (error !== typing.signal.reason) throw error;
      }
    });

  let drained = false;
  const waiting: (() => void)[] = [];
  tasks.detach(async () => {
    try {
      for (let bytes = await shown.read(); bytes; bytes = await shown.read()) await screen?.write(bytes);
    } catch {
      shown.cancel();
    } finally {
      drained = true;
      screen?.close();
      for (const wake of waiting) wake();
    }
  });
  return {
    pty,
    async end() {
      stopListening?.();
      typing.abort(new Error("the terminal is closed"));
      shown.close();
      if (!drained) await tasks.block((wake) => waiting.push(wake));
    },
  };
}
