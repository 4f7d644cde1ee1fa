import type { HttpHandler } from "#base/http.ts";
import { NetError } from "#shell/process.ts";

/** What answers at one address: a pod's sandbox, a node, the learner's machine. */
export class Stack {
  readonly address: string;
  /** The node that it is on. */
  readonly node: string;
  readonly #listeners = new Map<number, { handler: HttpHandler; local: boolean }>();
  readonly #servers: (port: number, probed: boolean) => HttpHandler | undefined;

  readonly #served: () => Iterable<number>;

  /** `servers` finds what listens without having said so: programs that only serve; `served` tells on which ports. */
  constructor(
    address: string,
    node: string,
    servers: (port: number, probed: boolean) => HttpHandler | undefined = () => undefined,
    served: () => Iterable<number> = () => [],
  ) {
    this.address = address;
    this.node = node;
    this.#servers = servers;
    this.#served = served;
  }

  /** Answers requests to a port; on `address` 127.0.0.1 only those from this machine itself. Gives its end. */
  listen(port: number, handler: HttpHandler, address = "0.0.0.0"): () => void {
    if (this.#listeners.has(port) || this.#servers(port, false))
      throw new NetError("EADDRINUSE", `listen tcp ${address}:${port}: bind: address already in use`);
    const listener = { handler, local: address === "localhost" || address.startsWith("127.") || address === "::1" };
    this.#listeners.set(port, listener);
    return () => {
      if (this.#listeners.get(port) === listener) this.#listeners.delete(port);
    };
  }

  /** The ports that somebody listens on. */
  get listening(): readonly number[] {
    return [...new Set([...this.#listeners.keys(), ...this.#served()])];
  }

  /** What answers on a port, seen from this machine itself or from another; `probed` by the kubelet that has just started it. */
  handler(port: number, local: boolean, probed = false): HttpHandler | undefined {
    const listener = this.#listeners.get(port);
    if (listener) return listener.local && !local ? undefined : listener.handler;
    return this.#servers(port, probed);
  }
}
