// npm run bench: the goals, and what this machine reached. Figures are only worth something on a quiet machine.
import { availableParallelism, loadavg } from "node:os";
import { parseArgs } from "node:util";
import { buildAll } from "../scripts/build.ts";
import { absence } from "./absence.ts";
import { basics } from "./basics.ts";
import { ceiling } from "./ceiling.ts";
import { scaling } from "./cluster.ts";
import { heap } from "./heap.ts";
import { helm } from "./helm.ts";
import { load } from "./load.ts";
import { requests } from "./requests.ts";
import { sizes } from "./sizes.ts";
import { type Figure, table } from "./table.ts";
import { terminal } from "./terminal.ts";

const parts: Record<string, () => Figure[] | Promise<Figure[]>> = { requests, terminal, helm, scaling, absence, basics, load, ceiling, heap, sizes };

const { positionals } = parseArgs({ allowPositionals: true });
const unknown = positionals.filter((name) => !parts[name]);
if (unknown.length > 0) {
  console.error(`There is no part ${unknown.join(", ")}; there are ${Object.keys(parts).join(", ")}.`);
  process.exit(1);
}

await buildAll(console.log);
const figures: Figure[] = [];
for (const [name, measure] of Object.entries(parts)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  console.error(`Measuring ${name} …`);
  try {
    figures.push(...(await measure()));
  } catch (error) {
    figures.push({ what: name, goal: "", measured: `failed: ${error instanceof Error ? error.message.split("\n")[0] : error}`, reached: false });
  }
}
console.log(`\n${table(figures)}\n\nNode ${process.versions.node}, ${availableParallelism()} cores, load ${loadavg()[0]?.toFixed(2)}`);
process.exit(figures.every(({ reached }) => reached) ? 0 : 1);
