import type { Clock } from "#base/clock.ts";
import type { HttpHandler, HttpRequest, HttpResponse } from "#base/http.ts";
import type { Random } from "#base/random.ts";
import type { Sink, Source } from "#base/streams.ts";
import type { Tasks } from "#base/tasks.ts";
import type { FileSystem } from "./file-system.ts";

/** A program: runs until it returns its exit code. A program that is killed gets a `Killed` thrown out of whatever it waits for. */
export type Program = (process: Process) => Promise<number> | number;

/** What a program is given: its own view of the machine that it runs on. */
export interface Process {
  readonly pid: number;
  /** `args[0]` is its name. */
  readonly args: readonly string[];
  readonly env: Map<string, string>;
  cwd: string;
  readonly stdin: Source;
  readonly stdout: Sink;
  readonly stderr: Sink;
  /** Where it runs in a terminal: its size, raw mode. */
  readonly tty?: Tty | undefined;
  readonly machine: Machine;
  readonly user: { name: string; uid: number; home: string };
  /** Aborted when the process is to end (its reason is a `Killed`); all that blocks gives way to it. */
  readonly signal: AbortSignal;
  /** Handles a signal instead of ending by it: Ctrl-C in a shell. Gives its end. */
  onSignal(name: SignalName, handle: () => void): () => void;
  /** Runs a program by its name or path, as a child; gives its exit code. Streams are this process's unless said. */
  run(args: readonly string[], options?: RunOptions): Promise<number>;
}

export interface RunOptions {
  stdin?: Source;
  stdout?: Sink;
  stderr?: Sink;
  env?: Map<string, string>;
  cwd?: string;
}

export type SignalName = "HUP" | "INT" | "QUIT" | "KILL" | "TERM" | "STOP" | "TSTP" | "CONT" | "USR1" | "USR2" | "WINCH" | "PIPE" | "ALRM" | "CHLD";

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
  /** Programs that the PATH leads to, by name. */
  readonly programs: ReadonlyMap<string, Program>;
}

export interface Tty {
  columns: number;
  rows: number;
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
  /** The machine's own address. */
  readonly address: string;
}

export class NetError extends Error {
  readonly code: "ENOTFOUND" | "ECONNREFUSED" | "ETIMEDOUT" | "EHOSTUNREACH" | "EADDRINUSE" | "ECONNRESET" | "NOINTERNET";
  constructor(code: NetError["code"], message: string) {
    super(message);
    this.name = "NetError";
    this.code = code;
  }
}
