import type { Source } from "#base/streams.ts";
import type { RemoteCommand } from "./client.ts";
import type { ExecOptions, LogOptions } from "./kubelet.ts";

/** A container engine beside the cluster, as `docker` speaks to it. Failures are `Error`s in the daemon's words. */
export interface ContainerEngine {
  images(): readonly EngineImage[];
  /** The image of a name, an id or the beginning of one. */
  image(name: string): EngineImage | undefined;
  /** Brings an image out of its registry. */
  pull(name: string): Promise<EngineImage>;
  tag(image: EngineImage, name: string): void;
  /** Takes a name away, and the image with its last name. Gives what was done, in the daemon's words. */
  untag(name: string, force: boolean): readonly string[];
  /** Keeps what was built. */
  keep(built: BuiltImage, name: string | undefined): EngineImage;
  /** What of an image was built here: its files over those of an image of a registry. */
  built(id: string): BuiltImage | undefined;
  /** Puts an image into its registry. */
  push(name: string): void;
  /** Puts an image on a node of the cluster. */
  load(name: string, node: string): void;

  containers(): readonly EngineContainer[];
  create(wanted: ContainerWanted): EngineContainer;
  start(id: string): Promise<void>;
  /** Sends a signal to its main program. */
  signal(id: string, name: string): void;
  /** Gives its exit code when it has ended. Blocks the calling task. */
  wait(id: string, signal?: AbortSignal): Promise<number>;
  remove(id: string): void;
  rename(id: string, name: string): void;
  logs(id: string, options: LogOptions): Source;
  exec(id: string, options: ExecOptions): RemoteCommand;
  attach(id: string): RemoteCommand;
  /** A file of a container, running or not. */
  files(id: string): EngineFiles;
}

/** As much of a container's disk as copying needs. */
export interface EngineFiles {
  read(path: string): Uint8Array;
  write(path: string, content: Uint8Array): void;
  list(path: string): readonly string[] | undefined;
  /** Undefined where nothing is. */
  kind(path: string): "file" | "directory" | undefined;
}

export interface ImageConfig {
  entrypoint?: readonly string[] | undefined;
  command?: readonly string[] | undefined;
  env?: readonly (readonly [name: string, value: string])[];
  workingDir?: string | undefined;
  user?: string | undefined;
  ports?: readonly string[];
  labels?: Readonly<Record<string, string>>;
  volumes?: readonly string[];
}

export interface BuiltImage {
  /** The image of a registry that it began with, in full. */
  readonly base: string;
  /** What differs from it, as a file system gives its changes. */
  readonly changes: Readonly<Record<string, unknown>>;
  readonly config: ImageConfig;
  readonly createdAt: number;
  /** What made it, oldest first. */
  readonly history: readonly string[];
}

export interface EngineImage {
  /** `sha256:…` */
  readonly id: string;
  /** In full: `docker.io/library/nginx:latest`. */
  readonly names: readonly string[];
  readonly digest: string | undefined;
  readonly createdAt: number;
  readonly sizeBytes: number;
  readonly config: ImageConfig;
  readonly history: readonly string[];
}

export interface PortMapping {
  readonly host: number;
  readonly container: number;
  readonly address: string;
  readonly protocol: "tcp" | "udp";
}

export interface ContainerWanted {
  name: string;
  image: EngineImage;
  /** As it was typed. */
  imageName: string;
  entrypoint?: readonly string[] | undefined;
  command: readonly string[];
  env: readonly (readonly [name: string, value: string])[];
  workingDir?: string | undefined;
  user?: string | undefined;
  hostname?: string | undefined;
  ports: readonly PortMapping[];
  /** Directories of the machine by the path where they are shown. */
  binds: readonly { source: string; target: string; readOnly: boolean }[];
  stdin: boolean;
  tty: boolean;
  autoRemove: boolean;
  restart: string;
  network: string;
  labels: Readonly<Record<string, string>>;
  memory?: number | undefined;
  readOnly?: boolean;
}

export interface EngineContainer {
  readonly id: string;
  readonly name: string;
  readonly imageName: string;
  readonly imageId: string;
  readonly args: readonly string[];
  readonly env: readonly (readonly [name: string, value: string])[];
  readonly workingDir: string;
  readonly user: string;
  readonly hostname: string;
  readonly state: "created" | "running" | "exited";
  readonly createdAt: number;
  readonly startedAt: number;
  readonly finishedAt: number;
  readonly exitCode: number;
  readonly problem: string;
  readonly ports: readonly PortMapping[];
  readonly exposed: readonly string[];
  readonly binds: readonly { readonly source: string; readonly target: string; readonly readOnly: boolean }[];
  readonly address: string;
  readonly network: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly tty: boolean;
  readonly stdin: boolean;
  readonly autoRemove: boolean;
  readonly restart: string;
  readonly restarts: number;
}
