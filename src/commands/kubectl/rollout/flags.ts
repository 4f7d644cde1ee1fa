import type { Context } from "../command.ts";
import { CommandError } from "../errors.ts";
import { type Found, find, type Query } from "../resources/find.ts";
import { fileFlags, selectorFlag } from "../resources/flags.ts";

/** Flags of all commands about a rollout. */
export const rolloutFlags = { ...fileFlags("of the workloads."), selector: selectorFlag } as const;

export interface RolloutOptions {
  readonly filename: readonly string[];
  readonly kustomize: string;
  readonly recursive: boolean;
  readonly selector: string;
}

/** The workloads that a command line names. */
export async function workloads(
  { kube, process, flags, args }: Context & { readonly flags: RolloutOptions; readonly args: readonly string[] },
  query: Partial<Query> = {},
): Promise<Found> {
  if (args.length === 0 && flags.filename.length === 0 && flags.kustomize === "") throw new CommandError("required resource not specified");
  return find(kube, process, {
    args,
    typesMeanAll: true,
    files: flags,
    labels: flags.selector,
    enforceNamespace: true,
    latest: true,
    continues: true,
    ...query,
  });
}
