import { bool, string } from "../cli/flags.ts";
import type { Thing } from "./api/server.ts";
import { patchTarget } from "./change.ts";
import type { Context } from "./command.ts";
import { CommandError } from "./errors.ts";
import { latePrinterFor, type OutputOptions, outputFlags, printerFor } from "./print/formats.ts";
import { doneText } from "./print/name.ts";
import { causeOf, changeCause } from "./record.ts";
import { find, visit } from "./resources/find.ts";
import { allNamespacesFlag, dryRunFlag, fieldManagerFlag, fieldSelectorFlag, fileFlags, recordFlag, selectorFlag } from "./resources/flags.ts";

/** Flags of `label` and `annotate`. */
export const metadataFlags = (what: "labels" | "annotations", verb: string) =>
  ({
    ...outputFlags,
    ...fileFlags(`of the objects whose ${what} to change.`),
    all: bool({ help: "All objects of the given types in the namespace." }),
    "all-namespaces": allNamespacesFlag,
    "dry-run": dryRunFlag,
    "field-manager": fieldManagerFlag(`kubectl-${verb}`),
    "field-selector": fieldSelectorFlag,
    list: bool({ help: `Show the ${what}.` }),
    local: bool({ help: "Work on files alone, without the server." }),
    overwrite: bool({ help: `Let ${what} that are there already be changed.` }),
    record: recordFlag,
    "resource-version": string({ help: "Change the object only if this is its version now." }),
    selector: selectorFlag,
  }) as const;

export interface MetadataOptions extends OutputOptions {
  readonly filename: readonly string[];
  readonly kustomize: string;
  readonly recursive: boolean;
  readonly all: boolean;
  readonly "all-namespaces": boolean;
  readonly "dry-run": string;
  readonly "field-manager": string;
  readonly "field-selector": string;
  readonly list: boolean;
  readonly local: boolean;
  readonly overwrite: boolean;
  readonly record: boolean;
  readonly "resource-version": string;
  readonly selector: string;
}

/** Arguments up to the first `key=value` or `key-`, and from there on. */
export function resourcesAndPairs(args: readonly string[], what: string): { resources: string[]; pairs: string[] } {
  const isPair = (arg: string) => arg.indexOf("=") > 0 || arg.endsWith("-");
  const start = args.findIndex(isPair);
  if (start < 0) return { resources: [...args], pairs: [] };
  const pairs = args.slice(start);
  const stray = pairs.find((arg) => !isPair(arg));
  if (stray !== undefined) throw new CommandError(`all resources must be specified before ${what} changes: ${stray}`);
  return { resources: args.slice(0, start), pairs };
}

/** What differs between labels and annotations. */
export interface Kind {
  field: "labels" | "annotations";
  /** What is to be set and what removed; throws where they cannot be read. */
  read(pairs: readonly string[]): { set: ReadonlyMap<string, string>; remove: readonly string[] };
  /** Why values that are there already may not change; undefined where nothing changes. */
  refusal(taken: readonly (readonly [key: string, value: string])[]): string;
  /** `labeled`, `unlabeled`, … */
  operation(added: boolean, removed: boolean): string;
  /** Told before a key that is not there is removed. */
  absent?(key: string): string;
  example: string;
  /** Whether `--list` may stand beside `--output`, which then says nothing. */
  listTakesFormat?: boolean;
  /** Whether each object is printed as if it were the first: without a line between documents. */
  printsEachAlone?: boolean;
}

