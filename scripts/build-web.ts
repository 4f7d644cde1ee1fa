// Bundles the page into dist/assets: scripts and styles under names that hold their content's hash, so that browsers may keep them for ever.
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { build } from "esbuild";
import { fieldDocs } from "./field-docs.ts";

const root = join(import.meta.dirname, "..");
export const assets = join(root, "dist/assets");

/** Builds the page into a folder; `minify` off makes it readable while developing. */
export async function buildWeb({ minify = true, into = assets } = {}): Promise<void> {
  await rm(into, { recursive: true, force: true });
  await mkdir(join(into, "assets"), { recursive: true });
  const result = await build({
    absWorkingDir: root,
    entryPoints: ["web/landing.tsx", "web/session.tsx", "web/landing.css", "web/session.css"],
    entryNames: "[name]-[hash]",
    outdir: join(into, "assets"),
    bundle: true,
    format: "esm",
    target: ["es2022", "chrome111", "firefox115", "safari16.4"],
    jsx: "automatic",
    jsxImportSource: "preact",
    minify,
    sourcemap: minify ? false : "inline",
    legalComments: "none",
    metafile: true,
    logLevel: "warning",
  });

  const names = new Map<string, string>();
  for (const [file, { entryPoint }] of Object.entries(result.metafile.outputs))
    if (entryPoint) names.set(basename(entryPoint).replace(/\.tsx$/, ".js"), `/assets/${basename(file)}`);

  for (const page of ["landing", "session"]) {
    const html = await readFile(join(root, `web/${page}.html`), "utf8");
    const filled = html.replace(/\{\{([\w.-]+)\}\}/g, (_, name: string) => names.get(name) ?? "");
    await writeFile(join(into, page === "landing" ? "index.html" : "session.html"), filled);
  }
  await writeFile(join(into, "field-docs.json"), JSON.stringify(fieldDocs()));
  await cp(join(root, "web/assets"), join(into, "assets"), { recursive: true });
}

if (import.meta.main) await buildWeb();
