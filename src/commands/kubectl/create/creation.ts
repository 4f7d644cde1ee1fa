import { groupVersionOf } from "#machinery/object.ts";
import { bool } from "../../cli/flags.ts";
import { pathOf } from "../api/discovery.ts";
import type { Thing } from "../api/server.ts";
import type { Context } from "../command.ts";
import { CommandError, ServerError, usageError } from "../errors.ts";
import { type OutputOptions, outputFlags, printerFor } from "../print/formats.ts";
import { structJson } from "../print/json.ts";
import { doneText } from "../print/name.ts";
import { typedOrder } from "../print/ordered.ts";
import { dryRunFlag, fieldManagerFlag, validateFlag } from "../resources/flags.ts";

/** Flags of all commands that make one object. */
export const creationFlags = {
  ...outputFlags,
  "dry-run": dryRunFlag,
  "field-manager": fieldManagerFlag("kubectl-create"),
  "save-config": bool({ help: "Note the configuration in the object's annotation, for a later kubectl apply." }),
  validate: validateFlag,
} as const;

export interface CreationOptions extends OutputOptions {
  readonly "dry-run": string;
  readonly "field-manager": string;
  readonly "save-config": boolean;
  readonly validate: string;
}

/** The one NAME that a command takes; arguments behind `--` are not counted. */
export function oneName(invocation: { readonly args: readonly string[]; readonly beforeDashes: number | undefined; readonly path: string }): string {
  const count = invocation.beforeDashes ?? invocation.args.length;
  if (count !== 1) throw usageError(invocation, `exactly one NAME is required, got ${count}`);
  return invocation.args[0] ?? "";
}

/** What stands behind the name: a container's command. */
export const commandBehind = ({ args }: { readonly args: readonly string[] }): string[] => args.slice(1);

/** The metadata of an object that is made here: its namespace is named only where the command line names one. */
export const metadataOf = ({ kube }: Context, name: string, namespaced = true): { name: string; namespace?: string } => ({
  name,
  ...(namespaced && kube.namespaceIsExplicit ? { namespace: kube.namespace } : {}),
});

const directives: Readonly<Record<string, string>> = { strict: "Strict", warn: "Warn", ignore: "Ignore" };

/** What the server is asked to do about unknown fields. */
export function validationOf(text: string): string {
  if (/^(1|t|T|true|TRUE|True)$/.test(text)) return "Strict";
  if (/^(0|f|F|false|FALSE|False)$/.test(text)) return "Ignore";
  const directive = directives[text.toLowerCase()];
  if (!directive)
    throw new CommandError(`invalid - validate option ${JSON.stringify(text)}; must be one of: strict (or true), warn, ignore (or false)`);
  return directive;
}

export const lastApplied = "kubectl.kubernetes.io/last-applied-configuration";

/** An object as whoever holds typed objects encodes it. */
export const typedJson = (object: object): string => structJson(typedOrder(object as Thing));

/** The object with its own configuration as an annotation. */
export function withLastApplied<T extends { metadata: object }>(object: T, text: (object: T) => string = typedJson): T {
  const { annotations = {}, ...metadata } = object.metadata as { annotations?: Record<string, string> };
  const { [lastApplied]: _, ...kept } = annotations;
  // Go's structs leave out what is empty; maps as read from a file do not.
  const bare = { ...object, metadata: Object.keys(kept).length > 0 || text !== typedJson ? { ...metadata, annotations: kept } : metadata };
  return { ...object, metadata: { ...metadata, annotations: { ...kept, [lastApplied]: `${text(bare)}\n` } } };
}

/** An object as a command makes it. */
export interface Made {
  kind: string;
  apiVersion: string;
  metadata: object;
  [field: string]: unknown;
}

/** What is made, and how its failure begins: `failed to create configmap: `. */
export interface Creation {
  plural: string;
  namespaced?: boolean;
  failure?: string;
}

/** Sends an object that a command made, or only shows it, and says so. */
export async function create(
  context: Context & { readonly flags: CreationOptions },
  object: Made,
  { plural, namespaced = true, failure }: Creation,
): Promise<void> {
  const { kube, out, flags, process } = context;
  const dryRun = kube.dryRun(flags["dry-run"]);
  const print = printerFor(process, flags, [], true);
  const fieldValidation = validationOf(flags.validate);
  let made = object as unknown as Thing;
  if (flags["save-config"]) made = withLastApplied(made, typedJson);
  if (dryRun !== "client") {
    const { group, version } = groupVersionOf(object.apiVersion);
    const query = { fieldManager: flags["field-manager"] || undefined, fieldValidation, dryRun: dryRun === "server" ? "All" : undefined };
    try {
      made = await kube.server.send("POST", pathOf({ group, version, plural, namespaced }, kube.namespace), { body: made, query });
    } catch (error) {
      if (failure === undefined || !(error instanceof ServerError)) throw error;
      throw new CommandError(`${failure}${error.message}`);
    }
  }
  out.print(print ? print(made) : doneText(made, "created", dryRun));
}
