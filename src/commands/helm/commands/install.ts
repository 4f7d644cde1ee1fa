import type { Values } from "../../cli/flags.ts";
import { Configuration, dryRunOf } from "../actions/configuration.ts";
import { type InstallOptions, install as installRelease } from "../actions/install.ts";
import { BadManifests } from "../actions/render-release.ts";
import { givenValues } from "../chart/given-values.ts";
import { atLeast, type Context, defineCommand } from "../command.ts";
import { HelmError, messageOf } from "../errors.ts";
import { format, text, toggle } from "../flags.ts";
import { formatted } from "../output.ts";
import { type Release, releaseJson } from "../release/release.ts";
import { structText } from "../release/storage.ts";
import { dryRunFlag, renderFlags } from "../shared-flags.ts";
import { applyOptions, checkRender, newlyInstallable } from "./applying.ts";
import { nameAndChart } from "./naming.ts";
import { statusText } from "./status-text.ts";

/** The flags that install and template share. */
export const installFlags = {
  ...renderFlags,
  "generate-name": toggle({ short: "g", help: "make a name up (and leave the NAME out)" }),
  "name-template": text({ help: "the template that makes the release's name" }),
  replace: toggle({ help: "take the name of a release that is gone but for its history. This is unsafe in production" }),
  "server-side": toggle({ default: true, help: "let the server apply objects" }),
} as const;

const flags = {
  ...installFlags,
  ...dryRunFlag,
  output: format(),
  "hide-notes": toggle({ help: "do not print the notes" }),
  "hide-secret": toggle({ help: "leave Secrets out of what --dry-run prints" }),
  "render-subchart-notes": toggle({ help: "print the notes of subcharts too" }),
};

/** Installs what the arguments say; `replace` and the like may differ from the flags. */
export async function runInstall(context: Context, args: readonly string[], given: Values<typeof flags>, options: InstallOptions): Promise<Release> {
  const { name, chart: reference } = nameAndChart(context, args, given);
  const values = await givenValues(context.process, given);
  const chart = await newlyInstallable(context, reference, given);
  return installRelease(new Configuration(context), name, chart, values, options);
}

/** A release in the format that was asked for. */
export const printed = (release: Release, output: "table" | "json" | "yaml", shown: Parameters<typeof statusText>[1]): string =>
  output === "json" ? `${structText(release)}\n` : formatted(output, releaseJson(release), () => statusText(release, { ...shown, fresh: true }));

export const install = defineCommand({
  name: "install",
  usage: "[NAME] [CHART] [flags]",
  summary: "install a chart",
  description: `Install a chart as a release.

A chart is a directory, an archive, an address, or repository/name. Values come from files (-f) and from the command line (--set and its kin),
where what comes later counts:

    $ helm install -f myvalues.yaml --set replicas=2 web ./mychart

With --dry-run what would be made is only shown.`,
  flags,
  async run(invocation) {
    const { out, flags: given, changed, settings } = invocation;
    const args = atLeast(invocation, 1);
    checkRender(changed, given);
    const dryRun = dryRunOf(invocation, given["dry-run"]);
    const options: InstallOptions = {
      ...applyOptions(given, dryRun),
      serverSide: given["server-side"],
      createNamespace: given["create-namespace"],
      replace: given.replace,
      skipCrds: given["skip-crds"],
    };
    let release: Release;
    try {
      release = await runInstall(invocation, args, given, options);
    } catch (problem) {
      if (problem instanceof BadManifests) throw new HelmError(`INSTALLATION FAILED: ${problem.message}`);
      throw failed("INSTALLATION FAILED", problem);
    }
    out.print(printed(release, given.output, { debug: settings.debug, hideNotes: given["hide-notes"] }));
  },
});

/** The same problem behind what it is a failure of; defects stay what they are. */
export function failed(what: string, problem: unknown): unknown {
  if (!(problem instanceof Error) || problem.constructor === Error || problem instanceof TypeError || problem instanceof RangeError) return problem;
  return new HelmError(`${what}: ${messageOf(problem)}`);
}
