import { labelValueProblems } from "#machinery/names.ts";
import { defineCommand } from "./command.ts";
import { CommandError } from "./errors.ts";
import { changeMetadata, metadataFlags } from "./metadata-change.ts";

export const label = defineCommand({
  name: "label",
  group: "Settings Commands:",
  usage: "[--overwrite] (-f FILENAME | TYPE NAME) KEY_1=VAL_1 ... KEY_N=VAL_N [--resource-version=version]",
  summary: "Update the labels on a resource",
  examples: `# Add a label to a pod
kubectl label pods web tier=frontend

# Change it
kubectl label --overwrite pods web tier=backend

# Remove it
kubectl label pods web tier-`,
  flags: metadataFlags("labels", "label"),
  completes: "resources",
  run: (context) =>
    changeMetadata(context, {
      field: "labels",
      example: "pod",
      printsEachAlone: true,
      read(pairs) {
        const set = new Map<string, string>();
        const remove: string[] = [];
        for (const pair of pairs) {
          const [key = "", value, more] = pair.split("=");
          if (value === undefined) {
            remove.push(pair.slice(0, -1));
            continue;
          }
          if (more !== undefined) throw new CommandError(`invalid label spec: ${pair}`);
          const problems = labelValueProblems(value);
          if (problems.length > 0) throw new CommandError(`invalid label value: ${JSON.stringify(pair)}: ${problems.join(";")}`);
          set.set(key, value);
        }
        if (remove.some((key) => set.has(key))) throw new CommandError("can not both modify and remove a label in the same command");
        return { set, remove };
      },
      refusal: (taken) => taken.map(([key, value]) => `'${key}' already has a value (${value}), and --overwrite is false`).join(", "),
      operation: (added, removed) => (added && removed ? "modified" : added ? "labeled" : removed ? "unlabeled" : "not labeled"),
      absent: (key) => `label ${JSON.stringify(key)} not found.`,
    }),
});
