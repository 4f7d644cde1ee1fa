import type { HttpRequest, HttpResponse } from "#base/http.ts";
import type { Process, Program, SignalName } from "#shell/process.ts";

/** An image of the catalogue: data, with a function only where it acts. */
export interface Image {
  /** As a manifest may name it, without registry and `library/` where they are the usual ones: `nginx`, `registry.k8s.io/echoserver`. */
  name: string;
  /** Further names of the same image. */
  aliases?: readonly string[];
  /** The tags that exist. Any other gives `not found`. */
  tags: readonly string[];
  /** As a quantity: `72Mi`. */
  size: string;
  pullSeconds: number;
  entrypoint?: readonly string[];
  command?: readonly string[];
  env?: Readonly<Record<string, string>>;
  workingDir?: string;
  user?: string;
  /** Files beyond those of its base. A function makes a file's text when the container starts. */
  files?: Readonly<Record<string, string>>;
  /** What its programs are: the usual ones of a Debian, an Alpine or a busybox; `none` has no shell. */
  base: "debian" | "alpine" | "busybox" | "none";
  /** Programs of its own, by absolute path; the entry point is one of them. */
  programs?: Readonly<Record<string, Program>>;
  /** HTTP servers by port, while the image's own main program runs. */
  serves?: Readonly<Record<number, Serve>>;
  /** What its own main program prints when it starts. */
  logs?(process: Process): string;
  usage?: { cpu: string; memory: string };
  stopSignal?: SignalName;
  /** The exit code by signal of its main program; a signal not named ends it by 128 + its number. */
  onSignal?: Partial<Record<SignalName, number>>;
}

/** Answers one request; `container.log` prints to the container's standard output; `container.state` outlives restarts of the object, not of the container. */
export type Serve = (request: HttpRequest, container: ServingContainer) => HttpResponse | Promise<HttpResponse>;

export interface ServingContainer {
  readonly process: Process;
  readonly podName: string;
  readonly startedAt: number;
  /** JSON, kept for as long as the container runs. */
  state: Record<string, unknown>;
  log(text: string): void;
}

export const defineImage = (image: Image): Image => image;
