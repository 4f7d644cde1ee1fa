import { textOf } from "#base/streams.ts";
import type { Values } from "../../cli/flags.ts";
import { readArchive } from "../chart/archive.ts";
import { type Chart, type ChartFile, chartFrom } from "../chart/chart.ts";
import { readDirectory } from "../chart/directory.ts";
import type { Context } from "../command.ts";
import { HelmError, messageOf } from "../errors.ts";
import type { chartFlags } from "../shared-flags.ts";
import { fetched } from "./fetch.ts";
import { findVersion, parseIndex } from "./index-file.ts";
import { pulled } from "./registry.ts";
import { Repositories } from "./repositories.ts";

export type ChartSource = Pick<Values<typeof chartFlags>, "repo" | "version" | "verify" | "username" | "password">;

/** A chart that was found: where it lies, or what was loaded. */
export type Located = { path: string; isDirectory: boolean } | { archive: Uint8Array; fileName: string };

/** Finds a chart by a path, an address, or a name in a repository. Throws a `HelmError`. */
export async function locate(context: Context, wanted: string, source: ChartSource): Promise<Located> {
  const { fs } = context.process.machine;
  const reference = wanted.trim();
  if (source.repo === "") {
    const path = fs.resolve(context.process.cwd, reference);
    const stat = reference === "" ? undefined : fs.stat(path);
    if (stat) {
      if (source.verify) throw new HelmError("Not simulated by Podyard: signatures of charts");
      return { path, isDirectory: stat.kind === "directory" };
    }
    if (reference.startsWith("/") || reference.startsWith(".")) throw new HelmError(`path ${JSON.stringify(reference)} not found`);
  }
  if (reference.startsWith("oci://")) return pulled(context, reference, source.version.trim());
  const url = await chartUrl(context, reference, source);
  const archive = await fetched(context.process, url, source);
  return { archive, fileName: url.slice(url.lastIndexOf("/") + 1).replace(/[?#].*$/, "") };
}

/** Where a packaged chart is to be loaded from. */
export async function chartUrl(context: Context, reference: string, source: ChartSource): Promise<string> {
  const version = source.version.trim();
  if (source.repo !== "") return inRepository(context, reference, version, source);
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(reference)) return reference;
  const at = reference.indexOf("/");
  if (at < 0) throw new HelmError(`non-absolute URLs should be in form of repo_name/path_to_chart, got: ${reference}`);
  const [repositoryName, name] = [reference.slice(0, at), reference.slice(at + 1)];
  const { repository, index } = new Repositories(context).named(repositoryName);
  let found: ReturnType<typeof findVersion>;
  try {
    found = findVersion(index, name, version);
  } catch (problem) {
    throw new HelmError(
      `chart ${JSON.stringify(name)} matching ${version} not found in ${repositoryName} index. (try 'helm repo update'): ${messageOf(problem)}`,
    );
  }
  const [url] = found.urls;
  if (!url) throw new HelmError(`chart ${JSON.stringify(reference)} has no downloadable URLs`);
  return absolute(repository.url, url);
}

async function inRepository(context: Context, name: string, version: string, source: ChartSource): Promise<string> {
  const address = `${source.repo.replace(/\/+$/, "")}/index.yaml`;
  let text: string;
  try {
    text = textOf(await fetched(context.process, address, source));
  } catch (problem) {
    throw new HelmError(`looks like ${JSON.stringify(source.repo)} is not a valid chart repository or cannot be reached: ${messageOf(problem)}`);
  }
  const about = `chart ${JSON.stringify(name)}${version ? ` version ${JSON.stringify(version)}` : ""}`;
  try {
    const found = findVersion(parseIndex(text), name, version);
    const [url] = found.urls;
    if (!url) throw new HelmError(`${about} has no downloadable URLs`);
    return absolute(source.repo, url);
  } catch (problem) {
    if (problem instanceof HelmError && problem.message.endsWith("URLs")) throw problem;
    throw new HelmError(`${about} not found in ${source.repo} repository`);
  }
}

/** An address as an index gives it, which may be relative to the repository's own. */
export const absolute = (base: string, url: string): string =>
  /^[a-z][a-z0-9+.-]*:\/\//i.test(url) ? url : new URL(url, `${base.replace(/\/+$/, "")}/`).href;

/** The files of a chart that was found. */
export function filesOf(context: Context, located: Located): ChartFile[] {
  const { fs } = context.process.machine;
  if ("archive" in located) return readArchive(located.archive);
  if (located.isDirectory) return readDirectory(fs, located.path);
  const bytes = fs.read(located.path);
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) {
    const name = located.path;
    throw new HelmError(
      /\.ya?ml$/.test(name)
        ? `file '${name}' seems to be a YAML file, but expected a gzipped archive`
        : `file '${name}' does not appear to be a gzipped archive; got 'text/plain; charset=utf-8'`,
    );
  }
  return readArchive(bytes);
}

/** Finds and reads a chart. */
export const loadChart = async (context: Context, wanted: string, source: ChartSource): Promise<Chart> =>
  chartFrom(filesOf(context, await locate(context, wanted, source)));
