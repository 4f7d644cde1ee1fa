import { bool, int, string } from "../../cli/flags.ts";
import { defineCommand } from "../command.ts";
import { create, creationFlags, metadataOf, oneName } from "./creation.ts";

export const priorityclass = defineCommand({
  name: "priorityclass",
  aliases: ["pc"],
  usage: "NAME --value=VALUE --global-default=BOOL [--dry-run=server|client|none]",
  summary: "Create a priority class with the specified name",
  flags: {
    ...creationFlags,
    description: string({ help: "What the class is for." }),
    "global-default": bool({ help: "Whether pods without a class get this one." }),
    "preemption-policy": string({
      default: "PreemptLowerPriority",
      help: "Whether its pods may drive out others: PreemptLowerPriority or Never.",
      completes: ["PreemptLowerPriority", "Never"],
    }),
    value: int({ bits: 32, help: "The priority of its pods." }),
  },
  async run(context) {
    const { flags } = context;
    const name = oneName(context);
    const object = {
      kind: "PriorityClass",
      apiVersion: "scheduling.k8s.io/v1",
      metadata: metadataOf(context, name, false),
      value: flags.value,
      ...(flags["global-default"] ? { globalDefault: true } : {}),
      ...(flags.description ? { description: flags.description } : {}),
      preemptionPolicy: flags["preemption-policy"],
    };
    await create(context, object, { plural: "priorityclasses", namespaced: false, failure: "failed to create priorityclass: " });
  },
});
