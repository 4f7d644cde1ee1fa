import type { HttpRequest, HttpResponse } from "#base/http.ts";
import type { Layer } from "#shell/file-layer.ts";
import type { FileSystem } from "#shell/file-system.ts";
import type { Net, Program, SignalName } from "#shell/process.ts";

/** An image of the catalogue: data, with a function only where it acts. */
export interface Image {
  /** As a manifest may name it, without registry and `library/` where they are the usual ones: `nginx`, `registry.k8s.io/echoserver`. */
  name: string;
  /** Further names of the same image. */
  aliases?: readonly string[];
  /** The tags that exist. Any other gives `not found`. Images of one name share a repository: each tag belongs to one of them. */
  tags: readonly string[];
  /** As a quantity: `72Mi`. */
  size: string;
  pullSeconds: number;
  entrypoint?: readonly string[];
  command?: readonly string[];
  env?: Readonly<Record<string, string>>;
  workingDir?: string;
  /** A name or a number, as the image's configuration says; root unless said. */
  user?: string;
  /** Users beyond those of its base, with their numbers. */
  users?: Readonly<Record<string, number>>;
  /** Files beyond those of its base. */
  files?: Readonly<Record<string, string>>;
  /** Files in layers, over all others. */
  layers?: readonly Layer[];
  /** What its programs are: the usual ones of a Debian, an Alpine or a busybox; `none` has no shell. */
  base: "debian" | "alpine" | "busybox" | "none";
  /** Tools beyond those of its base, by name: `curl` is not in every image. */
  tools?: readonly string[];
  /** Tools that the machines of the cluster have too: `kubectl`. */
  clusterTools?: readonly string[];
  /** Programs of its own that run, by absolute path. */
  programs?: Readonly<Record<string, Program>>;
  /** Programs of its own that only serve, by absolute path: as a container's main program they cost nothing while nobody asks. */
  servers?: Readonly<Record<string, Server>>;
  /** One of its files: a script that runs what follows it on the command line, which may be a server. */
  wrapper?: string;
  /** What the image's own command does as a whole, where that only serves: a shell that starts a server, say. */
  main?: Server;
  usage?: { cpu: string; memory: string };
  stopSignal?: SignalName;
}

/** How a program serves, told by how it was started. Called anew after the object was away: what it gives depends on `start` alone. */
export type Server = (start: ServerStart) => Serving;

export interface ServerStart {
  /** `args[0]` is the program itself. */
  readonly args: readonly string[];
  readonly env: ReadonlyMap<string, string>;
  readonly hostname: string;
  /** Its address. */
  readonly address: string;
  readonly startedAt: number;
  /** Its files. Looking at them makes them: look only where `mounts` or arguments say that there is something to see. */
  readonly files: FileSystem;
  /** Where volumes are mounted. */
  readonly mounts: readonly string[];
  /** Whether anything on its machine's disk may differ from how the machine was made. */
  readonly isTouched?: boolean;
}

export interface Serving {
  /** HTTP servers by port. */
  ports?: Readonly<Record<number, Serve>>;
  /** Ports that accept connections and speak something else than HTTP. */
  tcp?: readonly number[];
  /**
   * Servers of other protocols by port: a message travels as the body of a request under the protocol's own scheme, `redis://db:6379/`, and its answer as
   * the body of the response.
   */
  messages?: Readonly<Record<number, { scheme: string; serve: Serve }>>;
  /** What it says, and how it ends, when somebody in its pod already listens on one of its ports; what programs in Go do unless said. */
  inUse?: (port: number) => Pick<Serving, "errors" | "later" | "exits">;
  /** When the ports are closed again, after the start. */
  closesAfterMs?: number;
  /** What it prints when it starts. */
  prints?: string;
  errors?: string;
  /** What it prints some time after its start. */
  later?: readonly { afterMs: number; prints?: string; errors?: string }[];
  /** It does not stay: a wrong flag, a setting that is missing, a job that is done. */
  exits?: { code: number; afterMs?: number };
  /** When ports begin to answer after the start; at once unless said. */
  listensAfterMs?: number;
  /** How it ends by a signal; one not named ends it by 128 + its number, at once. `ignore` as the first process of a container does by default. */
  signals?: Partial<Record<SignalName, SignalEnd | SignalDeed | "ignore">>;
  /** A part of the control plane that works as long as this runs: `kube-scheduler`. */
  provides?: string;
  /** What it answers changes with time, or by what it was asked before: otherwise nothing but its files can change it. */
  restless?: boolean;
  /** Memory that it takes, and when: more than its container may have, and the kernel ends it. */
  memory?: { bytes: number; afterMs: number };
  /** Computing that it does without being asked, in thousandths of a CPU, as far as its container may have that. */
  cpu?: { milli: number };
  /** What its gRPC health service says of a service; undefined where it does not know it. Without this no gRPC is spoken. */
  health?: (service: string, now: number) => "SERVING" | "NOT_SERVING" | undefined;
  healthPort?: number;
}

/** What a signal brings about that does not end the program: it reads its configuration anew. */
export interface SignalDeed {
  does(): { errors?: string };
}

export interface SignalEnd {
  code: number;
  afterMs?: number;
  prints?: string | ((now: number) => string);
  /** What it still does before: it writes its data to disk. */
  before?(container: ServingContainer): void;
}

/** Answers one request. */
export type Serve = (request: HttpRequest, container: ServingContainer) => HttpResponse | Promise<HttpResponse>;

export interface ServingContainer {
  readonly hostname: string;
  readonly startedAt: number;
  readonly env: ReadonlyMap<string, string>;
  readonly files: FileSystem;
  readonly net: Net;
  /** JSON, kept for as long as the container runs. */
  readonly state: Record<string, unknown>;
  now(): number;
  /** Waits by the cluster's clock. */
  sleep(milliseconds: number): Promise<void>;
  /** Computes for so long; with less than a CPU to itself it takes longer. */
  burn(milliseconds: number): Promise<void>;
  /** Prints to the container's standard output. */
  log(text: string): void;
  logError(text: string): void;
  /** Ends the container's main program. */
  exit(code: number): void;
  /** Runs a command in the container, as root, and gives what it printed. */
  run(args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }>;
}

export const defineImage = (image: Image): Image => image;
