import { waitIn, wakeAll } from "#base/streams.ts";
import { type Exit, type SignalName, signals } from "../process.ts";
import type { RunningProcess } from "../running-process.ts";
import type { Shell } from "./shell.ts";

/** How bash calls the end by a signal. */
export const signalTexts: Partial<Record<SignalName, string>> = {
  HUP: "Hangup",
  INT: "Interrupt",
  QUIT: "Quit",
  ILL: "Illegal instruction",
  TRAP: "Trace/breakpoint trap",
  ABRT: "Aborted",
  BUS: "Bus error",
  FPE: "Floating point exception",
  KILL: "Killed",
  USR1: "User defined signal 1",
  SEGV: "Segmentation fault",
  USR2: "User defined signal 2",
  PIPE: "Broken pipe",
  ALRM: "Alarm clock",
  TERM: "Terminated",
  XCPU: "CPU time limit exceeded",
  STOP: "Stopped (signal)",
  TSTP: "Stopped",
  TTIN: "Stopped (tty input)",
  TTOU: "Stopped (tty output)",
};

/** A pipeline that was started together. */
export class Job {
  readonly id: number;
  readonly processes: readonly RunningProcess[];
  readonly text: string;
  readonly #waiting: (() => void)[] = [];
  background: boolean;
  /** Told about its end already. */
  told = false;
  /** No SIGHUP when the shell hangs up. */
  spared = false;

