import type { Timer } from "#base/clock.ts";
import { bytesOf, joined, type Sink, sourceOf, textOf } from "#base/streams.ts";
import { Cpu } from "./cpu.ts";
import { usualPath } from "./executable.ts";
import { bash, sh } from "./interpreter/bash.ts";
import { nullDevice, OpenFile } from "./open-file.ts";
import type { Machine, ProcessUser } from "./process.ts";
import { processTable } from "./process-table.ts";
import { RunningProcess } from "./running-process.ts";

export interface CommandOptions {
  machine: Machine;
  user?: string;
  command: string;
  stdin?: string | Uint8Array;
  /** So much of each stream is kept. */
  limitBytes?: number;
  timeoutMilliseconds?: number;
  /** Abort the one for Ctrl-C, the other to kill: for callers whose time is not the machine's. */
  interrupt?: AbortSignal;
  kill?: AbortSignal;
  env?: Readonly<Record<string, string>>;
  cwd?: string;
}

export interface CommandResult {
  stdout: string;
  stderr: string;
  exitCode: number;
  timedOut: boolean;
  /** Something was printed beyond the limit. */
  truncated: boolean;
}

/** After Ctrl-C at the time-out, so long until what still runs is killed. */
const graceMilliseconds = 2000;
const usualLimitBytes = 4 * 1024 * 1024;

/** Keeps what is written to it, up to a limit; what is over is taken and dropped. */
export class Capture implements Sink {
  readonly #limitBytes: number;
  readonly #chunks: Uint8Array[] = [];
  #sizeBytes = 0;
  truncated = false;

  constructor(limitBytes = usualLimitBytes) {
    this.#limitBytes = limitBytes;
  }

  async write(bytes: Uint8Array): Promise<void> {
    const room = this.#limitBytes - this.#sizeBytes;
    if (bytes.length > room) this.truncated = true;
    if (room <= 0) return;
    const kept = bytes.slice(0, room);
    this.#chunks.push(kept);
    this.#sizeBytes += kept.length;
  }

  close(): void {}

  get text(): string {
    return textOf(joined(this.#chunks));
  }
}

/** What ends a command that goes on for too long: Ctrl-C, and what comes when that does not help. */
interface Stops {
  interrupt(): void;
  kill(): void;
}

/** Watches over a command's limits; gives their end. */
export function limited(machine: Machine, limits: Pick<CommandOptions, "timeoutMilliseconds" | "interrupt" | "kill">, stops: Stops): () => void {
  const { clock, tasks } = machine;
  const timers: Timer[] = [];
  const interrupted = () => void tasks.run(stops.interrupt);
  const killed = () => void tasks.run(stops.kill);
  if (limits.timeoutMilliseconds !== undefined)
    timers.push(
      clock.at(clock.now() + limits.timeoutMilliseconds, () => {
        stops.interrupt();
        timers.push(clock.at(clock.now() + graceMilliseconds, stops.kill));
      }),
    );
  limits.interrupt?.addEventListener("abort", interrupted, { once: true });
  limits.kill?.addEventListener("abort", killed, { once: true });
  return () => {
    for (const timer of timers) timer.cancel();
    limits.interrupt?.removeEventListener("abort", interrupted);
    limits.kill?.removeEventListener("abort", killed);
  };
}

/** The environment that a person logs in with. */
export function loginEnvironment(machine: Machine, user: ProcessUser): Map<string, string> {
  const shell = machine.accounts.user(user.name)?.shell ?? "/bin/sh";
  return new Map([
    ["HOME", user.home],
    ["USER", user.name],
    ["LOGNAME", user.name],
    ["SHELL", shell],
    ["PATH", usualPath],
    ["LANG", "C.UTF-8"],
  ]);
}

/** Where a person's shell starts. */
export const homeOrRoot = (machine: Machine, user: ProcessUser): string => (machine.fs.stat(user.home)?.kind === "directory" ? user.home : "/");

/**
 * Runs a command line in a fresh login shell and gives what it printed. At the time-out it gets Ctrl-C, then it is killed, and what came until then is given.
 * Must not be called by a task: it waits for the machine's clock to go on.
 */
export async function runCommand(options: CommandOptions): Promise<CommandResult> {
  const { machine, command } = options;
  const table = processTable(machine);
  const user = machine.accounts.process(options.user ?? "root");
  const env = loginEnvironment(machine, user);
  for (const [name, value] of Object.entries(options.env ?? {})) env.set(name, value);
  const [out, err] = [new Capture(options.limitBytes), new Capture(options.limitBytes)];
  const input = typeof options.stdin === "string" ? bytesOf(options.stdin) : options.stdin;
  const program = machine.programs.get("bash") ? bash : sh;
  const process = new RunningProcess({
    table,
    args: ["-bash", "-O", "expand_aliases", "-c", command, "bash"],
    env,
    cwd: options.cwd ?? homeOrRoot(machine, user),
    user,
    files: new Map([
      [0, input ? new OpenFile("stdin", sourceOf(input), undefined) : nullDevice()],
      [1, new OpenFile("stdout", undefined, out)],
      [2, new OpenFile("stderr", undefined, err)],
    ]),
    cpu: new Cpu(machine.clock, table.cpuLimitMilliseconds),
    leads: true,
  });
  const ended = Promise.withResolvers<void>();
  process.onChange.add(() => {
    if (process.exited) ended.resolve();
  });
  let timedOut = false;
  const endLimits = limited(machine, options, {
    interrupt() {
      timedOut = true;
      table.signalSession(process.session, "INT");
    },
    kill: () => table.signalSession(process.session, "KILL"),
  });
  process.begin(program);
  await ended.promise;
  endLimits();
  // What it left running in the background has nobody any more.
  table.signalSession(process.session, "HUP");
  return { stdout: out.text, stderr: err.text, exitCode: process.exited?.code ?? 1, timedOut, truncated: out.truncated || err.truncated };
}
