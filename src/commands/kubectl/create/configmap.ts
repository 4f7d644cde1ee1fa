import { base64Of } from "#machinery/base64-text.ts";
import { configMapKeyProblems } from "#machinery/names.ts";
import { bool } from "../../cli/flags.ts";
import { defineCommand } from "../command.ts";
import { CommandError } from "../errors.ts";
import { contentHash } from "./content-hash.ts";
import { create, creationFlags, metadataOf, oneName } from "./creation.ts";
import { dataOf, sourceFlags, utf8Of } from "./sources.ts";

export const configmap = defineCommand({
  name: "configmap",
  aliases: ["cm"],
  usage: "NAME [--from-file=[key=]source] [--from-literal=key1=value1] [--dry-run=server|client|none]",
  summary: "Create a config map from a local file, directory or literal value",
  examples: `# From two values
kubectl create configmap settings --from-literal=color=blue --from-literal=size=xl

# From a file, under its own name
kubectl create configmap site --from-file=index.html`,
  flags: { ...creationFlags, ...sourceFlags("config map"), "append-hash": bool({ help: "Add a hash of the content to the name." }) },

  async run(context) {
    const { flags, process } = context;
    const name = oneName(context);
    if (flags["from-env-file"].length > 0 && (flags["from-file"].length > 0 || flags["from-literal"].length > 0))
      throw new CommandError("from-env-file cannot be combined with from-file or from-literal");
    const data: Record<string, string> = {};
    const binaryData: Record<string, string> = {};
    for await (const [key, value] of dataOf(process, flags, "configmap")) {
      const problems = configMapKeyProblems(key);
      if (problems.length > 0) throw new CommandError(`${JSON.stringify(key)} is not a valid key name for a ConfigMap: ${problems.join(",")}`);
      if (key in data)
        throw new CommandError(
          `cannot add key ${JSON.stringify(key)}, another key by that name already exists in Data for ConfigMap ${JSON.stringify(name)}`,
        );
      if (key in binaryData)
        throw new CommandError(
          `cannot add key ${JSON.stringify(key)}, another key by that name already exists in BinaryData for ConfigMap ${JSON.stringify(name)}`,
        );
      const text = utf8Of(value);
      if (text === undefined) binaryData[key] = base64Of(value);
      else data[key] = text;
    }
    const filled = { ...(Object.keys(data).length > 0 ? { data } : {}), ...(Object.keys(binaryData).length > 0 ? { binaryData } : {}) };
    const full = flags["append-hash"]
      ? `${name}-${contentHash("ConfigMap", name, { data, ...("binaryData" in filled ? { binaryData } : {}) })}`
      : name;
    await create(
      context,
      { kind: "ConfigMap", apiVersion: "v1", metadata: metadataOf(context, full), ...filled },
      { plural: "configmaps", failure: "failed to create configmap: " },
    );
  },
});
