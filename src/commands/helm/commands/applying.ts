import type { Values } from "../../cli/flags.ts";
import type { ApplyOptions } from "../actions/install.ts";
import { type Chart, chartFrom } from "../chart/chart.ts";
import type { Context } from "../command.ts";
import { HelmError } from "../errors.ts";
import { updateDependencies } from "../repository/dependencies.ts";
import { filesOf, loadChart, locate } from "../repository/locate.ts";
import type { dryRunFlag, renderFlags } from "../shared-flags.ts";

type RenderFlags = Values<typeof renderFlags>;

/** Flags that exclude one another. */
export function exclusive(changed: (name: string) => boolean, ...names: readonly string[]): void {
  const given = names.filter(changed);
  if (given.length < 2) return;
  const sorted = [...names].join(" ");
  throw new HelmError(`if any flags in the group [${sorted}] are set none of the others can be; [${given.toSorted().join(" ")}] were all set`);
}

/** What every command that renders a chart refuses or warns of. */
export function checkRender(changed: (name: string) => boolean, flags: RenderFlags): void {
  exclusive(changed, "force-replace", "force-conflicts");
  exclusive(changed, "force", "force-conflicts");
  if (flags["post-renderer"] !== "") {
    const name = JSON.stringify(flags["post-renderer"]);
    throw new HelmError(
      `invalid argument ${name} for "--post-renderer" flag: plugin: {Name:${flags["post-renderer"]} Type:postrenderer/v1} not found`,
    );
  }
}

/** The options that install and upgrade share. */
export function applyOptions(
  flags: RenderFlags & Values<typeof dryRunFlag> & { "render-subchart-notes": boolean; "hide-secret": boolean },
  dryRun: ApplyOptions["dryRun"],
): ApplyOptions {
  return {
    dryRun,
    wait: flags.wait,
    waitForJobs: flags["wait-for-jobs"],
    timeout: flags.timeout,
    noHooks: flags["no-hooks"],
    forceConflicts: flags["force-conflicts"],
    forceReplace: flags["force-replace"] || flags.force,
    rollbackOnFailure: flags["rollback-on-failure"] || flags.atomic,
    takeOwnership: flags["take-ownership"],
    description: flags.description,
    labels: flags.labels,
    skipSchema: flags["skip-schema-validation"],
    subNotes: flags["render-subchart-notes"],
    enableDns: flags["enable-dns"],
    hideSecret: flags["hide-secret"],
  };
}

/** The same for a new release, of which the log tells where its chart comes from. */
export function newlyInstallable(context: Context, wanted: string, flags: RenderFlags): Promise<Chart> {
  context.log.debug("Original chart version", { version: flags.version });
  return installable(context, wanted, flags, (path) => context.log.debug("Chart path", { path }));
}

/** Finds a chart that is to be installed: with all that it depends on, and no library. */
export async function installable(context: Context, wanted: string, flags: RenderFlags, tell: (path: string) => void = () => {}): Promise<Chart> {
  const source = withDevel(context, flags);
  const located = await locate(context, wanted, source);
  tell("path" in located ? located.path : `${context.settings.repositoryCache}/${located.fileName}`);
  let chart = chartFrom(filesOf(context, located));
  const { type = "", deprecated, dependencies = [] } = chart.metadata;
  if (type !== "" && type !== "application") throw new HelmError(`${type} charts are not installable`);
  if (deprecated) context.log.warn("this chart is deprecated");
  const problem = missingDependencies(chart, dependencies);
  if (problem) {
    if (!flags["dependency-update"])
      throw new HelmError(
        `an error occurred while checking for chart dependencies. You may need to run 'helm dependency build' to fetch missing dependencies: ${problem}`,
      );
    if (!("path" in located)) throw new HelmError(problem);
    await updateDependencies(context, located.path, { skipRefresh: false });
    chart = await loadChart(context, wanted, source);
  }
  return chart;
}

/** `--devel` is a range of versions, where none is asked for. */
export function withDevel<F extends VersionFlags>({ log }: Pick<Context, "log">, flags: F): F {
  if (flags.version !== "" || !flags.devel) return flags;
  log.debug("setting version to >0.0.0-0");
  return { ...flags, version: ">0.0.0-0" };
}

interface VersionFlags {
  version: string;
  devel: boolean;
}

export function missingDependencies(chart: Chart, dependencies: readonly { name: string }[]): string | undefined {
  const missing = dependencies.map(({ name }) => name).filter((name) => !chart.dependencies.some(({ metadata }) => metadata.name === name));
  return missing.length > 0 ? `found in Chart.yaml, but missing in charts/ directory: ${missing.join(", ")}` : undefined;
}
