import type { Values } from "../../cli/flags.ts";
import { kubeVersionOf } from "../chart/capabilities.ts";
import { givenValues } from "../chart/given-values.ts";
import { type Asked, atLeast, defineCommand } from "../command.ts";
import { HelmError } from "../errors.ts";
import { text, toggle } from "../flags.ts";
import { type Finding, lintChart } from "../lint/lint.ts";
import { valueFlags } from "../shared-flags.ts";

const flags = {
  ...valueFlags,
  "kube-version": text({ help: "the version of Kubernetes that the cluster is taken to be of" }),
  quiet: toggle({ help: "print only warnings and errors" }),
  "skip-schema-validation": toggle({ help: "do not validate values against the chart's JSON schema" }),
  strict: toggle({ help: "fail on lint warnings" }),
  "with-subcharts": toggle({ help: "lint dependent charts" }),
};

export const lint = defineCommand({
  name: "lint",
  usage: "PATH [flags]",
  summary: "examine a chart for possible issues",
  description: `Look for what is wrong with charts.

What would make an installation fail is an [ERROR]; what goes against conventions is a [WARNING].`,
  flags,
  async run(invocation) {
    const { flags: given, out } = invocation;
    const paths = [...atLeast(invocation, 1)];
    const kubeVersion = given["kube-version"] ? kubeVersionOf(given["kube-version"]) : undefined;
    if (given["kube-version"] && !kubeVersion)
      throw new HelmError(`invalid kube version '${given["kube-version"]}': could not parse ${JSON.stringify(given["kube-version"])} as version`);
    if (given["with-subcharts"]) for (const path of [...paths]) paths.push(...subcharts(invocation, path));
    const values = await givenValues(invocation.process, given as Values<typeof valueFlags>);
    let [failed, notable] = [0, 0];
    for (const path of paths) {
      const { findings, errors } = lintChart(invocation, path, values, { kubeVersion, skipSchema: given["skip-schema-validation"] });
      const isBad = ({ severity }: Finding) => severity === "ERROR" || (given.strict && severity === "WARNING");
      const isNotable = errors.length > 0 || findings.some(({ severity }) => severity !== "INFO");
      if (isNotable) notable++;
      if (given.quiet && !isNotable) continue;
      out.line(`==> Linting ${path}`);
      for (const error of errors) out.line(`Error ${error}`);
      for (const { severity, path: about, message } of findings)
        if (!given.quiet || severity !== "INFO") out.line(`[${severity}] ${about}: ${message}`);
      if (errors.length > 0 || findings.some(isBad)) failed++;
      out.line();
    }
    const summary = `${paths.length} chart(s) linted, ${failed} chart(s) failed`;
    if (failed > 0) throw new HelmError(summary);
    if (!given.quiet || notable > 0) out.line(summary);
  },
});

/** The charts below a chart's directory. */
function subcharts({ process }: Asked<typeof flags>, path: string): string[] {
  const { fs } = process.machine;
  const found: string[] = [];
  const walk = (directory: string) => {
    const absolute = fs.resolve(process.cwd, directory);
    if (fs.stat(absolute)?.kind !== "directory") return;
    for (const name of [...fs.list(absolute)].sort()) {
      if (name === "Chart.yaml") found.push(directory);
      else if (/\.(tgz|tar\.gz)$/.test(name)) found.push(`${directory}/${name}`);
      else walk(`${directory}/${name}`);
    }
  };
  walk(`${path.replace(/\/+$/, "")}/charts`);
  return found;
}
