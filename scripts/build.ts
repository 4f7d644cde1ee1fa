// Builds the Worker and the page into dist/. What did not change since the last build is left as it is.
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { type BuildOptions, build, type PluginBuild } from "esbuild";

export const root = join(dirname(fileURLToPath(import.meta.url)), "..");
export const workerFile = join(root, "dist/worker/worker.js");
export const assetsFolder = join(root, "dist/assets");

/** The stored budget of the Worker: what the platform's free plan is far above, and what keeps its start short. */
export const workerBudget = 1.5 * 1024 * 1024;

export const workerOptions: BuildOptions = {
  absWorkingDir: root,
  entryPoints: ["src/edge/worker.ts"],
  outdir: dirname(workerFile),
  bundle: true,
  // What is imported when it is first needed is a module of its own, so that the start does not pay for it.
  splitting: true,
  chunkNames: "[name]-[hash]",
  format: "esm",
  target: "es2024",
  platform: "browser",
  conditions: ["workerd", "worker", "browser"],
  external: ["cloudflare:*"],
  minify: true,
  legalComments: "none",
  sourcemap: "linked",
  metafile: true,
  logLevel: "silent",
  plugins: [
    { name: "english", setup: oneLanguage },
    { name: "templates", setup: templatesWithin },
  ],
};

/**
 * Boots each profile once and puts what came out into the Worker, a module a profile: a session starts as a copy of it, and nobody waits for the
 * first one.
 */
function templatesWithin(build: PluginBuild): void {
  let snapshots: Readonly<Record<string, Prepared>> = {};
  let shared: readonly string[] = [];
  build.onStart(async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [join(root, "scripts/templates.ts")], { maxBuffer: 256 * 1024 * 1024 });
    snapshots = JSON.parse(stdout) as typeof snapshots;
    shared = sharedLines(Object.values(snapshots));
  });
  build.onLoad({ filter: /[\\/]src[\\/]host[\\/]templates\.ts$/ }, () => {
    const entries = Object.keys(snapshots).map((name) => `${JSON.stringify(name)}: () => whole(import("template:${name}"))`);
    return { contents: `${wholeTemplate}\nexport const templates = { ${entries.join(", ")} };`, loader: "js" };
  });
  build.onResolve({ filter: /^template:/ }, ({ path }) => ({ path: path.slice("template:".length), namespace: "template" }));
  build.onLoad({ filter: /.*/, namespace: "template" }, ({ path }) => {
    const { checkpoint = "", ...rest } = snapshots[path] ?? {};
    const places = new Map(shared.map((line, i) => [line, i]));
    const value = path === "shared" ? shared : { ...rest, lines: checkpoint.split("\n").map((line) => places.get(line) ?? line) };
    return { contents: `export default JSON.parse(${JSON.stringify(JSON.stringify(value))});`, loader: "js" };
  });
}

/** A booted cluster, as text: a line each of what is in it. */
type Prepared = { checkpoint: string } & Record<string, unknown>;

/** Much is the same in all clusters, and brought along once. */
function sharedLines(snapshots: readonly Prepared[]): readonly string[] {
  const seen = new Map<string, number>();
  for (const { checkpoint } of snapshots) for (const line of new Set(checkpoint.split("\n"))) seen.set(line, (seen.get(line) ?? 0) + 1);
  return [...seen].flatMap(([line, times]) => (times > 1 ? [line] : []));
}

const wholeTemplate = `const whole = async (own) => {
  const [{ default: { lines, ...rest } }, { default: shared }] = await Promise.all([own, import("template:shared")]);
  return { ...rest, checkpoint: lines.map((line) => (typeof line === "number" ? shared[line] : line)).join("\\n") };
};`;

/** zod brings its messages in fifty languages, a quarter of a megabyte; the API speaks English. */
function oneLanguage(build: PluginBuild): void {
  build.onLoad({ filter: /[\\/]zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, () => ({
    contents: 'export { default as en } from "./en.js";',
    loader: "js",
  }));
}

/** Builds both, as far as needed, and says how long it took. */
export async function buildAll(say: (line: string) => void = () => {}): Promise<void> {
  const started = performance.now();
  const [worker, page] = await Promise.all([buildWorker(), buildPage()]);
  if (worker || page)
    say(`Built ${[worker && "the Worker", page && "the page"].filter(Boolean).join(" and ")} in ${Math.round(performance.now() - started)} ms.`);
}

async function buildWorker(): Promise<boolean> {
  const stamps = join(root, "dist/worker.json");
  if (existsSync(workerFile) && isUnchanged(stamps)) return false;
  await fill(dirname(workerFile), async (folder) => {
    const { metafile } = await build({ ...workerOptions, outdir: folder } as BuildOptions & { metafile: true });
    remember(stamps, Object.keys(metafile.inputs));
  });
  return true;
}

async function buildPage(): Promise<boolean> {
  const stamps = join(root, "dist/assets.json");
  if (existsSync(assetsFolder) && isUnchanged(stamps)) return false;
  await fill(assetsFolder, async (into) => {
    const { buildWeb } = await import("./build-web.ts");
    await buildWeb({ into });
    remember(stamps, ["web", "src/base", "scripts", "test/recorded/openapi"].flatMap(filesIn));
  });
  return true;
}

/** Fills a folder and puts it in the place of the old one at once: another build, or a server, may be looking at it. */
async function fill(folder: string, work: (fresh: string) => Promise<void>): Promise<void> {
  const fresh = `${folder}.${process.pid}`;
  const old = `${fresh}.old`;
  try {
    await work(fresh);
    if (existsSync(folder)) renameSync(folder, old);
    renameSync(fresh, folder);
  } finally {
    for (const left of [fresh, old]) rmSync(left, { recursive: true, force: true });
  }
}

const filesIn = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));

/** The Worker's modules by name; `worker.js` is the one that it begins with. */
export const workerModules = (): Record<string, string> => {
  const folder = dirname(workerFile);
  const names = readdirSync(folder).filter((name) => name.endsWith(".js"));
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name), "utf8")]));
};

/** How large the Worker is, as it is sent to the platform. */
export const workerSize = (): { bytes: number; gzip: number } => {
  const modules = Object.values(workerModules()).map((text) => Buffer.from(text));
  return { bytes: sum(modules.map(({ length }) => length)), gzip: sum(modules.map((code) => gzipSync(code).length)) };
};

const sum = (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0);

type Stamps = Record<string, number>;

const fixed = ["package-lock.json", "scripts/build.ts"];

/** Notes what was built from which state of its inputs. */
function remember(file: string, inputs: readonly string[]): void {
  const stamps: Stamps = {};
  for (const path of [...fixed, ...inputs]) {
    const full = resolve(root, path);
    if (existsSync(full)) stamps[path] = statSync(full).mtimeMs;
  }
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(stamps));
}

function isUnchanged(file: string): boolean {
  if (!existsSync(file)) return false;
  const stamps = JSON.parse(readFileSync(file, "utf8")) as Stamps;
  return Object.entries(stamps).every(([path, time]) => {
    const full = resolve(root, path);
    return existsSync(full) && statSync(full).mtimeMs === time;
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  await buildAll(console.log);
  const { bytes, gzip } = workerSize();
  console.log(`The Worker has ${Math.round(bytes / 1024)} KiB, ${Math.round(gzip / 1024)} KiB compressed.`);
  if (gzip > workerBudget) {
    console.error(`That is over its budget of ${workerBudget / 1024} KiB.`);
    process.exit(1);
  }
}
