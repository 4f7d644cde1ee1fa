import type { PodTemplateSpec } from "#machinery/types.ts";
import { int } from "../../cli/flags.ts";
import { tabbed } from "../../cli/tab-writer.ts";
import type { Thing } from "../api/server.ts";
import { defineCommand } from "../command.ts";
import { describePodTemplate } from "../describe/pod-template.ts";
import { Report } from "../describe/report.ts";
import { CommandError } from "../errors.ts";
import { outputFlags, printerFor } from "../print/formats.ts";
import { changeCause } from "../record.ts";
import { visit } from "../resources/find.ts";
import { nameOf, type Target } from "../resources/target.ts";
import { rolloutFlags, workloads } from "./flags.ts";
import { type Revision, revisionsOf } from "./revisions.ts";

export const history = defineCommand({
  name: "history",
  usage: "(TYPE NAME | TYPE/NAME) [flags]",
  summary: "View rollout history",
  flags: { ...rolloutFlags, ...outputFlags, revision: int({ help: "Show this revision with its pod template." }) },
  completes: "resources",

  async run(context) {
    const { flags, kube, out, process } = context;
    const found = await workloads(context);
    if (flags.revision < 0) throw new CommandError(`revision must be a positive integer: ${flags.revision}`);
    const print = printerFor(process, flags, [], false);
    await visit(found, async (target) => {
      const revisions = await revisionsOf(kube, target);
      const wanted = flags.revision > 0 ? revisions.find(({ number }) => number === flags.revision) : undefined;
      if (flags.revision > 0 && !wanted) throw new CommandError("unable to find the specified revision");
      if (print) {
        for (const revision of wanted ? [wanted] : revisions) out.print(print(asOf(target, revision)));
        return;
      }
      const title = target.object ? nameOf(target.object) : target.name;
      out.line(`${title} ${wanted ? `with revision #${wanted.number}` : ""}`);
      out.line(wanted ? templateText(wanted) : table(revisions));
    });
  },
});

/** What a revision is shown as: a deployment's is its replica set, another workload's the workload with the template of then. */
function asOf({ object }: Target, { holder, template }: Revision): Thing {
  if (!object || holder.kind !== "ControllerRevision") return holder;
  return { ...object, spec: { ...(object["spec"] as object), template } } as Thing;
}

/** A revision's template, its columns set apart by tabs. */
export function templateText({ template, cause }: Revision): string {
  const report = new Report();
  const annotations = cause ? { ...template.metadata?.annotations, [changeCause]: cause } : template.metadata?.annotations;
  describePodTemplate(report, {
    ...template,
    metadata: { ...template.metadata, ...(annotations ? { annotations } : {}) } as PodTemplateSpec["metadata"],
  });
  return report.raw;
}

function table(revisions: readonly Revision[]): string {
  if (revisions.length === 0) return "No rollout history found.";
  const rows = revisions.map(({ number, cause }) => `${number}\t${cause || "<none>"}\n`);
  return tabbed(`REVISION\tCHANGE-CAUSE\n${rows.join("")}`, { least: 0, padding: 2 });
}
