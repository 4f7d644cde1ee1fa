import { Configuration, dryRunOf } from "../actions/configuration.ts";
import { rollback as rollBack } from "../actions/rollback.ts";
import { atLeast, defineCommand } from "../command.ts";
import { HelmError } from "../errors.ts";
import { count, text, toggle } from "../flags.ts";
import { applyFlags, dryRunFlag } from "../shared-flags.ts";
import { exclusive } from "./applying.ts";

export const rollback = defineCommand({
  name: "rollback",
  usage: "<RELEASE> [REVISION] [flags]",
  summary: "roll back a release to a previous revision",
  description: `Make an earlier revision of a release the newest.

Without a revision, or with 0, it is the one before the last. 'helm history RELEASE' shows them all.`,
  flags: {
    ...applyFlags,
    ...dryRunFlag,
    "cleanup-on-fail": toggle({ help: "take away what a failed rollback has newly made" }),
    "history-max": count({ default: 10, help: "how many revisions of a release are kept; 0 keeps all" }),
    "server-side": text({ default: "auto", help: 'whether the server applies objects: "true", "false", or "auto" as that revision did' }),
  },
  async run(invocation) {
    const { flags, changed, out, settings } = invocation;
    const [name = "", revision] = atLeast(invocation, 1);
    exclusive(changed, "force-replace", "force-conflicts");
    exclusive(changed, "force", "force-conflicts");
    if (revision !== undefined && !/^[+-]?\d+$/.test(revision))
      throw new HelmError(`could not convert revision to a number: strconv.Atoi: parsing ${JSON.stringify(revision)}: invalid syntax`);
    await rollBack(new Configuration(invocation), name, {
      dryRun: dryRunOf(invocation, flags["dry-run"]),
      wait: flags.wait,
      waitForJobs: flags["wait-for-jobs"],
      timeout: flags.timeout,
      noHooks: flags["no-hooks"],
      forceConflicts: flags["force-conflicts"],
      forceReplace: flags["force-replace"] || flags.force,
      revision: Number(revision ?? 0),
      serverSide: flags["server-side"],
      cleanupOnFail: flags["cleanup-on-fail"],
      maxHistory: changed("history-max") ? flags["history-max"] : settings.maxHistory,
    });
    out.line("Rollback was a success! Happy Helming!");
  },
});
