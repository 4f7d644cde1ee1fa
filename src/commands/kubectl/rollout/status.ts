import type { DaemonSet, Deployment, StatefulSet } from "#machinery/types.ts";
import { bool, duration, int } from "../../cli/flags.ts";
import type { Thing } from "../api/server.ts";
import { defineCommand } from "../command.ts";
import { CommandError } from "../errors.ts";
import { visit } from "../resources/find.ts";
import { waitUntil } from "../waiting.ts";
import { rolloutFlags, workloads } from "./flags.ts";
import { groupKind, revisionAnnotation } from "./revisions.ts";

export const status = defineCommand({
  name: "status",
  usage: "(TYPE NAME | TYPE/NAME) [flags]",
  summary: "Show the status of the rollout",
  flags: {
    ...rolloutFlags,
    revision: int({ help: "The revision to look at; 0 is the latest. It must be the one that runs." }),
    timeout: duration({ help: "How long to watch; 0 is as long as it takes." }),
    watch: bool({ short: "w", default: true, help: "Watch until the rollout is done." }),
  },
  completes: "resources",

  async run(context) {
    const { flags, kube, out } = context;
    const found = await workloads(context);
    if (flags.revision < 0) throw new CommandError(`revision must be a positive integer: ${flags.revision}`);
    let any = false;
    await visit(found, async (target) => {
      any = true;
      const view = views[groupKind(target)];
      if (!view) throw new CommandError(`no status viewer has been implemented for ${target.resource.kind}`);
      await waitUntil(kube, target, flags.timeout, async (object) => {
        if (!object) throw new CommandError("object has been deleted");
        const { text, done } = view(object, flags.revision);
        out.print(text);
        await out.flush();
        return done || !flags.watch;
      });
    });
    if (!any) out.error(`No resources found in ${kube.namespace} namespace.`);
  },
});

interface Progress {
  text: string;
  done: boolean;
}

const going = (text: string): Progress => ({ text: `${text}\n`, done: false });
const finished = (text: string): Progress => ({ text: `${text}\n`, done: true });

const views: Readonly<Record<string, (object: Thing, revision: number) => Progress>> = {
  "Deployment.apps": (object, revision) => deploymentProgress(object as unknown as Deployment, revision),
  "DaemonSet.apps": (object) => daemonSetProgress(object as unknown as DaemonSet),
  "StatefulSet.apps": (object) => statefulSetProgress(object as unknown as StatefulSet),
};

/** How far a Deployment's rollout is. Throws when it is over its deadline. */
export function deploymentProgress({ metadata, spec, status = {} }: Deployment, revision = 0): Progress {
  const name = JSON.stringify(metadata.name);
  const current = Number(metadata.annotations?.[revisionAnnotation] ?? 0);
  if (revision > 0 && revision !== current)
    throw new CommandError(`desired revision (${revision}) is different from the running revision (${current})`);
  if ((metadata.generation ?? 0) > (status.observedGeneration ?? 0)) return going("Waiting for deployment spec update to be observed...");

  const [wanted, updated, all, available] = [spec.replicas ?? 1, status.updatedReplicas ?? 0, status.replicas ?? 0, status.availableReplicas ?? 0];
  const late = status.conditions?.some(({ type, reason }) => type === "Progressing" && reason === "ProgressDeadlineExceeded");
  if (late) throw new CommandError(`deployment ${name} exceeded its progress deadline`);
  const waiting = `Waiting for deployment ${name} rollout to finish`;
  if (updated < wanted) return going(`${waiting}: ${updated} out of ${wanted} new replicas have been updated...`);
  if (all > updated) return going(`${waiting}: ${all - updated} old replicas are pending termination...`);
  if (available < updated) return going(`${waiting}: ${available} of ${updated} updated replicas are available...`);
  return finished(`deployment ${name} successfully rolled out`);
}

const onlyRolling = "rollout status is only available for RollingUpdate strategy type";

function daemonSetProgress({ metadata, spec, status }: DaemonSet): Progress {
  const name = JSON.stringify(metadata.name);
  if (spec.updateStrategy?.type !== "RollingUpdate") throw new CommandError(onlyRolling);
  if ((metadata.generation ?? 0) > (status?.observedGeneration ?? 0)) return going("Waiting for daemon set spec update to be observed...");
  const [wanted, updated, available] = [status?.desiredNumberScheduled ?? 0, status?.updatedNumberScheduled ?? 0, status?.numberAvailable ?? 0];
  const waiting = `Waiting for daemon set ${name} rollout to finish`;
  if (updated < wanted) return going(`${waiting}: ${updated} out of ${wanted} new pods have been updated...`);
  if (available < wanted) return going(`${waiting}: ${available} of ${wanted} updated pods are available...`);
  return finished(`daemon set ${name} successfully rolled out`);
}

function statefulSetProgress({ metadata, spec, status }: StatefulSet): Progress {
  if (spec.updateStrategy?.type !== "RollingUpdate") throw new CommandError(onlyRolling);
  const observed = status?.observedGeneration ?? 0;
  if (observed === 0 || (metadata.generation ?? 0) > observed) return going("Waiting for statefulset spec update to be observed...");
  const [wanted, ready, updated] = [spec.replicas ?? 1, status?.readyReplicas ?? 0, status?.updatedReplicas ?? 0];
  if (ready < wanted) return going(`Waiting for ${wanted - ready} pods to be ready...`);
  if (spec.updateStrategy.rollingUpdate) {
    const partition = spec.updateStrategy.rollingUpdate.partition;
    if (partition !== undefined && updated < wanted - partition)
      return going(`Waiting for partitioned roll out to finish: ${updated} out of ${wanted - partition} new pods have been updated...`);
    return finished(`partitioned roll out complete: ${updated} new pods have been updated...`);
  }
  if (status?.updateRevision !== status?.currentRevision)
    return going(`waiting for statefulset rolling update to complete ${updated} pods at revision ${status?.updateRevision ?? ""}...`);
  return finished(`statefulset rolling update complete ${status?.currentReplicas ?? 0} pods at revision ${status?.currentRevision ?? ""}...`);
}
