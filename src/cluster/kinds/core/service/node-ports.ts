import type { Random } from "#base/random.ts";
import type { StrategyContext } from "#cluster/apiserver/kind.ts";
import type { Service } from "#machinery/types.ts";
import { needsHealthCheckPort } from "./type-change.ts";

const first = 30000;
const last = 32767;

/** So many ports at the range's start are left for those who ask for a certain one. */
const reserved = 86;

export interface PortProblem {
  index: number;
  value: number;
  why: string;
}

/** The node ports of the cluster while one service is written: those that services hold, and what this one takes. */
export class NodePorts {
  readonly #taken = new Set<number>();
  readonly #own: ReadonlySet<number>;
  readonly #random: Random;
  readonly #dryRun: boolean;
  /** What a dry run shows for the next port, outside of the range: nothing is taken. */
  #next = last + 2;

  constructor({ api, random, dryRun }: Pick<StrategyContext, "api" | "random" | "dryRun">, old: Service | undefined) {
    this.#random = random;
    this.#dryRun = dryRun;
    this.#own = new Set(old ? portsOf(old) : []);
    for (const service of api.list<Service>("services")) for (const port of portsOf(service)) this.#taken.add(port);
  }

  /** Takes a certain port; says why not if it cannot. */
  take(port: number): string | undefined {
    if (!this.#dryRun && (port < first || port > last))
      return `provided port is not in the valid range. The range of valid ports is ${first}-${last}`;
    if (this.#taken.has(port)) return "provided port is already allocated";
    this.#taken.add(port);
    return undefined;
  }

  /** Takes a free port. */
  pick(): number {
    if (this.#dryRun) return this.#next++;
    const from = first + reserved;
    const upper = last - from + 1;
    const start = this.#random.between(0, upper - 1);
    for (let i = 0; i <= last - first; i++) {
      const port = i < upper ? from + ((start + i) % upper) : first + (i - upper);
      if (!this.#taken.has(port)) {
        this.#taken.add(port);
        return port;
      }
    }
    throw new Error("failed to allocate a nodePort: range is full");
  }

  /** Ports with the same number (one for TCP, one for UDP) share a node port. */
  create(spec: Service["spec"], all: boolean): PortProblem | undefined {
    const given = new Map<number, number>();
    for (const [index, port] of (spec.ports ?? []).entries()) {
      if (!port.nodePort && !all) continue;
      const shared = given.get(port.port);
      if (shared === undefined) {
        const asked = spec.ports?.find((other) => other.port === port.port && other.nodePort)?.nodePort;
        const why = asked ? this.take(asked) : undefined;
        if (asked && why) return { index, value: asked, why };
        port.nodePort = asked || this.pick();
        given.set(port.port, port.nodePort);
      } else if (!port.nodePort) port.nodePort = shared;
      else if (port.nodePort !== shared) {
        const why = this.take(port.nodePort);
        if (why) return { index, value: port.nodePort, why };
      }
    }
    return undefined;
  }

  update(spec: Service["spec"], all: boolean): PortProblem | undefined {
    const taken = new Set<number>();
    for (const [index, port] of (spec.ports ?? []).entries()) {
      if (!port.nodePort && !all) continue;
      if (!port.nodePort) port.nodePort = this.pick();
      else if (!this.#own.has(port.nodePort) && !taken.has(port.nodePort)) {
        const why = this.take(port.nodePort);
        if (why) return { index, value: port.nodePort, why };
        taken.add(port.nodePort);
      }
    }
    return undefined;
  }
}

function portsOf({ spec }: Service): number[] {
  const ports = (spec.ports ?? []).flatMap(({ nodePort }) => (nodePort ? [nodePort] : []));
  return needsHealthCheckPort(spec) && spec.healthCheckNodePort ? [...ports, spec.healthCheckNodePort] : ports;
}
