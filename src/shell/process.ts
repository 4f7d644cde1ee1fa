import type { Clock } from "#base/clock.ts";
import type { HttpHandler, HttpRequest, HttpResponse } from "#base/http.ts";
import type { Random } from "#base/random.ts";
import type { Sink, Source } from "#base/streams.ts";
import type { Tasks } from "#base/tasks.ts";
import type { Accounts } from "./accounts.ts";
import type { FileSystem } from "./file-system.ts";
import type { OpenFile } from "./open-file.ts";

/** A program: runs until it returns its exit code. A program that is killed gets a `Killed` thrown out of whatever it waits for. */
export type Program = ((process: Process) => Promise<number> | number) & { complete?: Completer };

/** Completes a program's arguments at a prompt; undefined leaves it to file names. */
export type Completer = (line: CompletedLine) => Promise<readonly string[] | undefined> | readonly string[] | undefined;

export interface CompletedLine {
  /** The words before the one that is completed; the first is the command. */
  readonly words: readonly string[];
  /** What of the word stands before the cursor. */
  readonly current: string;
  readonly env: ReadonlyMap<string, string>;
  readonly cwd: string;
  readonly machine: Machine;
}

/** What a program is given: its own view of the machine that it runs on. */
export interface Process {
  readonly pid: number;
  readonly parentPid: number;
  /** Its process group: what Ctrl-C reaches, and `kill -PID`. */
  readonly group: number;
  /** `args[0]` is its name. */
  readonly args: readonly string[];
  readonly env: Map<string, string>;
  cwd: string;
  readonly stdin: Source;
  readonly stdout: Sink;
  readonly stderr: Sink;
  /** The terminal that it runs in, also where its streams lead elsewhere: its size, raw mode. */
  readonly tty?: Tty | undefined;
  /** Whether a descriptor is a terminal: what decides about colours, progress, `-t`. */
  isTerminal(descriptor: 0 | 1 | 2): boolean;
  readonly machine: Machine;
  readonly user: ProcessUser;
  /** Aborted when the process is to end (its reason is a `Killed`); all that blocks gives way to it. */
  readonly signal: AbortSignal;
  /** Handles a signal instead of ending by it: Ctrl-C in a shell. Gives its end. */
  onSignal(name: SignalName, handle: () => void): () => void;
  /** Bits that are taken from the mode of new files. */
  umask: number;
  /** Its open descriptors; `stdin`, `stdout` and `stderr` are 0, 1 and 2. */
  readonly files: Map<number, OpenFile>;
  /** Opens a file, device or descriptor (`/dev/stdin`, `/dev/fd/3`) by its path, seen from `cwd`. Throws a `FileError`. Whoever opens releases. */
  open(path: string, how: OpenMode): OpenFile;
  /** The next bytes of an open file, as this process: blocks with it, ends with it. */
  readFrom(file: OpenFile): Promise<Uint8Array | undefined>;
  writeTo(file: OpenFile, bytes: Uint8Array): Promise<void>;
  /** All of a file, device or descriptor; `-` is the standard input. Blocks until it has ended. */
  read(path: string): Promise<Uint8Array>;
  /** Hears a signal no more, and neither do its children. */
  ignore(name: SignalName): void;
  /** Runs a program by its name or path, as a child; gives its exit code. Streams are this process's unless said. Throws an `ExecError` where there is none. */
  run(args: readonly string[], options?: RunOptions): Promise<number>;
  /** Starts a program as `run` does, and does not wait. */
  start(args: readonly string[], options?: RunOptions): Child;
  /**
   * Says that computing took so many microseconds of simulated time. Gives a promise, to be awaited, when it is time to let others run:
   * so that an endless loop holds up nobody.
   */
  spend(microseconds: number): Promise<void> | undefined;
  /** Blocks for a time on the machine's clock, or until the process ends. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

export type OpenMode = "read" | "write" | "append" | "read-write";

/** A process as its parent sees it. */
export interface Child {
  readonly pid: number;
  readonly exited: Exit | undefined;
  /** Blocks the calling task until it has ended. */
  wait(signal?: AbortSignal): Promise<Exit>;
  kill(name: SignalName): void;
}

export interface Exit {
  readonly code: number;
  /** The signal that ended it. */
  readonly signal?: SignalName | undefined;
}

/** A program that cannot be started: there is none of that name, or it is no program. */
export class ExecError extends Error {
  readonly code: "ENOENT" | "EACCES" | "EISDIR" | "ENOEXEC" | "ENOTDIR" | "EAGAIN";
  /** 127 where there is no such program, 126 where it cannot run. */
  readonly exitCode: number;
  constructor(code: ExecError["code"], name: string, reason: string) {
    super(`${name}: ${reason}`);
    this.name = "ExecError";
    this.code = code;
    this.exitCode = code === "ENOENT" ? 127 : 126;
  }
}

export interface ProcessUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  /** The groups beside that one. */
  readonly groups: readonly number[];
  readonly home: string;
}

