import type { Random } from "#base/random.ts";
import type { Tasks } from "#base/tasks.ts";
import type { LayerFile } from "#shell/file-layer.ts";
import type { FileSystem } from "#shell/file-system.ts";
import type { Net, Program } from "#shell/process.ts";
import type { ContainerClock } from "./container-clock.ts";
import type { ContainerConfig } from "./container-config.ts";
import type { Texts } from "./logs.ts";
import type { StoredFiles } from "./stored-files.ts";

/** What lasts on a node: `Records` of the store. */
export interface Records extends Texts {
  get<T>(key: string): T | undefined;
  put(key: string, value: unknown): void;
  keys(prefix: string): readonly string[];
}

/** What a container gets of its node and its pod. */
export interface ContainerHost {
  readonly tasks: Tasks;
  readonly random: Random;
  readonly records: Records;
  readonly keys: Keys;
  readonly net: Net;
  /** The network for programs, which a replay does not ask a second time. */
  netFor(clock: ContainerClock): Net;
  /** Files that every container of the pod gets: /etc/hosts, /etc/resolv.conf. */
  readonly systemFiles: Readonly<Record<string, LayerFile>>;
  /** Puts the pod's volumes in place. */
  mount(config: ContainerConfig, fs: FileSystem): void;
  readonly files: StoredFiles;
  /** Programs of the cluster's machines, by their names. */
  clusterTools(names: readonly string[]): Iterable<readonly [name: string, program: Program]>;
  exited(config: ContainerConfig, exit: ContainerExit): void;
  /** Whether the node's own disk may differ from how it was made. */
  readonly isTouched: boolean;
  /** The container took more memory than others do. */
  tookMemory(): Promise<void> | undefined;
  /** A part of the control plane works here from now on, or no longer. */
  provides(name: string, works: boolean): void;
  /** Whether somebody else in the pod listens on a port. */
  isTaken(port: number): boolean;
  /** Something in the container changed that a probe might see. */
  touched(config: ContainerConfig): void;
}

export interface ContainerExit {
  readonly code: number;
  /** What ended it, where the kernel did: OOMKilled. */
  readonly reason?: string;
}

/** What whoever asks a runtime hears that is not there. */
export const runtimeGone =
  'rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial unix /run/containerd/containerd.sock: connect: no such file or directory"';

type Named = Pick<ContainerConfig, "id">;

/** Where a node's records lie. */
export interface Keys {
  pod(uid: string): string;
  pods: string;
  config(container: Named): string;
  log(container: Named): string;
  files(container: Named): string;
  state(container: Named): string;
  volume(uid: string, name: string): string;
  disk: string;
  images: string;
  addresses: string;
}

/** As much of a container's id as tells it from others. */
export const shortId = (id: string): string => id.slice(0, 32);

export function keysOf(node: string): Keys {
  const base = `/node/${node}`;
  return {
    pods: `${base}/pods/`,
    pod: (uid) => `${base}/pods/${uid}`,
    config: ({ id }) => `${base}/containers/${shortId(id)}/config`,
    log: ({ id }) => `${base}/containers/${shortId(id)}/log`,
    files: ({ id }) => `${base}/containers/${shortId(id)}/files`,
    state: ({ id }) => `${base}/containers/${shortId(id)}/state`,
    volume: (uid, name) => `${base}/volumes/${uid}/${name}`,
    disk: `${base}/disk`,
    images: `${base}/images`,
    addresses: `${base}/addresses`,
  };
}
