import type { HttpHandler, HttpResponse } from "#base/http.ts";
import type { Server, Serving, ServingContainer, SignalDeed, SignalEnd } from "#cluster/images/image.ts";
import { answering, farewellOf } from "#cluster/images/programs.ts";
import type { Machine, SignalName } from "#shell/process.ts";
import { type StartedProcess, startProcess } from "#shell/start-process.ts";
import type { ContainerClock } from "./container-clock.ts";
import type { ContainerConfig } from "./container-config.ts";
import type { ContainerHost } from "./container-host.ts";
import type { Stream } from "./logs.ts";
import { Meter } from "./meter.ts";

/** No process is seen to end sooner than this after its start: even a shell takes time to begin. */
export const shortestRun = 60;
/** A real kubelet notices up to a second later that a container runs, ours at once: what listens by then answers everybody who heard that its pod is ready. Only the kubelet's own probes come sooner. */
const noticedAfterMs = 500;
const forever = 1e12;
const heard: readonly SignalName[] = ["TERM", "INT", "QUIT", "HUP", "USR1", "USR2", "WINCH"];

/** The container that such a program is the main one of. */
export interface ServedBy {
  readonly host: ContainerHost;
  readonly config: ContainerConfig;
  readonly env: ReadonlyMap<string, string>;
  readonly startedAt: number;
  readonly clock: ContainerClock;
  /** Made when it is first asked for. */
  readonly machine: Machine;
  print(stream: Stream, text: string): void;
  end(code: number): void;
  kill(reason: string): void;
  run(args: readonly string[]): ReturnType<ServingContainer["run"]>;
}

const portsOf = ({ ports = {}, messages = {}, tcp = [], healthPort }: Serving): number[] => [
  ...Object.keys({ ...ports, ...messages }).map(Number),
  ...tcp,
  ...(healthPort === undefined ? [] : [healthPort]),
];

/** What a server does that finds one of its ports taken. */
const withoutPort = ({ prints, inUse }: Serving, port: number): Serving => ({
  ...(prints === undefined ? {} : { prints }),
  ...(inUse?.(port) ?? { errors: `listen tcp :${port}: bind: address already in use\n`, exits: { code: 1 } }),
});

/** A main program that only serves. No process runs for it: it answers when it is asked, and ends when it is told to. */
export class ServedProgram {
  readonly serving: Serving;
  readonly #by: ServedBy;
  readonly #meter = new Meter();
  #state: Record<string, unknown> | undefined;
  #stands: StartedProcess | undefined;
  #ended = false;

  constructor(by: ServedBy, args: readonly string[], server: Server) {
    this.#by = by;
    const { config, env, startedAt, clock } = by;
    const serving = server({
      args,
      env,
      hostname: config.hostname,
      address: by.host.net.address,
      startedAt,
      mounts: config.mounts.map(({ path }) => path),
      isTouched: by.host.isTouched,
      get files() {
        return by.machine.fs;
      },
    });
    const taken = portsOf(serving).find((port) => by.host.isTaken(port));
    const failing = taken === undefined ? undefined : withoutPort(serving, taken);
    // One that has run for longer has its ports: whoever came later failed.
    this.serving = failing && clock.now() <= startedAt + (failing.exits?.afterMs ?? shortestRun) ? failing : serving;
    const { memory, exits, later = [], provides, listensAfterMs = 0 } = this.serving;
    if (provides) this.#provide(provides, startedAt + listensAfterMs);
    for (const { afterMs, prints, errors } of later) this.#sayAt(startedAt + afterMs, prints, errors);
    if (memory && memory.bytes > (config.memoryLimit ?? Number.POSITIVE_INFINITY)) clock.at(startedAt + memory.afterMs, () => by.kill("OOMKilled"));
    else if (memory) clock.at(startedAt + memory.afterMs, async () => by.host.tookMemory());
    if (exits) this.#exitAt(startedAt + Math.max(exits.afterMs ?? 0, shortestRun), exits.code);
  }

  /** Somebody else is told when it does its work, and when no longer. */
  #provide(name: string, from: number): void {
    const { clock, host } = this.#by;
    const begin = () => {
      if (this.#ended) return;
      this.#provides = name;
      host.provides(name, true);
    };
    if (from <= clock.now() || clock.replaying) begin();
    else clock.at(from, begin);
  }
  #provides: string | undefined;

  /** What was to be said before now was said before the object was away. */
  #sayAt(when: number, prints: string | undefined, errors: string | undefined): void {
    const { clock, print } = this.#by;
    if (when <= clock.now()) return;
    clock.at(when, () => {
      if (this.#ended) return;
      if (prints) print("stdout", prints);
      if (errors) print("stderr", errors);
    });
  }