export interface RunOptions {
  stdin?: Source;
  stdout?: Sink;
  stderr?: Sink;
  env?: ReadonlyMap<string, string>;
  cwd?: string;
  /** Puts it in a process group of its own (0) or into one that exists. */
  group?: number;
  user?: ProcessUser;
  /** Where it and its children see files and programs: what `chroot` changes. */
  root?: Machine;
  /** Runs this instead of what the name leads to. */
  program?: Program;
}

/** Signals and their numbers, as on Linux. */
export const signals = {
  HUP: 1,
  INT: 2,
  QUIT: 3,
  ILL: 4,
  TRAP: 5,
  ABRT: 6,
  BUS: 7,
  FPE: 8,
  KILL: 9,
  USR1: 10,
  SEGV: 11,
  USR2: 12,
  PIPE: 13,
  ALRM: 14,
  TERM: 15,
  STKFLT: 16,
  CHLD: 17,
  CONT: 18,
  STOP: 19,
  TSTP: 20,
  TTIN: 21,
  TTOU: 22,
  URG: 23,
  XCPU: 24,
  XFSZ: 25,
  VTALRM: 26,
  PROF: 27,
  WINCH: 28,
  IO: 29,
  PWR: 30,
  SYS: 31,
} as const;

export type SignalName = keyof typeof signals;

/** Thrown into a process that a signal ends: its exit code is 128 + the signal's number. */
export class Killed extends Error {
  readonly by: SignalName;
  constructor(by: SignalName) {
    super(`killed by SIG${by}`);
    this.name = "Killed";
    this.by = by;
  }
}

/** What processes share: the learner's machine, a node, a container. */
export interface Machine {
  readonly hostname: string;
  readonly tasks: Tasks;
  readonly clock: Clock;
  readonly random: Random;
  readonly fs: FileSystem;
  readonly net: Net;
  /** Programs by name, or by absolute path where the PATH does not lead there. */
  readonly programs: ReadonlyMap<string, Program>;
  readonly processes: Processes;
  /** What it says about itself: `uname`, `/etc/os-release`, and how its `sh` speaks. */
  readonly system: "debian" | "alpine" | "busybox";
  readonly accounts: Accounts;
}

/** The process table of a machine. */
export interface Processes {
  list(): readonly ProcessInfo[];
  /** Sends a signal to a process, or to a whole group where `pid` is negative. Whether there was one. */
  signal(pid: number, name: SignalName): boolean;
}

export interface ProcessInfo {
  readonly pid: number;
  readonly parentPid: number;
  readonly group: number;
  readonly session: number;
  readonly user: string;
  readonly args: readonly string[];
  readonly startedAt: number;
  /** R runs, S waits, T is stopped, Z has ended and nobody asked how. */
  readonly state: "R" | "S" | "T" | "Z";
  readonly tty: string | undefined;
  readonly env?: ReadonlyMap<string, string>;
}

export interface Tty {
  /** Of its device: `pts/0`. */
  readonly name: string;
  readonly columns: number;
  readonly rows: number;
  /** Raw: keys come as they are typed, without echo, and Ctrl-C is a byte. */
  raw: boolean;
  onResize(hear: () => void): () => void;
}

/** The network as one machine sees it. */
export interface Net {
  /** An HTTP request to where its absolute URL says. Throws a `NetError` where no answer comes. */
  fetch(request: HttpRequest): Promise<HttpResponse>;
  /** Answers requests to a port of this machine. Gives its end. Throws a `NetError` EADDRINUSE. */
  listen(port: number, handler: HttpHandler, address?: string): () => void;
  /** Addresses of a name, as the machine's resolver gives them; empty where there is none (NXDOMAIN). */
  resolve(name: string): readonly string[];
  /** What the name server says of exactly this name: for tools that show its answer. `type` is `A`, `SRV`, `PTR` …, `server` another than the usual one. */
  query(name: string, type: string, server?: string): NameAnswer;
  /** The ports that programs of this machine listen on. */
  listening?(): readonly number[];
  /** Whether a host's certificate is of an authority that every machine trusts. */
  vouched?(host: string): boolean;
  /** The machine's own address. */
  readonly address: string;
}

/** An answer of a name server. */
export interface NameAnswer {
  readonly code: "NOERROR" | "NXDOMAIN" | "SERVFAIL";
  readonly records: readonly NameRecord[];
}

export interface NameRecord {
  readonly name: string;
  readonly type: "A" | "CNAME" | "SRV" | "PTR";
  /** An address, a name, or `0 100 80 web.default.svc.cluster.local`. */
  readonly data: string;
}

export class NetError extends Error {
  readonly code: "ENOTFOUND" | "ECONNREFUSED" | "ETIMEDOUT" | "EHOSTUNREACH" | "EADDRINUSE" | "ECONNRESET" | "EPROTO" | "NOINTERNET";
  constructor(code: NetError["code"], message: string) {
    super(message);
    this.name = "NetError";
    this.code = code;
  }
}
