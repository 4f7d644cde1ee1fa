import { applyMergePatch as merged } from "#machinery/merge-patch.ts";
import type { DaemonSet, Deployment } from "#machinery/types.ts";
import { int } from "../../cli/flags.ts";
import { dryRunQuery, patchTarget } from "../change.ts";
import { type Context, defineCommand } from "../command.ts";
import { lastApplied } from "../create/creation.ts";
import { templateText as sameText } from "../describe/deployment.ts";
import { CommandError, ServerError } from "../errors.ts";
import { latePrinterFor, outputFlags } from "../print/formats.ts";
import { sortedJson } from "../print/json.ts";
import { type DryRun, doneText } from "../print/name.ts";
import { visit } from "../resources/find.ts";
import { dryRunFlag } from "../resources/flags.ts";
import type { Target } from "../resources/target.ts";
import { rolloutFlags, workloads } from "./flags.ts";
import { templateText } from "./history.ts";
import { groupKind, type Revision, revisionsOf } from "./revisions.ts";

export const undo = defineCommand({
  name: "undo",
  usage: "(TYPE NAME | TYPE/NAME) [flags]",
  summary: "Undo a previous rollout",
  examples: `# Back to the revision before
kubectl rollout undo deployment/web

# Back to revision 3
kubectl rollout undo deployment/web --to-revision=3`,
  flags: {
    ...rolloutFlags,
    ...outputFlags,
    "dry-run": dryRunFlag,
    "to-revision": int({ help: "The revision to go back to; 0 is the one before the last." }),
  },
  completes: "resources",

  async run(context) {
    const { flags, kube, out, process } = context;
    const dryRun = kube.dryRun(flags["dry-run"]);
    const found = await workloads(context);
    const print = latePrinterFor(process, flags);
    await visit(found, async (target) => {
      if (target.object?.metadata.annotations?.[lastApplied] !== undefined)
        out.error(
          `Warning: resource ${target.resource.plural}/${target.name} was previously managed with 'kubectl apply'. Rolling back will not update the ${lastApplied} annotation, which may cause unexpected behavior on future 'kubectl apply' operations. Consider using 'kubectl apply' with your previous configuration file instead.`,
        );
      if (!["Deployment.apps", "DaemonSet.apps", "StatefulSet.apps"].includes(groupKind(target)))
        throw new CommandError(`no rollbacker has been implemented for ${JSON.stringify(groupKind(target))}`);
      const done = await rollBack(context, target, flags["to-revision"], dryRun);
      if (target.object) out.print(print ? print(target.object) : doneText(target.object, done, dryRun));
    });
  },
});

const skipped = (revision: number): string => `skipped rollback (current template already matches revision ${revision})`;

async function rollBack(context: Context, target: Target, wanted: number, dryRun: DryRun): Promise<string> {
  if (wanted < 0) throw new CommandError(`unable to find specified revision ${wanted} in history`);
  const revisions = await revisionsOf(context.kube, target);
  const isDeployment = target.resource.kind === "Deployment";
  const revision = isDeployment ? deploymentRevision(target, revisions, wanted) : setRevision(revisions, wanted);
  if (dryRun === "client") return templateText({ ...revision, cause: "" });

  const object = target.object as unknown as Deployment & DaemonSet;
  if (isDeployment) {
    if (object.spec.paused)
      throw new CommandError("you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' and try again");
    if (sameText(revision.template) === sameText(object.spec.template)) return skipped(wanted);
  } else if (sortedJson(merged(object, dataOf(revision))) === sortedJson(object)) return skipped(wanted);

  try {
    if (isDeployment) await patchTarget(context, target, deploymentPatch(object, revision), "json", dryRunQuery(dryRun));
    else await patchTarget(context, target, dataOf(revision), "strategic", dryRunQuery(dryRun));
  } catch (error) {
    if (error instanceof ServerError) throw new CommandError(`failed restoring revision ${wanted}: ${error.message}`);
    throw error;
  }
  return "rolled back";
}

const dataOf = ({ holder }: Revision): object => (holder["data"] as object | undefined) ?? {};

function deploymentRevision(target: Target, revisions: readonly Revision[], wanted: number): Revision {
  if (wanted > 0) {
    const found = revisions.find(({ number }) => number === wanted);
    if (!found) throw new CommandError(`unable to find specified revision ${wanted} in history`);
    return found;
  }
  const before = revisions.at(-2);
  if (!before) throw new CommandError(`no rollout history found for deployment ${JSON.stringify(target.name)}`);
  return before;
}

function setRevision(revisions: readonly Revision[], wanted: number): Revision {
  if (wanted === 0 && revisions.length <= 1) throw new CommandError("no last revision to roll back to");
  const found = wanted === 0 ? revisions.at(-2) : revisions.find(({ number }) => number === wanted);
  if (!found) throw new CommandError(`unable to find specified revision ${wanted} in history`);
  return found;
}

/** Annotations that stay the Deployment's own. */
const kept = [
  "kubectl.kubernetes.io/last-applied-configuration",
  "deployment.kubernetes.io/revision",
  "deployment.kubernetes.io/revision-history",
  "deployment.kubernetes.io/desired-replicas",
  "deployment.kubernetes.io/max-replicas",
  "deprecated.deployment.rollback.to",
];

function deploymentPatch(deployment: Deployment, revision: Revision): object {
  const own = deployment.metadata.annotations ?? {};
  const theirs = revision.holder.metadata.annotations ?? {};
  const annotations = {
    ...Object.fromEntries(kept.filter((key) => key in own).map((key) => [key, own[key]])),
    ...Object.fromEntries(Object.entries(theirs).filter(([key]) => !kept.includes(key))),
  };
  const { "pod-template-hash": _, ...labels } = revision.template.metadata?.labels ?? {};
  const template = { ...revision.template, metadata: { ...revision.template.metadata, labels } };
  return [
    { op: "replace", path: "/spec/template", value: template },
    { op: "replace", path: "/metadata/annotations", value: annotations },
  ];
}