  #exitAt(when: number, code: number, prints?: string): void {
    this.#by.clock.at(when, () => {
      if (this.#ended) return;
      if (prints) this.#by.print("stdout", prints);
      this.#by.end(code);
    });
  }

  /** What answers on a port. */
  handler(port: number, probed: boolean): HttpHandler | undefined {
    if (!this.#listens(probed)) return undefined;
    const { ports, messages, tcp, healthPort } = this.serving;
    if (!ports?.[port] && !messages?.[port] && !tcp?.includes(port) && healthPort !== port) return undefined;
    return async (request): Promise<HttpResponse> => {
      const { host, config } = this.#by;
      const container = this.#container();
      const before = JSON.stringify(container.state);
      const response = await answering(this.serving, port, request)(request, container);
      const isChanged = JSON.stringify(container.state) !== before;
      if (isChanged) host.records.put(host.keys.state(config), container.state);
      // A probe that leaves everything as it was is no reason for further probes.
      if (this.serving.restless && (isChanged || !probed)) host.touched(config);
      return response;
    };
  }

  /** The ports that it listens on by now. */
  get listening(): readonly number[] {
    return this.#listens(false) ? portsOf(this.serving) : [];
  }

  /** What its gRPC health service answers; undefined where no gRPC is spoken on that port. */
  health(port: number): ((service: string) => "SERVING" | "NOT_SERVING" | undefined) | undefined {
    const { health, healthPort } = this.serving;
    return healthPort === port && health && this.#listens(true) ? (service) => health(service, this.#by.clock.now()) : undefined;
  }

  #listens(probed: boolean): boolean {
    const age = this.#by.clock.now() - this.#by.startedAt;
    const { listensAfterMs = 0, closesAfterMs = Number.POSITIVE_INFINITY } = this.serving;
    return !this.#ended && age >= listensAfterMs - (probed ? 0 : noticedAfterMs) && age < closesAfterMs;
  }

  #container(): ServingContainer {
    const by = this.#by;
    this.#state ??= { ...by.host.records.get<Record<string, unknown>>(by.host.keys.state(by.config)) };
    return {
      hostname: by.config.hostname,
      startedAt: by.startedAt,
      env: by.env,
      get files() {
        return by.machine.fs;
      },
      net: by.host.net,
      state: this.#state,
      now: () => by.clock.now(),
      sleep: (milliseconds) => by.clock.awaited(() => by.clock.sleep(milliseconds)),
      burn: (milliseconds) => {
        this.#meter.spend(by.clock.now(), milliseconds);
        const share = Math.min(1, (by.config.cpuLimit ?? 1000) / 1000);
        return by.clock.awaited(() => by.clock.sleep(milliseconds / share));
      },
      log: (text) => by.print("stdout", text),
      logError: (text) => by.print("stderr", text),
      exit: (code) => this.#exitAt(by.clock.now(), code),
      run: (args) => by.run(args),
    };
  }

  /** What it uses beside what every program of its image does, as measured at `end`: thousandths of a CPU, and bytes. */
  used(end: number): { cpu: number; memory: number } {
    const { cpu, memory } = this.serving;
    const hasTaken = memory !== undefined && end - this.#by.startedAt >= memory.afterMs;
    return { cpu: (cpu?.milli ?? 0) + this.#meter.used(end), memory: hasTaken ? memory.bytes : 0 };
  }

  /** Does what it does by a signal. As the first process of a container it is spared what it does not handle. */
  signal(name: SignalName): void {
    const { clock } = this.#by;
    const end: SignalEnd | SignalDeed | "ignore" | undefined = name === "KILL" ? { code: 137 } : this.serving.signals?.[name];
    if (end === undefined || end === "ignore") return;
    if ("does" in end) {
      const { errors } = end.does();
      if (errors) this.#by.print("stderr", errors);
      this.#by.host.touched(this.#by.config);
      return;
    }
    if (end.before) end.before(this.#container());
    const when = clock.now() + (end.afterMs ?? 0);
    this.#exitAt(when, end.code, farewellOf(end, when));
  }

  /** Lets it be seen among the processes of a machine, and be signalled there. */
  stand(machine: Machine): void {
    const { config, env } = this.#by;
    this.#stands = startProcess(machine, {
      args: config.args,
      env,
      user: config.user,
      program: async (process) => {
        for (const name of heard) process.onSignal(name, () => this.signal(name));
        await process.sleep(forever);
        return 0;
      },
    });
  }

  /** It runs no more. */
  ended(): void {
    this.#ended = true;
    if (this.#provides) this.#by.host.provides(this.#provides, false);
    this.#provides = undefined;
    this.#stands?.signal("KILL");
  }
}