  constructor(id: number, processes: readonly RunningProcess[], text: string, background: boolean, changed: () => void) {
    this.id = id;
    this.processes = processes;
    this.text = text;
    this.background = background;
    for (const process of processes)
      process.onChange.add(() => {
        wakeAll(this.#waiting);
        changed();
      });
  }

  get group(): number {
    return this.processes[0]?.group ?? 0;
  }

  get done(): boolean {
    return this.processes.every((process) => process.exited);
  }

  get stopped(): SignalName | undefined {
    return this.done ? undefined : this.processes.find((process) => process.stoppedBy)?.stoppedBy;
  }

  get exit(): Exit | undefined {
    return this.processes.at(-1)?.exited;
  }

  /** `Running`, `Done`, `Exit 1`, `Terminated`. */
  get state(): string {
    const stopped = this.stopped;
    if (stopped) return signalTexts[stopped] ?? "Stopped";
    if (!this.done) return "Running";
    const exit = this.exit;
    if (exit?.signal) return signalTexts[exit.signal] ?? `Signal ${signals[exit.signal]}`;
    return exit?.code ? `Exit ${exit.code}` : "Done";
  }

  /** Blocks until all its processes have ended, or it has stopped. */
  async wait(shell: Shell, signal: AbortSignal): Promise<void> {
    while (!this.done && !this.stopped) await waitIn(shell.process.machine.tasks, this.#waiting, signal);
  }

  signal(name: SignalName): void {
    for (const process of this.processes) if (!process.exited) process.deliver(name);
  }
}

/** The jobs of a shell. */
export class Jobs {
  readonly #shell: Shell;
  #jobs: Job[] = [];
  /** The ones last made current, the latest last. */
  #order: Job[] = [];
  /** Ends of background processes that `wait PID` may still ask for. */
  readonly #ends = new Map<number, RunningProcess>();
  readonly #waiting: (() => void)[] = [];
  /** Called when something about a job has changed. */
  onChange: (() => void) | undefined;

  /** Those of the shell that this one was forked from: `$(jobs -p)` speaks of them. */
  seen: readonly Job[] = [];

  constructor(shell: Shell) {
    this.#shell = shell;
  }

  get all(): readonly Job[] {
    return this.#jobs;
  }

  get current(): Job | undefined {
    return this.#order.findLast((job) => job.stopped) ?? this.#order.at(-1);
  }

  get previous(): Job | undefined {
    const current = this.current;
    const others = this.#order.filter((job) => job !== current);
    return others.findLast((job) => job.stopped) ?? others.at(-1);
  }

  add(processes: readonly RunningProcess[], text: string, background: boolean): Job {
    const job = new Job((this.#jobs.at(-1)?.id ?? 0) + 1, processes, text, background, () => {
      wakeAll(this.#waiting);
      this.onChange?.();
    });
    this.#jobs.push(job);
    this.#order.push(job);
    if (background) for (const process of processes) this.#ends.set(process.pid, process);
    return job;
  }

  remove(job: Job): void {
    this.#jobs = this.#jobs.filter((one) => one !== job);
    this.#order = this.#order.filter((one) => one !== job);
  }

  makeCurrent(job: Job): void {
    this.#order = [...this.#order.filter((one) => one !== job), job];
  }

  /** A background process by its number, also when it has ended. */
  byPid(pid: number): RunningProcess | undefined {
    return this.#ends.get(pid);
  }

  forget(pid: number): void {
    this.#ends.delete(pid);
  }

  /** The job that `%1`, `%+`, `%name` or `%?text` means. */
  find(spec: string): Job | undefined | "ambiguous" {
    const text = spec.replace(/^%/, "");
    if (text === "" || text === "%" || text === "+") return this.current;
    if (text === "-") return this.previous ?? this.current;
    if (/^\d+$/.test(text)) return this.#jobs.find((job) => job.id === Number(text));
    const matching = this.#jobs.filter((job) => (text.startsWith("?") ? job.text.includes(text.slice(1)) : job.text.startsWith(text)));
    return matching.length > 1 ? "ambiguous" : matching[0];
  }

  /** Blocks until one of the jobs has changed. */
  async waitAny(signal: AbortSignal): Promise<void> {
    await waitIn(this.#shell.process.machine.tasks, this.#waiting, signal);
  }

  /** `[1]+  Running                 sleep 100 &`. */
  line(job: Job, long = false): string {
    const mark = job === this.current ? "+" : job === this.previous ? "-" : " ";
    const pid = long ? ` ${job.processes[0]?.pid}` : " ";
    const running = job.state === "Running" && job.background ? " &" : "";
    return `[${job.id}]${mark}${pid} ${job.state.padEnd(24)}${job.text}${running}`;
  }

  /** Lines about jobs that have ended or stopped and were not spoken of; those that have ended are forgotten. */
  news(): string[] {
    const lines: string[] = [];
    for (const job of [...this.#jobs]) {
      if (!job.done) continue;
      if (!job.told && job.background) lines.push(this.line(job));
      job.told = true;
    }
    for (const job of [...this.#jobs]) if (job.done) this.remove(job);
    return lines;
  }

  /** Runs a job in the foreground until it ends or stops; gives its status. One that was stopped goes on where `resume` says so. */
  async foreground(job: Job, resume = false): Promise<number> {
    const shell = this.#shell;
    const { tty } = shell.process;
    const controls = shell.has("monitor") && tty !== undefined;
    job.background = false;
    const modes = tty?.modes;
    if (controls) tty.foreground = job.group;
    if (resume) job.signal("CONT");
    try {
      await job.wait(shell, shell.process.signal);
    } finally {
      if (controls) {
        tty.foreground = shell.process.group;
        if (modes) tty.modes = modes;
      }
    }
    const stopped = job.stopped;
    if (stopped) {
      job.background = true;
      this.makeCurrent(job);
      await shell.write(2, `\n${this.line(job)}\n`);
      return 128 + signals[stopped];
    }
    this.remove(job);
    return job.exit?.code ?? 0;
  }
}

/** Tells whoever sits at a terminal the number of a job that was started; a script that reads the errors is spared it. */
export async function tellStarted(shell: Shell, job: Job, pid: number | undefined): Promise<void> {
  if (shell.interactive && shell.files.get(2)?.tty) await shell.write(2, `[${job.id}] ${pid}\n`);
}
