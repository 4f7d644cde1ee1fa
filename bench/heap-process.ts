// Plays Basics on many clusters in one process, one after the other, and tells by how much the heap has grown a cluster.
import { Cluster } from "../src/cluster/cluster.ts";
import { Learner } from "../src/host/learner.ts";
import type { Terminal } from "../src/shell/terminal/terminal.ts";
import { variants } from "../test/basics/basics.ts";
import { type Player, play } from "../test/basics/player.ts";

const sessions = 50;
const variant = variants.find(({ name }) => name === "current");
if (!variant || !globalThis.gc) throw new Error("needs Basics and --expose-gc");

/** A learner in this process, on the instant clock. */
class InProcess implements Player {
  readonly cluster: Cluster;
  readonly #learner: Learner;
  readonly #first: Terminal;
  #second: Terminal | undefined;

  constructor(cluster: Cluster) {
    this.cluster = cluster;
    this.#learner = new Learner(cluster, cluster.clock.now());
    this.#first = this.#learner.terminal("t1", 120, 40);
  }

  async run(command: string, stdin?: string) {
    let isDone = false;
    const running = this.#learner.execIn(this.#first, { command, stdin, timeoutSeconds: 600 }).finally(() => {
      isDone = true;
    });
    while (!isDone) {
      await this.cluster.tasks.idle();
      await new Promise((resolve) => setImmediate(resolve));
      if (!isDone) await this.wait(1);
    }
    this.cluster.journal.take();
    return running;
  }

  async start(command: string, isEnough: (shown: string) => boolean): Promise<void> {
    const terminal = this.#learner.terminal("t2", 200, 50);
    let shown = "";
    terminal.output((bytes) => {
      shown += new TextDecoder().decode(bytes);
    });
    this.#second = terminal;
    await this.cluster.tasks.idle();
    terminal.input(new TextEncoder().encode(`${command}\r`));
    for (let seconds = 0; !isEnough(shown.replaceAll("\r", "")); seconds++) {
      if (seconds > 60) throw new Error(`${command} only showed:\n${shown}`);
      await this.wait(1);
    }
  }

  async interrupt(): Promise<void> {
    this.#second?.input(Uint8Array.of(3));
    await this.cluster.tasks.idle();
    this.#second?.hangup();
    await this.cluster.tasks.idle();
    this.#second = undefined;
  }

  async wait(seconds: number): Promise<void> {
    await this.cluster.clock.advance(this.cluster.clock.now() + seconds * 1000);
  }
}

async function session(seed: number): Promise<InProcess> {
  const player = new InProcess(await Cluster.boot({ profile: "minikube", seed, now: Date.UTC(2026, 10, 24) }));
  if (!variant) throw new Error("there is no Basics");
  const wrong = await play(variant, player);
  if (wrong.length > 0) throw new Error(wrong.join("\n"));
  return player;
}

const heapUsed = (): number => {
  for (let i = 0; i < 3; i++) globalThis.gc?.();
  return process.memoryUsage().heapUsed;
};

// The first two warm up what all share: templates, schemas, compiled code.
const kept = [await session(1), await session(2)];
const before = heapUsed();
for (let i = 0; i < sessions; i++) kept.push(await session(i + 3));
const bytes = (heapUsed() - before) / sessions;
console.log(JSON.stringify({ sessions: kept.length - 2, bytes: Math.round(bytes) }));
process.exit(0);