/** Changes labels or annotations of the objects that the command line names. */
export async function changeMetadata(
  context: Context & { readonly flags: MetadataOptions; readonly args: readonly string[] },
  kind: Kind,
): Promise<void> {
  const { flags, args, kube, out, process } = context;
  const dryRun = kube.dryRun(flags["dry-run"]);
  const what = kind.field === "labels" ? "label" : "annotation";
  const { resources, pairs } = resourcesAndPairs(args, what);
  const { set, remove } = kind.read(pairs);
  check(flags, resources, dryRun, kind);
  if (set.size === 0 && remove.length === 0 && !flags.list) throw new CommandError(`at least one ${what} update is required`);

  const print = kind.printsEachAlone ? undefined : printerFor(process, flags);
  const found = await find(kube, process, {
    args: resources,
    typesMeanAll: flags.all,
    files: flags,
    labels: flags.selector,
    fields: flags["field-selector"],
    allNamespaces: flags["all-namespaces"],
    enforceNamespace: true,
    latest: true,
    continues: true,
    local: flags.local,
  });
  if (!found.single && flags["resource-version"]) throw new CommandError("--resource-version may only be used with a single resource");

  await visit(found, async (target) => {
    const printed = kind.printsEachAlone ? latePrinterFor(process, flags) : print;
    const object = target.object;
    if (!object) return;
    const now = (object.metadata[kind.field] ?? {}) as Readonly<Record<string, string>>;
    const isSent = dryRun !== "client" && !flags.local;
    if (isSent && kind.absent) for (const key of remove) if (!(key in now)) out.line(kind.absent(key));
    if (!flags.overwrite) {
      const taken = [...set].filter(([key, value]) => key in now && now[key] !== value).map(([key]) => [key, now[key] ?? ""] as const);
      if (taken.length > 0) throw new CommandError(kind.refusal(taken));
    }
    const added = [...set].filter(([key, value]) => now[key] !== value);
    const removed = remove.filter((key) => key in now);
    const changed = changedObject(object, kind.field, added, removed);
    let result = changed;
    const changes = added.length > 0 || removed.length > 0;
    if (isSent && (changes || (kind.field === "annotations" && !flags.list))) {
      const patch: { metadata: Record<string, unknown> } = { metadata: {} };
      if (changes) patch.metadata[kind.field] = Object.fromEntries([...added, ...removed.map((key) => [key, null] as const)]);
      if (flags.record)
        patch.metadata["annotations"] = { ...(patch.metadata["annotations"] as object | undefined), [changeCause]: causeOf(context.line) };
      if (flags["resource-version"]) patch.metadata["resourceVersion"] = flags["resource-version"];
      const query = { fieldManager: flags["field-manager"] || undefined, dryRun: dryRun === "server" ? "All" : undefined };
      result = await patchTarget(context, target, patch, "merge", query);
      if (kind.field === "labels") result = changed;
    }
    if (flags.list) {
      const after = (result.metadata[kind.field] ?? {}) as Readonly<Record<string, string>>;
      if (!found.single) out.line(`Listing ${kind.field} for ${object.kind}.${target.resource.group}/${target.name}:`);
      for (const key of Object.keys(after)) out.line(`${found.single ? "" : " "}${key}=${after[key]}`);
      return;
    }
    out.print(printed ? printed(result) : doneText(result, kind.operation(added.length > 0, removed.length > 0), dryRun));
  });
}

function check(flags: MetadataOptions, resources: readonly string[], dryRun: string, { example, listTakesFormat = false }: Kind): void {
  const files = flags.filename.length > 0 || flags.kustomize !== "";
  if (flags.list && flags.output && !listTakesFormat) throw new CommandError("--list and --output may not be specified together");
  if (flags.all && flags.selector) throw new CommandError("cannot set --all and --selector at the same time");
  if (flags.all && flags["field-selector"]) throw new CommandError("cannot set --all and --field-selector at the same time");
  if (!flags.local) {
    if (resources.length === 0 && !files) throw new CommandError("one or more resources must be specified as <resource> <name> or <resource>/<name>");
    return;
  }
  if (dryRun === "server") throw new CommandError("cannot specify --local and --dry-run=server - did you mean --dry-run=client?");
  if (resources.length > 0)
    throw new CommandError(`can only use local files by -f ${example}.yaml or --filename=${example}.json when --local=true is set`);
  if (!files) throw new CommandError(`one or more files must be specified as -f ${example}.yaml or --filename=${example}.json`);
}

function changedObject(
  object: Thing,
  field: "labels" | "annotations",
  added: readonly (readonly [string, string])[],
  removed: readonly string[],
): Thing {
  const values = { ...(object.metadata[field] as Record<string, string> | undefined), ...Object.fromEntries(added) };
  for (const key of removed) delete values[key];
  return { ...object, metadata: { ...object.metadata, [field]: values } };
}
