import { groupVersionOf } from "#machinery/object.ts";
import { pathOf } from "./api/discovery.ts";
import type { Query, Thing } from "./api/server.ts";
import type { Context } from "./command.ts";
import { type OutputOptions, printerFor } from "./print/formats.ts";
import { type DryRun, doneText } from "./print/name.ts";
import type { Target } from "./resources/target.ts";

export type PatchType = "strategic" | "merge" | "json" | "apply";

export const patchTypes: Readonly<Record<PatchType, string>> = {
  strategic: "application/strategic-merge-patch+json",
  merge: "application/merge-patch+json",
  json: "application/json-patch+json",
  apply: "application/apply-patch+yaml",
};

/** Patches a target's object, or one of its parts, and gives what it became. */
export async function patchTarget(
  { kube }: Context,
  { resource, namespace, name }: Target,
  patch: object | string,
  type: PatchType,
  query: Query = {},
  subresource?: string,
): Promise<Thing> {
  return kube.server.send("PATCH", pathOf(resource, namespace, name, subresource), { body: patch, contentType: patchTypes[type], query });
}

export const dryRunQuery = (dryRun: DryRun): Query => ({ dryRun: dryRun === "server" ? "All" : undefined });

/** Whether the server knows the kind's types, so that strategic merge patches work: custom resources lack them. */
export const isBuiltIn = (object: { apiVersion: string }): boolean => {
  const { group } = groupVersionOf(object.apiVersion);
  return !group.includes(".") || group.endsWith(".k8s.io");
};

/** Prints what a command changed: in the format that was asked for, or as `deployment.apps/web scaled`. */
export function changePrinter(context: Context & { readonly flags: OutputOptions }, dryRun: DryRun): (object: Thing, operation: string) => void {
  const print = printerFor(context.process, context.flags);
  return (object, operation) => context.out.print(print ? print(object) : doneText(object, operation, dryRun));
}
