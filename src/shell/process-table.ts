import type { Machine, Processes, ProcessInfo, SignalName } from "./process.ts";
import type { RunningProcess } from "./running-process.ts";

/** The processes of one machine. */
export class ProcessTable implements Processes {
  readonly machine: Machine;
  /** Whether the machine is a container: it ends with its first process, which is spared signals that it does not handle. */
  readonly contained: boolean;
  /** How long a process and its children may compute without waiting. */
  readonly cpuLimitMilliseconds: number;
  readonly #most: number;
  readonly #processes = new Map<number, RunningProcess>();
  #lastPid: number;

  constructor(machine: Machine, options: { contained: boolean; most: number; firstPid: number; cpuLimitMilliseconds: number }) {
    this.machine = machine;
    this.contained = options.contained;
    this.cpuLimitMilliseconds = options.cpuLimitMilliseconds;
    this.#most = options.most;
    this.#lastPid = options.firstPid - 1;
  }

  get full(): boolean {
    return this.#processes.size >= this.#most;
  }

  nextPid(): number {
    return ++this.#lastPid;
  }

  add(process: RunningProcess): void {
    this.#processes.set(process.pid, process);
  }

  remove(process: RunningProcess): void {
    this.#processes.delete(process.pid);
    for (const other of this.#processes.values()) if (other.parentPid === process.pid) other.parentPid = this.contained ? 1 : 0;
    if (process.pid === 1 && this.contained) this.signalAll("KILL");
    else this.#processes.get(process.parentPid)?.deliver("CHLD");
  }

  get(pid: number): RunningProcess | undefined {
    return this.#processes.get(pid);
  }

  list(): readonly ProcessInfo[] {
    return [...this.#processes.values()].map((process) => process.info);
  }

  signal(pid: number, name: SignalName): boolean {
    const meant = pid > 0 ? [this.#processes.get(pid)] : [...this.#processes.values()].filter((process) => process.group === -pid);
    let found = false;
    for (const process of meant) {
      process?.deliver(name);
      found ||= process !== undefined;
    }
    return found;
  }

  signalSession(session: number, name: SignalName): void {
    for (const process of [...this.#processes.values()]) if (process.session === session) process.deliver(name);
  }

  signalAll(name: SignalName): void {
    for (const process of [...this.#processes.values()]) process.deliver(name);
  }
}
