import { writeArchive } from "../chart/archive.ts";
import { type Chart, chartFrom } from "../chart/chart.ts";
import { readDirectory } from "../chart/directory.ts";
import { isVersion } from "../chart/metadata.ts";
import { defineCommand } from "../command.ts";
import { HelmError, messageOf } from "../errors.ts";
import { text, toggle } from "../flags.ts";
import { cleanPath } from "../functions/paths.ts";
import { updateDependencies } from "../repository/dependencies.ts";
import { packageFiles } from "../repository/package-files.ts";
import { downloadFlags, keyring } from "../shared-flags.ts";
import { missingDependencies } from "./applying.ts";

export const packageCommand = defineCommand({
  name: "package",
  usage: "[CHART_PATH] [...] [flags]",
  summary: "package a chart directory into a chart archive",
  description: `Pack charts into versioned archives.

The archive is named after the chart and its version, and goes into --destination.`,
  flags: {
    ...downloadFlags,
    ...keyring,
    "app-version": text({ help: "the appVersion that the chart gets" }),
    "dependency-update": toggle({ short: "u", help: 'load the dependencies of "Chart.yaml" into "charts/" before' }),
    destination: text({ short: "d", default: ".", help: "where the archive goes" }),
    key: text({ help: "the name of the key to sign with" }),
    "passphrase-file": text({ help: 'the file of the passphrase of the key; "-" is standard input' }),
    sign: toggle({ help: "sign the package with a PGP key" }),
    version: text({ help: "the version that the chart gets" }),
  },
  async run(invocation) {
    const { flags, args, out, process, kube } = invocation;
    const { fs } = process.machine;
    if (args.length === 0) throw new HelmError("need at least one argument, the path to the chart");
    if (flags.sign) {
      if (flags.key === "") throw new HelmError("--key is required for signing a package");
      throw new HelmError("Not simulated by Podyard: signatures of charts");
    }
    for (const path of args) {
      const directory = fs.resolve(process.cwd, path);
      if (!fs.stat(directory)) throw new HelmError(`stat ${path}: no such file or directory`);
      if (flags["dependency-update"]) await updateDependencies(invocation, directory, { skipRefresh: false, quiet: true });
      const chart: Chart = chartFrom(readDirectory(fs, directory));
      const { metadata } = chart;
      if (flags.version !== "") metadata.version = flags.version;
      if (!isVersion(metadata.version)) throw new HelmError("invalid semantic version");
      if (flags["app-version"] !== "") metadata.appVersion = flags["app-version"];
      const missing = missingDependencies(chart, metadata.dependencies ?? []);
      if (missing) throw new HelmError(missing);
      const target = `${fs.resolve(process.cwd, flags.destination)}/${metadata.name}-${metadata.version}.tgz`;
      try {
        fs.mkdir(target.slice(0, target.lastIndexOf("/")), { recursive: true });
        fs.write(target, writeArchive(metadata.name, packageFiles(chart), kube.now));
      } catch (problem) {
        throw new HelmError(`failed to save: ${messageOf(problem)}`);
      }
      const shown = flags.destination === "." ? target : `${cleanPath(flags.destination)}/${metadata.name}-${metadata.version}.tgz`;
      out.line(`Successfully packaged chart and saved it to: ${shown}`);
    }
  },
});
