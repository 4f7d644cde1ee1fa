import { TimerQueue } from "#base/clock.ts";
import { Random } from "#base/random.ts";
import { bytesOf, joined, type Sink, sourceOf, textOf } from "#base/streams.ts";
import { Tasks } from "#base/tasks.ts";
import { type MachineOptions, machine } from "#shell/machine.ts";
import { type Net, NetError } from "#shell/process.ts";
import { type StartOptions, startProcess } from "#shell/start-process.ts";

/** A network where nothing answers. */
export const noNet: Net = {
  address: "10.0.0.2",
  fetch: async (request) => {
    throw new NetError("ECONNREFUSED", `connect to ${request.url} refused`);
  },
  listen: () => () => {},
  resolve: () => [],
  query: () => ({ code: "NXDOMAIN", records: [] }),
};

/** A machine to try things on, its clock at a fixed time. */
export function testMachine(options: Partial<MachineOptions> = {}) {
  const tasks = new Tasks((error) => {
    throw error;
  });
  const clock = new TimerQueue(tasks, Date.UTC(2026, 10, 23, 12, 0, 0));
  const made = machine({ hostname: "podyard", tasks, clock, random: new Random(7), net: noNet, ...options });
  return { machine: made, tasks, clock };
}

/** Gathers what is written to it. */
export class Gathered implements Sink {
  readonly #chunks: Uint8Array[] = [];
  async write(bytes: Uint8Array): Promise<void> {
    this.#chunks.push(bytes.slice());
  }
  close(): void {}
  get text(): string {
    return textOf(joined(this.#chunks));
  }
}

/** Runs a program to its end, letting time pass as far as it needs; gives what it printed. */
export async function played(kit: ReturnType<typeof testMachine>, options: Omit<StartOptions, "stdin"> & { stdin?: string; seconds?: number }) {
  const out = new Gathered();
  const err = new Gathered();
  const { stdin, seconds = 3600, ...rest } = options;
  const process = startProcess(kit.machine, { ...rest, stdin: sourceOf(bytesOf(stdin ?? "")), stdout: out, stderr: err });
  let done = false;
  void process.exit.then(() => {
    done = true;
  });
  await kit.tasks.idle();
  await kit.clock.advance(kit.clock.now() + seconds * 1000, () => done);
  const exit = done ? await process.exit : undefined;
  return { out: out.text, err: err.text, code: exit?.code, process };
}
