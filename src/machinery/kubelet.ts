import type { HttpRequest, HttpResponse } from "#base/http.ts";
import type { Source } from "#base/streams.ts";
import type { RemoteCommand } from "./client.ts";
import type { Pod } from "./types.ts";

/**
 * What the API server asks of a node's kubelet, to serve log, exec, attach, port-forward and the proxy of a pod. `cluster` connects the two.
 * Failures are `StatusError`s with the real texts.
 */
export interface KubeletApi {
  logs(pod: Pod, container: string, options: LogOptions): Promise<Source>;
  exec(pod: Pod, container: string, options: ExecOptions): Promise<RemoteCommand>;
  attach(pod: Pod, container: string, options: Omit<ExecOptions, "command">): Promise<RemoteCommand>;
  /** What the containers of a pod use, as measured at `end`; those that have not run for long enough are left out. */
  usage(pod: Pod, end: number): readonly ContainerUsage[];
  /** What a whole machine uses; undefined where nobody measures it. */
  nodeUsage(node: string, end: number): Omit<ContainerUsage, "name"> | undefined;
  /** One request to a port of the pod, or of a service behind which pods stand. */
  proxy(pod: Pod, port: number, request: HttpRequest): Promise<HttpResponse>;
}

export interface ContainerUsage {
  name: string;
  /** Thousandths of a CPU. */
  cpu: number;
  /** Bytes. */
  memory: number;
}

export interface LogOptions {
  follow: boolean;
  previous: boolean;
  timestamps: boolean;
  /** The last so many lines. */
  tailLines?: number | undefined;
  limitBytes?: number | undefined;
  /** Only lines at or after this time, in milliseconds. */
  since?: number | undefined;
  signal?: AbortSignal | undefined;
}

export interface ExecOptions {
  command: readonly string[];
  stdin: boolean;
  stdout: boolean;
  stderr: boolean;
  tty: boolean;
}
