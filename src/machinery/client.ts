import type { HttpRequest, HttpResponse } from "#base/http.ts";
import type { Sink, Source } from "#base/streams.ts";
import type { Draft, KubeObject } from "./object.ts";
import type { DeleteOptions, Scale, Status } from "./types.ts";

/**
 * The API as the commands see it: what kubectl would send over HTTP, without the wire. URLs are paths (`/api/v1/namespaces/default/pods`).
 * Answers are those of the real server, byte for byte; a failure is an answer too, with a Status in its body.
 */
export interface Client {
  fetch(request: HttpRequest): Promise<HttpResponse>;
  /** exec, attach and port-forward, which take over the connection; an answer instead where the server refuses. */
  connect(request: HttpRequest): Promise<Connected | HttpResponse>;
}

export type Connected = RemoteCommand | PortForward;

/** The ports of a pod, from outside. */
export interface PortForward {
  /** What the pod is called where its failures are told. */
  readonly id: string;
  /** One request to a port: HTTP is what the simulated network carries. Throws a `StatusError` 503 where nobody listens. */
  forward(port: number, request: HttpRequest): Promise<HttpResponse>;
}

/** A command in a container, from outside. */
export interface RemoteCommand {
  readonly stdin: Sink;
  readonly stdout: Source;
  readonly stderr: Source;
  resize(columns: number, rows: number): void;
  /** Success, or Failure with reason NonZeroExitCode and the code as its cause `ExitCode`, as on the error channel of v5.channel.k8s.io. */
  readonly result: Promise<Status>;
  /** The client has gone. */
  abort(): void;
}

export interface ListOptions {
  namespace?: string | undefined;
  /** A label selector as in a URL: `app=web,tier!=db`. */
  labels?: string | undefined;
  /** Exact values of fields that the kind declares as selectable: `{"spec.nodeName": "node-1"}`. Those that the kind indexes cost nothing. */
  fields?: Readonly<Record<string, string>> | undefined;
  /** Of all of them those that this says yes to. It may be asked of an object that differs from the one it is about in ids and times. */
  matters?: (object: KubeObject) => boolean;
}

export interface WatchEvent<T extends KubeObject = KubeObject> {
  type: "ADDED" | "MODIFIED" | "DELETED";
  object: T;
  /** The object as it was before, where there was one. */
  old?: T | undefined;
}

/**
 * The API as controllers, the scheduler and kubelets see it: reads come from the live set at once and are frozen; writes go through
 * admission and validation like anybody's. A resource is named `pods`, or `deployments.apps` outside the core group. Failures are thrown `StatusError`s.
 */
export interface Api {
  get<T extends KubeObject>(resource: string, name: string, namespace?: string): T | undefined;
  list<T extends KubeObject>(resource: string, options?: ListOptions): readonly T[];
  /** What `owner` controls (by uid), of one resource; costs what it gives. */
  owned<T extends KubeObject>(resource: string, owner: KubeObject): readonly T[];
  create<T extends KubeObject>(resource: string, object: Draft<T>): Promise<T>;
  /** Replaces; with a resourceVersion that is no longer the object's it throws a conflict. Writing what is already there changes nothing. */
  update<T extends KubeObject>(resource: string, object: T): Promise<T>;
  /** Replaces the status alone. */
  updateStatus<T extends KubeObject>(resource: string, object: T): Promise<T>;
  /** Replaces what another subresource covers: `finalize`, `ephemeralcontainers`, `resize`. */
  updateSub<T extends KubeObject>(resource: string, subresource: string, object: T): Promise<T>;
  /** The size of a workload, as its kind's `scale` subresource shows it; undefined where the workload is not there. Throws where the kind has none. */
  getScale(resource: string, name: string, namespace: string): Scale | undefined;
  /** Asks for another size through `scale`; with a resourceVersion that is no longer the workload's it throws a conflict. */
  setScale(resource: string, scale: Scale): Promise<void>;
  /** Acts through a subresource: `pods/binding`, `pods/eviction`, `serviceaccounts/token`. Gives what it answers. */
  createSub(resource: string, name: string, namespace: string, subresource: string, object: object): Promise<KubeObject>;
  delete(resource: string, name: string, namespace?: string, options?: Partial<DeleteOptions>): Promise<void>;
  /** Hears each change of a resource as it is committed, in order, synchronously; it must not write, only note what to do. Gives its end. */
  watch<T extends KubeObject>(resource: string, hear: (event: WatchEvent<T>) => void): () => void;

  /** Everything that names `uid` among its owners, controlling or not, of whatever resource; costs what it gives. */
  dependents(uid: string): readonly Located[];
  /** Everything in a namespace, of whatever resource; without one, everything there is. `matters` is that of a list. */
  contents(namespace?: string, matters?: (object: KubeObject) => boolean): readonly Located[];
  /** Hears each change of every resource, as `watch` does of one. */
  watchAll(hear: (event: WatchEvent, resource: string) => void): () => void;
  /** The resource that serves a kind: `{resource: "deployments.apps", namespaced: true}` for apps/v1 Deployment. */
  resourceOf(apiVersion: string, kind: string): { resource: string; namespaced: boolean } | undefined;
}

/** An object and the resource that it is of, as `Api` names it. */
export interface Located {
  resource: string;
  object: KubeObject;
}
