import { qualified } from "../api/discovery.ts";
import type { Thing } from "../api/server.ts";
import { dryRunQuery, patchTarget } from "../change.ts";
import { type Context, defineCommand } from "../command.ts";
import { CommandError, ServerError, usageError } from "../errors.ts";
import { type DryRun, doneText } from "../print/name.ts";
import { find } from "../resources/find.ts";
import { dryRunFlag, selectorFlag } from "../resources/flags.ts";
import type { Target } from "../resources/target.ts";

/** The nodes that the command line names, or selects by their labels. */
export async function nodesOf(
  context: Context & { readonly args: readonly string[]; readonly path: string; changed(name: string): boolean },
  selector: string,
  chunkSize = 500,
): Promise<Target[]> {
  const { args, kube, process } = context;
  if (args.length === 0 && !context.changed("selector")) throw usageError(context, `USAGE: ${context.path.split(" ").at(-1)} NODE [flags]`);
  if (args.length > 0 && selector) throw usageError(context, "error: cannot specify both a node name and a --selector option");
  const named = selector ? ["nodes"] : args.map((name) => (name.includes("/") ? name : `nodes/${name}`));
  const found = await find(kube, process, { args: named, labels: selector, singleType: true, chunkSize });
  const targets: Target[] = [];
  for await (const entry of found.targets()) {
    if ("error" in entry) throw entry.error;
    if (qualified(entry.resource) !== "nodes")
      throw new CommandError(`error: expected resource of type node, got ${JSON.stringify(qualified(entry.resource))}`);
    targets.push(entry);
  }
  return targets;
}

/** Closes nodes to new pods, or opens them, and says so. */
export async function setSchedulable(context: Context, targets: readonly Target[], schedulable: boolean, dryRun: DryRun): Promise<void> {
  const { out } = context;
  const word = schedulable ? "uncordon" : "cordon";
  for (const target of targets) {
    const node = target.object as Thing & { spec?: { unschedulable?: boolean } };
    const isNew = (node.spec?.unschedulable ?? false) === schedulable;
    if (isNew && dryRun !== "client")
      try {
        await patchTarget(context, target, { spec: { unschedulable: schedulable ? null : true } }, "strategic", dryRunQuery(dryRun));
      } catch (error) {
        if (!(error instanceof ServerError)) throw error;
        out.error(`error: unable to ${word} node ${JSON.stringify(target.name)}: ${error.message}`);
        continue;
      }
    out.print(doneText(node, isNew ? `${word}ed` : `already ${word}ed`, dryRun));
    await out.flush();
  }
}

const flags = { "dry-run": dryRunFlag, selector: selectorFlag } as const;

export const cordon = defineCommand({
  name: "cordon",
  connectsFirst: true,
  group: "Cluster Management Commands:",
  usage: "NODE",
  summary: "Mark node as unschedulable",
  examples: "# No new pods on a node\nkubectl cordon minikube",
  flags,
  completes: "nodes",
  async run(context) {
    const dryRun = context.kube.dryRun(context.flags["dry-run"]);
    await setSchedulable(context, await nodesOf(context, context.flags.selector), false, dryRun);
  },
});

export const uncordon = defineCommand({
  name: "uncordon",
  connectsFirst: true,
  group: "Cluster Management Commands:",
  usage: "NODE",
  summary: "Mark node as schedulable",
  examples: "# Pods are welcome again\nkubectl uncordon minikube",
  flags,
  completes: "nodes",
  async run(context) {
    const dryRun = context.kube.dryRun(context.flags["dry-run"]);
    await setSchedulable(context, await nodesOf(context, context.flags.selector), true, dryRun);
  },
});
