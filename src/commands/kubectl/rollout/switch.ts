import { formatTime } from "#machinery/time.ts";
import type { Deployment, StatefulSet } from "#machinery/types.ts";
import { qualified } from "../api/discovery.ts";
import { dryRunQuery, patchTarget } from "../change.ts";
import { defineCommand } from "../command.ts";
import { CommandError, ServerError } from "../errors.ts";
import { latePrinterFor, outputFlags } from "../print/formats.ts";
import { doneText } from "../print/name.ts";
import { visit } from "../resources/find.ts";
import { fieldManagerFlag } from "../resources/flags.ts";
import type { Target } from "../resources/target.ts";
import { rolloutFlags, workloads } from "./flags.ts";

/** Commands that set one thing in workloads. */
interface Switch {
  name: string;
  summary: string;
  done: string;
  /** The patch, or why there is none. */
  patch(target: Target, now: number): object;
}

const refused = (target: Target, why: string): CommandError =>
  new CommandError(`error: ${qualified(target.resource)} ${JSON.stringify(target.name)} ${why}`);

const defineSwitch = ({ name, summary, done, patch }: Switch) =>
  defineCommand({
    name,
    usage: "RESOURCE",
    summary,
    flags: { ...rolloutFlags, ...outputFlags, "field-manager": fieldManagerFlag("kubectl-rollout") },
    completes: "resources",
    async run(context) {
      const { flags, kube, out, process } = context;
      const found = await workloads(context);
      const print = latePrinterFor(process, flags);
      let any = false;
      await visit(found, async (target) => {
        any = true;
        const change = patch(target, kube.now);
        try {
          const object = await patchTarget(context, target, change, "strategic", {
            ...dryRunQuery("none"),
            fieldManager: flags["field-manager"] || undefined,
          });
          out.print(print ? print(object) : doneText(object, done));
        } catch (error) {
          if (error instanceof ServerError) throw new CommandError(`failed to patch: ${error.message}`);
          throw error;
        }
      });
      if (!any) out.error(`No resources found in ${kube.namespace} namespace.`);
    },
  });

export const pause = defineSwitch({
  name: "pause",
  summary: "Mark the provided resource as paused",
  done: "paused",
  patch(target) {
    if (target.resource.kind !== "Deployment") throw refused(target, "pausing is not supported");
    if ((target.object as unknown as Deployment).spec.paused) throw refused(target, "is already paused");
    return { spec: { paused: true } };
  },
});

export const resume = defineSwitch({
  name: "resume",
  summary: "Resume a paused resource",
  done: "resumed",
  patch(target) {
    if (target.resource.kind !== "Deployment") throw refused(target, "resuming is not supported");
    if (!(target.object as unknown as Deployment).spec.paused) throw refused(target, "is not paused");
    return { spec: { paused: null } };
  },
});

const restartedAt = "kubectl.kubernetes.io/restartedAt";

export const restart = defineSwitch({
  name: "restart",
  summary: "Restart a resource",
  done: "restarted",
  patch(target, now) {
    if (!["Deployment", "DaemonSet", "StatefulSet"].includes(target.resource.kind)) throw refused(target, "restarting is not supported");
    const object = target.object as unknown as Deployment & StatefulSet;
    if (object.spec.paused) throw refused(target, "can't restart paused deployment (run rollout resume first)");
    const time = formatTime(now);
    if (object.spec.template.metadata?.annotations?.[restartedAt] === time)
      throw new CommandError(
        `failed to create patch for ${target.name}: if restart has already been triggered within the past second, please wait before attempting to trigger another`,
      );
    return { spec: { template: { metadata: { annotations: { [restartedAt]: time } } } } };
  },
});
