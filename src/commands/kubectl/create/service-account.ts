import { defineCommand } from "../command.ts";
import { create, creationFlags, metadataOf, oneName } from "./creation.ts";

export const serviceaccount = defineCommand({
  name: "serviceaccount",
  aliases: ["sa"],
  usage: "NAME [--dry-run=server|client|none]",
  summary: "Create a service account with the specified name",
  flags: creationFlags,
  async run(context) {
    const metadata = metadataOf(context, oneName(context));
    await create(
      context,
      { kind: "ServiceAccount", apiVersion: "v1", metadata },
      { plural: "serviceaccounts", failure: "failed to create serviceaccount: " },
    );
  },
});
