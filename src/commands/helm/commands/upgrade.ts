import { Configuration, dryRunOf } from "../actions/configuration.ts";
import { upgrade as upgradeRelease } from "../actions/upgrade.ts";
import { givenValues } from "../chart/given-values.ts";
import { type Asked, defineCommand, exactly } from "../command.ts";
import { count, format, text, toggle } from "../flags.ts";
import type { Release } from "../release/release.ts";
import { ReleaseNotFound } from "../release/storage.ts";
import { dryRunFlag, renderFlags } from "../shared-flags.ts";
import { applyOptions, checkRender, installable } from "./applying.ts";
import { failed, printed, runInstall } from "./install.ts";

const flags = {
  ...renderFlags,
  ...dryRunFlag,
  "cleanup-on-fail": toggle({ help: "take away what a failed upgrade has newly made" }),
  "hide-notes": toggle({ help: "do not print the notes" }),
  "hide-secret": toggle({ help: "leave Secrets out of what --dry-run prints" }),
  "history-max": count({ default: 10, help: "how many revisions of a release are kept; 0 keeps all" }),
  install: toggle({ short: "i", help: "install the release if there is none of this name" }),
  output: format(),
  "render-subchart-notes": toggle({ help: "print the notes of subcharts too" }),
  "reset-then-reuse-values": toggle({ help: "begin with the chart's values, then those of the last release, then those given now" }),
  "reset-values": toggle({ help: "begin with the chart's own values" }),
  "reuse-values": toggle({ help: "begin with all values of the last release; --reset-values comes first" }),
  "server-side": text({ default: "auto", help: 'whether the server applies objects: "true", "false", or "auto" as the last revision did' }),
};

export const upgrade = defineCommand({
  name: "upgrade",
  usage: "[RELEASE] [CHART] [flags]",
  summary: "upgrade a release",
  description: `Make a new revision of a release out of a chart and values.

Without any values those of the last revision are taken over; --reset-values, --reuse-values and --reset-then-reuse-values say otherwise.`,
  flags,
  async run(invocation) {
    const { flags: given, changed, out, settings } = invocation;
    const [name = "", reference = ""] = exactly(invocation, 2);
    checkRender(changed, given);
    const dryRun = dryRunOf(invocation, given["dry-run"]);
    const shown = { debug: settings.debug, hideNotes: given["hide-notes"] };
    if (given.install) {
      const last = await lastOf(invocation, name);
      if (!last || last.info.status === "uninstalled") {
        if (given.output === "table") out.line(`Release ${JSON.stringify(name)} does not exist. Installing it now.`);
        out.print(printed(await installed(invocation, dryRun, last !== undefined), given.output, shown));
        return;
      }
    }
    const values = await givenValues(invocation.process, given);
    const chart = await installable(invocation, reference, given);
    let release: Release;
    try {
      release = await upgradeRelease(new Configuration(invocation), name, chart, values, {
        ...applyOptions(given, dryRun),
        serverSide: given["server-side"],
        reuseValues: given["reuse-values"],
        resetValues: given["reset-values"],
        resetThenReuseValues: given["reset-then-reuse-values"],
        cleanupOnFail: given["cleanup-on-fail"],
        maxHistory: changed("history-max") ? given["history-max"] : settings.maxHistory,
      });
    } catch (problem) {
      throw failed("UPGRADE FAILED", problem);
    }
    if (given.output === "table") out.line(`Release ${JSON.stringify(name)} has been upgraded. Happy Helming!`);
    out.print(printed(release, given.output, shown));
  },
});

async function lastOf(invocation: Asked<typeof flags>, name: string): Promise<Release | undefined> {
  const configuration = new Configuration(invocation);
  await configuration.resources.checkReachable();
  invocation.log.debug("getting history for release", { release: name });
  try {
    return (await configuration.releases.history(name)).at(-1);
  } catch (problem) {
    if (problem instanceof ReleaseNotFound) return undefined;
    throw problem;
  }
}

function installed(invocation: Asked<typeof flags>, dryRun: "none" | "client" | "server", replace: boolean): Promise<Release> {
  const { flags: given, args } = invocation;
  const asInstall = { ...given, "generate-name": false, "name-template": "", replace, "server-side": given["server-side"] !== "false" };
  return runInstall(invocation, args, asInstall, {
    ...applyOptions(given, dryRun),
    serverSide: given["server-side"] !== "false",
    createNamespace: given["create-namespace"],
    replace,
    skipCrds: given["skip-crds"],
  });
}
