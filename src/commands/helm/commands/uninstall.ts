import { Configuration } from "../actions/configuration.ts";
import { uninstall as uninstallRelease } from "../actions/uninstall.ts";
import { atLeast, defineCommand } from "../command.ts";
import { HelmError } from "../errors.ts";
import { text, toggle } from "../flags.ts";
import { waitFlags } from "../shared-flags.ts";

export const uninstall = defineCommand({
  name: "uninstall",
  aliases: ["del", "delete", "un"],
  suggestFor: ["remove", "rm"],
  usage: "RELEASE_NAME [...] [flags]",
  summary: "uninstall a release",
  description: `Take releases away, with everything that they made and with their history.

With --dry-run nothing is taken away; with --keep-history the release's name and revisions stay.`,
  flags: {
    ...waitFlags,
    cascade: text({
      default: "background",
      help: 'what becomes of what the objects own: "background", "orphan" or "foreground"',
      completes: ["background", "orphan", "foreground"],
    }),
    description: text({ help: "what is written into the history" }),
    "dry-run": toggle({ help: "only simulate" }),
    "ignore-not-found": toggle({ help: "a release that is not there is no failure" }),
    "keep-history": toggle({ help: "keep the history of the release" }),
    "no-hooks": toggle({ help: "do not run hooks" }),
  },
  async run(invocation) {
    const { flags, out } = invocation;
    const names = atLeast(invocation, 1);
    if (!["background", "foreground", "orphan"].includes(flags.cascade))
      throw new HelmError(`invalid cascade value (${flags.cascade}). Must be "background", "foreground", or "orphan"`);
    for (const name of names) {
      const done = await uninstallRelease(new Configuration(invocation), name, {
        dryRun: flags["dry-run"],
        keepHistory: flags["keep-history"],
        ignoreNotFound: flags["ignore-not-found"],
        noHooks: flags["no-hooks"],
        cascade: flags.cascade,
        description: flags.description,
        wait: flags.wait,
        timeout: flags.timeout,
      });
      if (done?.info) out.line(done.info);
      out.line(`release "${name}" uninstalled`);
    }
  },
});
