import { schemaOf } from "#machinery/schema.ts";
import { bool } from "../../cli/flags.ts";
import type { Thing } from "../api/server.ts";
import { twoWayPatch } from "../apply/strategic-diff.ts";
import { dryRunQuery, patchTarget } from "../change.ts";
import type { Context } from "../command.ts";
import { CommandError, ServerError, throwAll } from "../errors.ts";
import { type OutputOptions, outputFlags, printerFor } from "../print/formats.ts";
import { type DryRun, doneText } from "../print/name.ts";
import { causeOf, changeCause } from "../record.ts";
import { find } from "../resources/find.ts";
import { dryRunFlag, fieldManagerFlag, fileFlags, selectorFlag } from "../resources/flags.ts";
import type { Target } from "../resources/target.ts";
import { typed } from "../resources/typed.ts";

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

export interface SetOptions extends OutputOptions {
  readonly filename: readonly string[];
  readonly kustomize?: string;
  readonly recursive: boolean;
  readonly all: boolean;
  readonly "dry-run": string;
  readonly "field-manager": string;
  readonly local: boolean;
  readonly selector?: string;
  readonly record?: boolean;
}

export type SetContext = Context & { readonly flags: SetOptions };

/** A target that is there. */
export type Changing = Target & { object: Thing };

const localNeedsFiles = `error: you must specify resources by --filename when --local is set.
Example resource specifications include:
   '-f rsrc.yaml'
   '--filename=rsrc.json'`;

/** All objects that the command line names; one that is missing fails the command before anything is changed. */
export async function setTargets({ kube, process, flags }: SetContext, args: readonly string[]): Promise<Changing[]> {
  // The format is looked at before anything is asked for.
  printerFor(process, flags);
  if (flags.local && args.length > 0) throw new CommandError(localNeedsFiles);
  const found = await find(kube, process, {
    args,
    typesMeanAll: flags.all,
    files: { filename: flags.filename, kustomize: flags.kustomize ?? "", recursive: flags.recursive },
    labels: flags.local ? "" : (flags.selector ?? ""),
    enforceNamespace: true,
    latest: true,
    continues: true,
    local: flags.local,
  });
  const targets: Changing[] = [];
  const errors: unknown[] = [];
  for await (const entry of found.targets()) {
    if ("error" in entry) errors.push(entry.error);
    else if (entry.object) targets.push({ ...entry, object: typed(entry.object) });
  }
  throwAll(errors);
  return targets;
}

/** What nearly all of these commands refuse. */
export function checkSetFlags(flags: SetOptions, dryRun: DryRun): void {
  if (flags.local && dryRun === "server") throw new CommandError("cannot specify --local and --dry-run=server - did you mean --dry-run=client?");
  if (flags.all && flags.selector) throw new CommandError("cannot set --all and --selector at the same time");
}

/** How a command changes an object. */
export interface Setting {
  /** Said of the object afterwards: `image updated`. */
  done: string;
  /** Where a failure of the server stands: `failed to patch image update to pod template: `. */
  failure: string;
  /** The object as it is to be. What is wrong with it alone is thrown, and told with its name. */
  change(target: Changing): Thing;
  /** Objects that do not change are sent all the same. */
  always?: boolean;
}

/** Changes targets, sends the changes unless they are only to be shown, and says so. */
export async function applySetting(context: SetContext, targets: readonly Changing[], setting: Setting, dryRun: DryRun): Promise<void> {
  const { flags, out, process } = context;
  const print = printerFor(process, flags, [], true);
  const show = (object: Thing) => out.print(print ? print(object) : doneText(object, setting.done, dryRun));
  const errors: unknown[] = [];
  const changes: { target: Changing; changed: Thing }[] = [];
  for (const target of targets)
    try {
      changes.push({ target, changed: withCause(context, setting.change(target)) });
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      errors.push(new CommandError(`error: ${target.resource.plural}/${target.name} ${error.message}`));
    }
  for (const { target, changed } of changes) {
    const schema = schemaOf(target.resource);
    const patch = schema ? twoWayPatch(schema, target.object, changed) : {};
    if (!setting.always && Object.keys(patch).length === 0) continue;
    if (flags.local || dryRun === "client") {
      show(changed);
      continue;
    }
    try {
      const query = { ...dryRunQuery(dryRun), fieldManager: flags["field-manager"] || undefined };
      show(await patchTarget(context, target, patch, "strategic", query));
    } catch (error) {
      if (!(error instanceof ServerError)) throw error;
      errors.push(new CommandError(`${setting.failure}${error.message}`));
    }
  }
  throwAll(errors);
}

function withCause({ flags, line }: SetContext, object: Thing): Thing {
  if (!flags.record) return object;
  return { ...object, metadata: { ...object.metadata, annotations: { ...object.metadata.annotations, [changeCause]: causeOf(line) } } };
}
