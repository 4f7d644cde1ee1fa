import { defineCommand } from "../command.ts";
import { create, creationFlags, metadataOf, oneName } from "./creation.ts";

export const namespace = defineCommand({
  name: "namespace",
  aliases: ["ns"],
  usage: "NAME [--dry-run=server|client|none]",
  summary: "Create a namespace with the specified name",
  flags: creationFlags,
  async run(context) {
    const metadata = metadataOf(context, oneName(context), false);
    await create(context, { kind: "Namespace", apiVersion: "v1", metadata, spec: {}, status: {} }, { plural: "namespaces", namespaced: false });
  },
});
