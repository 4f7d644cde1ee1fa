import type { Source } from "#base/streams.ts";
import type { RemoteCommand } from "./client.ts";
import type { ExecOptions, LogOptions } from "./kubelet.ts";

/** What a node's container runtime holds and does, as its own tools ask it. Failures are `Error`s in the runtime's words. */
export interface ContainerRuntime {
  sandboxes(): readonly RuntimeSandbox[];
  containers(): readonly RuntimeContainer[];
  images(): readonly RuntimeImage[];
  /** Pulls an image; gives what it turned out to be. */
  pull(name: string): Promise<RuntimeImage>;
  removeImage(name: string): void;
  logs(id: string, options: LogOptions): Source;
  exec(id: string, options: ExecOptions): RemoteCommand;
  /** Ends a container: SIGTERM, and SIGKILL after so long. Whoever wants it to run starts it again. */
  stop(id: string, timeoutSeconds: number): Promise<void>;
  /** Removes a container that has ended. */
  remove(id: string): void;
  /** Ends and removes all of a pod on this node, without telling the API server. */
  stopSandbox(id: string): void;
}

export interface RuntimeSandbox {
  readonly id: string;
  readonly uid: string;
  readonly name: string;
  readonly namespace: string;
  readonly attempt: number;
  readonly createdAt: number;
  readonly ready: boolean;
  readonly address: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly hostNetwork: boolean;
}

export interface RuntimeContainer {
  readonly id: string;
  readonly name: string;
  readonly attempt: number;
  readonly sandbox: RuntimeSandbox;
  readonly state: "created" | "running" | "exited";
  readonly createdAt: number;
  readonly startedAt: number;
  readonly finishedAt: number;
  readonly exitCode: number;
  readonly reason: string;
  readonly message: string;
  /** The image as the pod names it, in full. */
  readonly image: string;
  readonly imageId: string;
  readonly args: readonly string[];
  readonly env: readonly (readonly [name: string, value: string])[];
  readonly cwd: string;
  readonly user: string;
  readonly mounts: readonly { readonly volume: string; readonly path: string; readonly readOnly: boolean }[];
  readonly logPath: string;
}

export interface RuntimeImage {
  /** `sha256:…` of its configuration. */
  readonly id: string;
  /** `docker.io/library/nginx:1.27` */
  readonly tags: readonly string[];
  /** `docker.io/library/nginx@sha256:…` */
  readonly digests: readonly string[];
  readonly sizeBytes: number;
  readonly user: string;
}
