import type { PodSpec } from "#machinery/types.ts";
import { bool } from "../../cli/flags.ts";
import { qualified } from "../api/discovery.ts";
import type { Thing } from "../api/server.ts";
import { dryRunQuery, isBuiltIn, patchTarget } from "../change.ts";
import type { Context } from "../command.ts";
import { CommandError, ServerError } from "../errors.ts";
import { type OutputOptions, outputFlags, printerFor } from "../print/formats.ts";
import { type DryRun, doneText } from "../print/name.ts";
import { causeOf, changeCause } from "../record.ts";
import { type Found, find } from "../resources/find.ts";
import { dryRunFlag, fieldManagerFlag, fileFlags, recordFlag, selectorFlag } from "../resources/flags.ts";
import type { Target } from "../resources/target.ts";

/** Flags of the commands under `kubectl set`. */
export const setFlags = {
  ...outputFlags,
  ...fileFlags("of the objects to change."),
  all: bool({ help: "All objects of the given types in the namespace." }),
  "dry-run": dryRunFlag,
  "field-manager": fieldManagerFlag("kubectl-set"),
  local: bool({ help: "Work on files alone, without the server." }),
  selector: selectorFlag,
} as const;

export const setRecordFlags = { ...setFlags, record: recordFlag } as const;

export interface SetOptions extends OutputOptions {
  readonly filename: readonly string[];
  readonly kustomize: string;
  readonly recursive: boolean;
  readonly all: boolean;
  readonly "dry-run": string;
  readonly "field-manager": string;
  readonly local: boolean;
  readonly selector: string;
  readonly record?: boolean;
}

/** Where a kind keeps the spec of its pods; undefined where it has none. */
export function podSpecPath(object: Thing): readonly string[] | undefined {
  if (object.kind === "Pod") return ["spec"];
  if (object.kind === "CronJob") return ["spec", "jobTemplate", "spec", "template", "spec"];
  const template = (object["spec"] as { template?: { spec?: unknown } } | undefined)?.template;
  return ["Deployment", "ReplicaSet", "DaemonSet", "StatefulSet", "Job", "ReplicationController"].includes(object.kind) && template
    ? ["spec", "template", "spec"]
    : undefined;
}

/** The spec of a target's pods, or the error that it has none. */
export function podSpecOf({ resource, name, object }: Target): PodSpec {
  const path = object && podSpecPath(object);
  if (!object || !path)
    throw new CommandError(`${qualified(resource)}/${name} the object is not a pod or does not have a pod template: *v1.${resource.kind}`);
  return path.reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], object) as PodSpec;
}

/** A merge patch that reaches the pod spec. */
export function withinPodSpec(object: Thing, change: object): object {
  return (podSpecPath(object) ?? []).reduceRight<object>((inner, key) => ({ [key]: inner }), change);
}

export async function setTargets({ kube, process, flags }: Context & { readonly flags: SetOptions }, args: readonly string[]): Promise<Found> {
  return find(kube, process, {
    args,
    typesMeanAll: flags.all,
    files: flags,
    labels: flags.local ? "" : flags.selector,
    enforceNamespace: true,
    latest: true,
    continues: true,
    local: flags.local,
  });
}

/** How one of the commands changes an object. */
export interface Setting {
  /** Said of the object afterwards: `image updated`. */
  done: string;
  /** Where a failure of the server stands: `failed to patch image update to pod template`. */
  failure: string;
  /** The object as it is to be; the same where nothing changes. */
  changed(object: Thing): Thing;
  /** A strategic merge patch from the one to the other. */
  patch(object: Thing, changed: Thing): object;
}

/** Changes a target, sends the change unless it only shows it, and says so. */
export async function applySetting(
  context: Context & { readonly flags: SetOptions },
  target: Target,
  setting: Setting,
  dryRun: DryRun,
): Promise<void> {
  const { flags, out, process } = context;
  const object = target.object;
  if (!object) return;
  const changed = setting.changed(object);
  const print = printerFor(process, flags);
  const show = (result: Thing) =>
    out.print(print ? print(result) : doneText(result, setting.done, flags.local && dryRun === "none" ? "none" : dryRun));
  if (flags.local || dryRun === "client") return show(changed);
  if (changed === object) return;
  let patch = setting.patch(object, changed) as { metadata?: { annotations?: Record<string, string> } };
  if (flags.record)
    patch = { ...patch, metadata: { ...patch.metadata, annotations: { ...patch.metadata?.annotations, [changeCause]: causeOf(context.line) } } };
  try {
    show(
      await patchTarget(context, target, patch, isBuiltIn(object) ? "strategic" : "merge", {
        ...dryRunQuery(dryRun),
        fieldManager: flags["field-manager"] || undefined,
      }),
    );
  } catch (error) {
    if (error instanceof ServerError) throw new CommandError(`${setting.failure} ${error.message}`);
    throw error;
  }
}
