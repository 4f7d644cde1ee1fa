import { bytesOf, textOf } from "#base/streams.ts";
import { Terminal } from "#shell/terminal/terminal.ts";
import { played, testMachine } from "../test/kit/shell.ts";
import { type Figure, ms, percentiles } from "./table.ts";

/** What somebody waits for at the keys, without the way over the network. */
export async function terminal(): Promise<Figure[]> {
  const kit = testMachine({ files: { "/root/.bashrc": "PS1='$ '\n" } });
  const at = new Terminal({ machine: kit.machine, columns: 80, rows: 24 });
  await kit.tasks.idle();

  const waits: number[] = [];
  for (let i = 0; i < 200; i++) {
    at.input(bytesOf(`echo out-${i}`));
    await kit.tasks.idle();
    let first = Number.POSITIVE_INFINITY;
    const started = performance.now();
    const stop = at.output((bytes) => {
      if (first === Number.POSITIVE_INFINITY && textOf(bytes).includes(`out-${i}`)) first = performance.now() - started;
    });
    at.input(bytesOf("\r"));
    await kit.tasks.idle();
    stop();
    waits.push(first);
  }

  const started = performance.now();
  const { out } = await played(testMachine(), { args: ["/bin/bash", "-c", "yes | head -1000000 | wc -l"] });
  const tookMs = performance.now() - started;
  if (out !== "1000000\n") throw new Error(`a million lines were ${out.trim()}`);

  const { p50, p95 } = percentiles(waits.slice(20));
  return [
    { what: "Enter at a prompt to the first byte of output", goal: "≤ 2 ms p50", measured: `${ms(p50)} p50, ${ms(p95)} p95`, reached: p50 <= 2 },
    { what: "`yes | head -1000000 | wc -l`", goal: "≤ 2 s", measured: ms(tookMs), reached: tookMs <= 2000 },
  ];
}
