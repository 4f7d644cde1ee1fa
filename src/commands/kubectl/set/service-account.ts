import { defineCommand } from "../command.ts";
import { CommandError } from "../errors.ts";
import { recordFlag } from "../resources/flags.ts";
import { podSpecOf, withPodSpec } from "./pod-spec.ts";
import { applySetting, setFlags, setTargets } from "./setting.ts";

const { selector: _, ...flags } = setFlags;

export const serviceAccount = defineCommand({
  name: "serviceaccount",
  aliases: ["sa"],
  usage: "(-f FILENAME | TYPE NAME) SERVICE_ACCOUNT",
  summary: "Update the service account of a resource",
  examples: "# The pods of a deployment become robot\nkubectl set serviceaccount deployment web robot",
  flags: { ...flags, record: recordFlag },
  completes: "resources",

  async run(context) {
    const { flags, args, kube } = context;
    const dryRun = kube.dryRun(flags["dry-run"]);
    if (flags.local && dryRun === "server") throw new CommandError("cannot specify --local and --dry-run=server - did you mean --dry-run=client?");
    const name = args.at(-1);
    if (name === undefined) throw new CommandError("serviceaccount is required");
    const targets = await setTargets(context, flags.local ? [] : args.slice(0, -1));
    await applySetting(
      context,
      targets,
      {
        done: "serviceaccount updated",
        failure: "failed to patch ServiceAccountName ",
        always: true,
        change: (target) => withPodSpec(target.object, { ...podSpecOf(target), serviceAccountName: name }),
      },
      dryRun,
    );
  },
});
