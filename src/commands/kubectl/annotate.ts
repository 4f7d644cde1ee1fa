import { defineCommand } from "./command.ts";
import { CommandError } from "./errors.ts";
import { changeMetadata, metadataFlags } from "./metadata-change.ts";

export const annotate = defineCommand({
  name: "annotate",
  group: "Settings Commands:",
  usage: "[--overwrite] (-f FILENAME | TYPE NAME) KEY_1=VAL_1 ... KEY_N=VAL_N [--resource-version=version]",
  summary: "Update the annotations on a resource",
  examples: `# Say what a pod is for
kubectl annotate pods web description='the shop'

# Remove it
kubectl annotate pods web description-`,
  flags: metadataFlags("annotations", "annotate"),
  completes: "resources",
  run: (context) =>
    changeMetadata(context, {
      field: "annotations",
      example: "rsrc",
      listTakesFormat: true,
      read(pairs) {
        const set = new Map<string, string>();
        const remove: string[] = [];
        for (const pair of pairs) {
          const equals = pair.indexOf("=");
          if (equals > 0) set.set(pair.slice(0, equals), pair.slice(equals + 1));
          else remove.push(pair.slice(0, -1));
        }
        const both = remove.filter((key) => set.has(key));
        if (both.length > 0)
          throw new CommandError(`can not both modify and remove the following annotation(s) in the same command: ${both.join(", ")}`);
        return { set, remove };
      },
      refusal: (taken) =>
        `--overwrite is false but found the following declared annotation(s): ${taken.map(([key, value]) => `'${key}' already has a value (${value})`).join("; ")}`,
      operation: () => "annotated",
    }),
});
