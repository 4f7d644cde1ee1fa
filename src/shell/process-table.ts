import type { FileSystem } from "./file-system.ts";
import { GuardedFileSystem } from "./guarded-file-system.ts";
import type { Machine, Processes, ProcessInfo, ProcessUser, SignalName } from "./process.ts";
import type { RunningProcess } from "./running-process.ts";

const machines = new WeakMap<FileSystem, Machine>();

/** The machine whose files they are, all of them: what a volume of a node's whole disk shows. */
export const machineOf = (fs: FileSystem): Machine | undefined => machines.get(fs);

/** The processes of one machine. */
export class ProcessTable implements Processes {
  readonly machine: Machine;
  /** Whether the machine is a container: it ends with its first process, which is spared signals that it does not handle. */
  readonly contained: boolean;
  /** How long a process and its children may compute without waiting. */
  readonly cpuLimitMilliseconds: number;
  readonly #most: number;
  readonly #others: () => readonly ProcessInfo[];
  readonly #views = new Map<string, Machine>();
  readonly #processes = new Map<number, RunningProcess>();
  #lastPid: number;

  constructor(
    machine: Machine,
    options: { contained: boolean; most: number; firstPid: number; cpuLimitMilliseconds: number; others?: () => readonly ProcessInfo[] },
  ) {
    this.machine = machine;
    machines.set(machine.fs, machine);
    this.contained = options.contained;
    this.cpuLimitMilliseconds = options.cpuLimitMilliseconds;
    this.#most = options.most;
    this.#others = options.others ?? (() => []);
    this.#lastPid = options.firstPid - 1;
  }

  /** The machine as somebody sees it: root all of it, others what files and directories let them. */
  machineFor(user: ProcessUser): Machine {
    if (user.uid === 0) return this.machine;
    const key = [user.name, user.gid, ...user.groups].join(" ");
    const known = this.#views.get(key);
    if (known) return known;
    const groups = [user.gid, ...user.groups].map((gid) => this.machine.accounts.nameOf(gid));
    const view = { ...this.machine, fs: new GuardedFileSystem(this.machine.fs, user.name, groups) };
    this.#views.set(key, view);
    return view;
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
    return [...this.#others(), ...[...this.#processes.values()].map((process) => process.info)];
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

/** The table behind a machine's processes, for those who start some. */
export function processTable({ processes }: Machine): ProcessTable {
  if (!(processes instanceof ProcessTable)) throw new Error("this machine was not made by machine()");
  return processes;
}
