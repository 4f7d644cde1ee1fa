import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { assetsFolder, workerBudget, workerFile, workerSize } from "../scripts/build.ts";
import { type Figure, kib, ms, percentiles } from "./table.ts";

/** What is sent over the wire: the Worker to the platform, the page to the browser. */
export function sizes(): Figure[] {
  const { gzip } = workerSize();
  const start = workerStart();
  const page = pageSize();
  return [
    { what: "the Worker, compressed", goal: "≤ 1.5 MiB", measured: kib(gzip), reached: gzip <= workerBudget },
    { what: "the Worker's start", goal: "≤ 100 ms", measured: ms(start), reached: start <= 100 },
    { what: "page to prompt, compressed", goal: "≤ 250 KB", measured: kib(page), reached: page <= 250_000 },
  ];
}

/** How long the Worker's module takes to evaluate, each time in a fresh process: nothing of it may run when it starts that could run later. */
function workerStart(): number {
  const script = `
    import { registerHooks } from "node:module";
    registerHooks({ resolve: (name, context, next) => name.startsWith("cloudflare:")
      ? { url: "data:text/javascript,export class DurableObject {}; export class WorkerEntrypoint {}; export const env = {}", shortCircuit: true } : next(name, context) });
    const started = performance.now();
    await import(${JSON.stringify(workerFile)});
    console.log(performance.now() - started);`;
  const times = Array.from({ length: 7 }, () => {
    const { stdout, stderr, status } = spawnSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8" });
    if (status !== 0) throw new Error(stderr);
    return Number(stdout);
  });
  return percentiles(times).p50;
}

/** Everything that the session's page loads until there is a prompt. */
function pageSize(): number {
  const html = readFileSync(join(assetsFolder, "session.html"), "utf8");
  const loaded = new Set([...html.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path]) => path ?? ""));
  for (const path of loaded) if (path.endsWith(".js")) for (const found of importsOf(path)) loaded.add(found);
  return [...loaded]
    .filter((path) => existsSync(join(assetsFolder, path)))
    .reduce((sum, path) => sum + gzipSync(readFileSync(join(assetsFolder, path))).length, gzipSync(html).length);
}

function importsOf(path: string): string[] {
  const text = readFileSync(join(assetsFolder, path), "utf8");
  return [...text.matchAll(/from"\.\/([^"]+\.js)"/g)].map(([, name]) => `/assets/${name}`);
}
