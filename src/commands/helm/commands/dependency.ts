import { readArchive } from "../chart/archive.ts";
import { type Chart, chartFrom } from "../chart/chart.ts";
import { isInRange } from "../chart/dependencies.ts";
import { type Dependency, isVersion } from "../chart/metadata.ts";
import { strictVersion } from "../chart/version.ts";
import { atMost, type Context, defineCommand, defineGroup } from "../command.ts";
import { HelmError } from "../errors.ts";
import { size, text, toggle } from "../flags.ts";
import { tableText } from "../output.ts";
import { buildDependencies, updateDependencies } from "../repository/dependencies.ts";
import { filesOf, locate } from "../repository/locate.ts";
import { downloadFlags } from "../shared-flags.ts";

const loading = {
  ...downloadFlags,
  keyring: text({ default: "<home>/.gnupg/pubring.gpg", help: "where the public keys lie" }),
  "skip-refresh": toggle({ help: "do not ask the repositories anew" }),
  verify: toggle({ help: "verify the packages against signatures" }),
} as const;

const chartPath = (args: readonly string[]): string => args[0] ?? ".";

const noSignatures = (verify: boolean): void => {
  if (verify) throw new HelmError("Not simulated by Podyard: signatures of charts");
};

const update = defineCommand({
  name: "update",
  aliases: ["up"],
  usage: "CHART [flags]",
  summary: "update charts/ based on the contents of Chart.yaml",
  description: "Load the dependencies that Chart.yaml names into charts/, and write down in Chart.lock which versions they are.",
  flags: loading,
  async run(invocation) {
    noSignatures(invocation.flags.verify);
    await updateDependencies(invocation, chartPath(atMost(invocation, 1)), { skipRefresh: invocation.flags["skip-refresh"] });
  },
});

const build = defineCommand({
  name: "build",
  usage: "CHART [flags]",
  summary: "rebuild the charts/ directory based on the Chart.lock file",
  description: "Load the dependencies into charts/ in the versions that Chart.lock names.",
  flags: loading,
  async run(invocation) {
    noSignatures(invocation.flags.verify);
    await buildDependencies(invocation, chartPath(atMost(invocation, 1)), { skipRefresh: invocation.flags["skip-refresh"] });
  },
});

const list = defineCommand({
  name: "list",
  aliases: ["ls"],
  usage: "CHART [flags]",
  summary: "list the dependencies for the given chart",
  description: "List the dependencies of a chart, and whether they are there.",
  flags: { "max-col-width": size({ default: 80, help: "how wide a column may be" }) },
  async run(invocation) {
    const { out, flags, process } = invocation;
    const path = chartPath(atMost(invocation, 1));
    const { fs } = process.machine;
    const absolute = fs.resolve(process.cwd, path);
    if (!fs.stat(absolute)) throw new HelmError(`stat ${path}: no such file or directory`);
    const chart = chartFrom(
      filesOf(invocation, await locate(invocation, absolute, { repo: "", version: "", verify: false, username: "", password: "" })),
    );
    const { dependencies } = chart.metadata;
    const bare = path.replace(/\/+$/, "");
    if (!dependencies) {
      out.line(`WARNING: no dependencies at ${bare === "." ? "charts" : `${bare}/charts`}`);
      return;
    }
    const rows = dependencies.map((d) => [d.name, d.version ?? "", d.repository, statusOf(invocation, absolute, d, chart)]);
    out.print(tableText([["NAME", "VERSION", "REPOSITORY", "STATUS"], ...rows], flags["max-col-width"]));
    out.line();
    warnOfOthers(invocation, absolute, bare, dependencies);
  },
});

/** Whether a dependency is there, and the right one. */
function statusOf({ process }: Context, path: string, dependency: Dependency, parent: Chart): string {
  const { fs } = process.machine;
  const { name, version = "" } = dependency;
  const directory = `${path}/charts`;
  const archives =
    fs.stat(directory)?.kind === "directory" ? fs.list(directory).filter((file) => file.startsWith(`${name}-`) && file.endsWith(".tgz")) : [];
  const exact = archives.length > 1 ? archives.filter((file) => strictVersion(file.slice(name.length + 1, -".tgz".length))) : archives;
  if (archives.length > 1 && exact.length > 1) return "too many matches";
  const [archive] = exact;
  if (archive !== undefined) {
    let chart: Chart;
    try {
      chart = chartFrom(readArchive(fs.read(`${directory}/${archive}`)));
    } catch {
      return "corrupt";
    }
    return chart.metadata.name === name ? (versionProblem(chart, version) ?? "ok") : "misnamed";
  }
  const unpacked = parent.dependencies.find(({ metadata }) => metadata.name === name);
  return unpacked ? (versionProblem(unpacked, version) ?? "unpacked") : "missing";
}

function versionProblem({ metadata }: Chart, wanted: string): string | undefined {
  if (metadata.version === wanted) return undefined;
  if (!isVersion(metadata.version)) return "invalid version";
  return isInRange(wanted, metadata.version) ? undefined : "wrong version";
}

function warnOfOthers({ process, out }: Context, path: string, shown: string, dependencies: readonly Dependency[]): void {
  const { fs } = process.machine;
  const directory = `${path}/charts`;
  if (fs.stat(directory)?.kind !== "directory") return;
  for (const entry of [...fs.list(directory)].sort()) {
    const isDirectory = fs.stat(`${directory}/${entry}`)?.kind === "directory";
    if (!isDirectory && !entry.endsWith(".tgz")) continue;
    const label = JSON.stringify(shown === "." ? `charts/${entry}` : `${shown}/charts/${entry}`);
    const located = isDirectory ? { path: `${directory}/${entry}`, isDirectory } : { archive: fs.read(`${directory}/${entry}`), fileName: entry };
    try {
      const { name } = chartFrom(filesOf({ process } as Context, located)).metadata;
      if (!dependencies.some((d) => d.name === name)) out.line(`WARNING: ${label} is not in Chart.yaml.`);
    } catch {
      out.line(`WARNING: ${label} is not a chart.`);
    }
  }
}

export const dependency = defineGroup({
  name: "dependency",
  aliases: ["dep", "dependencies"],
  summary: "manage a chart's dependencies",
  description: `Manage the charts that a chart needs: Chart.yaml names them, charts/ holds them.

    dependencies:
    - name: nginx
      version: "1.2.3"
      repository: "https://example.com/charts"

A repository may be an address, the name of one that was added (@name or alias:name), or a directory (file://../nginx).`,
  commands: [build, list, update],
});
