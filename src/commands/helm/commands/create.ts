import { bytesOf, textOf } from "#base/streams.ts";
import type { FileSystem } from "#shell/file-system.ts";
import { normalized } from "#shell/paths.ts";
import { writeArchive } from "../chart/archive.ts";
import { type Chart, type ChartFile, chartFrom } from "../chart/chart.ts";
import { starterFiles } from "../chart/starter.ts";
import { type Asked, defineCommand, exactly } from "../command.ts";
import { HelmError, messageOf } from "../errors.ts";
import { text } from "../flags.ts";
import { baseName } from "../functions/paths.ts";
import { filesOf } from "../repository/locate.ts";
import { packageFiles } from "../repository/package-files.ts";

const longest = 250;

const flags = { starter: text({ short: "p", help: "the name or absolute path to Helm starter scaffold" }) };

export const create = defineCommand({
  name: "create",
  usage: "NAME [flags]",
  summary: "create a new chart with the given name",
  description: `Create a directory with the files that a chart begins with: Chart.yaml, values.yaml, .helmignore, charts/ and templates/.

Files of the same names that are there already are overwritten, others stay.`,
  flags,
  run(invocation) {
    const { out, process, flags: given } = invocation;
    const [path = ""] = exactly(invocation, 1);
    const name = baseName(path);
    out.line(`Creating ${path}`);
    if (given.starter !== "") return fromStarter(invocation, name, path);
    if (name.length > longest) throw new HelmError(`chart name must be less than ${longest} characters`);
    if (!/^[a-zA-Z0-9._-]+$/.test(name) || name === "." || name === "..")
      throw new HelmError('chart name must match the regular expression "^[a-zA-Z0-9._-]+$"');
    const { fs } = process.machine;
    const directory = fs.resolve(process.cwd, path);
    const parent = directory.slice(0, directory.lastIndexOf("/")) || "/";
    if (!fs.stat(parent)) throw new HelmError(`stat ${parent}: no such file or directory`);
    const stat = fs.stat(directory);
    if (stat && stat.kind !== "directory") throw new HelmError(`file ${directory} already exists and is not a directory`);
    for (const [file, content] of starterFiles(name)) {
      const target = `${directory}/${file}`;
      if (fs.stat(target)) out.line(`WARNING: File ${JSON.stringify(target)} already exists. Overwriting.`);
      make(fs, target, content);
    }
    fs.mkdir(`${directory}/charts`, { recursive: true });
  },
});

/** Copies another chart, of which templates and values may name the new one by a word that stands for it. */
function fromStarter(context: Asked<typeof flags>, name: string, path: string): void {
  const { process, settings, flags: given, kube } = context;
  const { fs } = process.machine;
  const source = normalized(given.starter.startsWith("/") ? given.starter : `${settings.dataHome}/starters/${given.starter}`);
  const stat = fs.stat(source);
  const unloadable = (why: string) => new HelmError(`could not load ${source}: ${why}`);
  if (!stat) throw unloadable(`stat ${source}: no such file or directory`);
  const named = (file: ChartFile): ChartFile => ({ ...file, bytes: bytesOf(textOf(file.bytes).replaceAll("<CHARTNAME>", name)) });
  let chart: Chart;
  try {
    const files = filesOf(context, { path: source, isDirectory: stat.kind === "directory" });
    chart = chartFrom(files.map((file) => (file.name === "values.yaml" ? named(file) : file)));
  } catch (problem) {
    throw unloadable(messageOf(problem));
  }
  const directory = fs.resolve(process.cwd, path);
  const there = fs.stat(directory);
  if (there && there.kind !== "directory") throw new HelmError(`file ${directory} already exists and is not a directory`);
  const { dependencies } = chart;
  const metadata = { apiVersion: "v2", name, description: "A Helm chart for Kubernetes", type: "application", version: "0.1.0", appVersion: "0.1.0" };
  const alone = { ...chart, metadata, lock: undefined, templates: chart.templates.map(named), dependencies: [] };
  for (const file of packageFiles(alone)) make(fs, `${directory}/${file.name}`, file.bytes);
  for (const sub of dependencies)
    make(fs, `${directory}/charts/${sub.metadata.name}-${sub.metadata.version}.tgz`, writeArchive(sub.metadata.name, packageFiles(sub), kube.now));
}

function make(fs: FileSystem, path: string, content: string | Uint8Array): void {
  fs.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
  fs.write(path, content);
}
