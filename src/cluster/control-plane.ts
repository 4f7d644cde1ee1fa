import type { Clock } from "#base/clock.ts";
import type { Random } from "#base/random.ts";
import type { Tasks } from "#base/tasks.ts";
import type { ApiServer } from "#cluster/apiserver/server.ts";
import { controllers } from "#cluster/controllers/index.ts";
import { runControllers } from "#cluster/controllers/run.ts";
import type { Explanation } from "#cluster/scheduler/explain.ts";
import { runScheduler, type Scheduler } from "#cluster/scheduler/scheduler.ts";
import type { Pod } from "#machinery/types.ts";
import { component } from "#machinery/user.ts";

export interface ControlPlaneOptions {
  server: ApiServer;
  clock: Clock;
  tasks: Tasks;
  random: Random;
  failed(error: unknown): void;
  /** The parts whose containers do not run, as they were noted last. */
  down(): readonly string[];
  noteDown(parts: readonly string[]): void;
  /** The API server came, or went. */
  served(isUp: boolean): void;
}

/**
 * kube-controller-manager and kube-scheduler, and whether the API server and its etcd answer. Where they are pods of the cluster, each works as long as
 * its container does; a part whose container was never there works by itself.
 */
export class ControlPlane {
  readonly #options: ControlPlaneOptions;
  readonly #containers = new Map<string, number>();
  readonly #ends = new Map<string, () => void>();
  #runningScheduler: Scheduler | undefined;
  #runs = false;
  #wasServed = true;

  constructor(options: ControlPlaneOptions) {
    this.#options = options;
  }

  /** Whether the API server answers, as far as its containers say. */
  get isServed(): boolean {
    return this.#works("etcd") && this.#works("kube-apiserver");
  }

  /** What each plugin of the scheduler says of each node for a pod; undefined while there is no scheduler. */
  explain(pod: Pod): Explanation | undefined {
    return this.#runningScheduler?.explain(pod);
  }

  start(): void {
    this.#runs = true;
    this.#adjust();
  }

  stop(): void {
    this.#runs = false;
    this.#adjust();
  }

  /** Machines were switched off or on: whatever was wrong is seen anew. */
  forget(): void {
    this.#containers.clear();
    this.#options.noteDown([]);
    this.#wasServed = true;
  }

  /** A part works from now on, since a container does; or no longer. */
  provides(part: string, works: boolean): void {
    const left = (this.#containers.get(part) ?? 0) + (works ? 1 : -1);
    this.#containers.set(part, Math.max(0, left));
    const { down, noteDown, tasks } = this.#options;
    const others = down().filter((one) => one !== part);
    const isDown = left <= 0 && this.#runs;
    if (isDown === down().includes(part)) return;
    noteDown(isDown ? [...others, part] : others);
    // Whoever calls is in the middle of something.
    tasks.detach(async () => this.#adjust());
  }

  #works(part: string): boolean {
    return !this.#options.down().includes(part);
  }

  #adjust(): void {
    const isServed = this.isServed;
    if (this.#runs && isServed !== this.#wasServed) {
      this.#wasServed = isServed;
      this.#options.served(isServed);
    }
    this.#keep("kube-controller-manager", isServed, () => this.#controllers());
    this.#keep("kube-scheduler", isServed, () => this.#scheduler());
  }

  #keep(part: string, isServed: boolean, start: () => () => void): void {
    const should = this.#runs && isServed && this.#works(part);
    const end = this.#ends.get(part);
    if (should === (end !== undefined)) return;
    if (should) {
      this.#ends.set(part, start());
      return;
    }
    end?.();
    this.#ends.delete(part);
  }

  #controllers(): () => void {
    const { server, clock, tasks, random, failed } = this.#options;
    const api = server.api(component("system:kube-controller-manager"), "kube-controller-manager");
    return runControllers(controllers, { clock, tasks, random, failed, api });
  }

  #scheduler(): () => void {
    const { server, clock, tasks, random, failed } = this.#options;
    const scheduler = runScheduler({ clock, tasks, random, failed, api: server.api(component("system:kube-scheduler"), "kube-scheduler") });
    this.#runningScheduler = scheduler;
    return () => {
      scheduler.stop();
      this.#runningScheduler = undefined;
    };
  }
}
