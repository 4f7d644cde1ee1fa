import type { Thing } from "./api/server.ts";
import { dryRunQuery, patchTarget } from "./change.ts";
import type { Context } from "./command.ts";
import type { DryRun } from "./print/name.ts";
import type { Target } from "./resources/target.ts";

export const changeCause = "kubernetes.io/change-cause";

/** The command line as an annotation holds it: `--record` is written out. */
export const causeOf = (line: string): string => line.replace(/ --record(?!\S)/, " --record=true");

/** Notes the command in the object's annotations, for `rollout history`. */
export async function recorded(context: Context, target: Target, object: Thing, dryRun: DryRun): Promise<Thing> {
  const patch = { metadata: { annotations: { [changeCause]: causeOf(context.line) } } };
  return dryRun === "client" ? object : patchTarget(context, target, patch, "merge", dryRunQuery(dryRun));
}
