import { schemaOf } from "#machinery/schema.ts";
import { bool, string } from "../../cli/flags.ts";
import type { Thing } from "../api/server.ts";
import { twoWayMergePatch, twoWayPatch } from "../apply/strategic-diff.ts";
import { patchTarget } from "../change.ts";
import { type Asked, defineCommand } from "../command.ts";
import { validationOf, withLastApplied } from "../create/creation.ts";
import { CommandError } from "../errors.ts";
import { noPrinter, outputFlags, printerFor } from "../print/formats.ts";
import { sortedJson } from "../print/json.ts";
import { doneText } from "../print/name.ts";
import { causeOf, changeCause } from "../record.ts";
import { find } from "../resources/find.ts";
import { fieldManagerFlag, fileFlags, recordFlag, validateFlag } from "../resources/flags.ts";
import type { Target } from "../resources/target.ts";
import { editObjects } from "./session.ts";

/** What stands above the objects in the file. */
export const editHeader = `# Please edit the object below. Lines beginning with a '#' will be ignored,
# and an empty file will abort the edit. If an error occurs while saving this file will be
# reopened with the relevant failures.
#
`;

const flags = {
  ...outputFlags,
  ...fileFlags("of the objects to edit."),
  "field-manager": fieldManagerFlag("kubectl-edit"),
  "output-patch": bool({ help: "Print the patch that is sent." }),
  record: recordFlag,
  "save-config": bool({ help: "Note the configuration in the object's annotation, for a later kubectl apply." }),
  subresource: string({ help: "The part of the object to edit.", completes: ["status"] }),
  validate: validateFlag,
  "windows-line-endings": bool({ help: "End lines as Windows does." }),
} as const;

type Ask = Asked<typeof flags>;

export const edit = defineCommand({
  name: "edit",
  group: "Basic Commands (Intermediate):",
  usage: "(RESOURCE/NAME | -f FILENAME)",
  summary: "Edit a resource on the server",
  description: `Edit a resource from the default editor.

 The objects come as a file in the editor that $KUBE_EDITOR or $EDITOR names, or in vi. When it is saved and left, the changes are sent; a change that the server refuses comes back to the editor with the reason.`,
  examples: `# A service
kubectl edit svc/web

# In another editor
KUBE_EDITOR="nano" kubectl edit svc/web`,
  flags,
  completes: "resources",

  async run(context) {
    const { flags: f, args, kube, process } = context;
    const formats = ["json", "kyaml", "yaml"];
    const query = { args, files: f, enforceNamespace: true, latest: true, continues: true, subresource: f.subresource };
    const found = await find(kube, process, query);
    const originals: (Target & { object: Thing })[] = [];
    for await (const entry of found.targets()) {
      if ("error" in entry) throw entry.error;
      if (entry.object) originals.push({ ...entry, object: entry.object });
    }
    if (originals.length === 0) throw new CommandError("edit cancelled, no objects found");
    if (f.output && !formats.includes(f.output)) throw noPrinter(f.output, formats);
    await editObjects(context, originals, {
      format: f.output === "json" ? "json" : "yaml",
      header: editHeader,
      windowsLineEndings: f["windows-line-endings"],
      apply: (edited, original) => send(context, edited, original),
    });
  },
});

async function send(context: Ask, edited: Target, original: Target | undefined): Promise<void> {
  const { flags: f, out, process } = context;
  const [before, after] = [original?.object, edited.object];
  if (!before || !after) throw new CommandError("no original object found for the edited one");
  const print = printerFor(process, f);
  const show = (object: Thing, done: string) => out.print(print ? print(object) : doneText(object, done));
  const { managedFields, ...metadata } = before.metadata;
  const start = { ...before, metadata };
  const wanted = changed(
    context,
    f["save-config"] ? { ...after, metadata: { ...after.metadata, ...(managedFields ? { managedFields } : {}) } } : after,
  );
  if (sortedJson(start) === sortedJson(wanted)) return show(after, "skipped");
  const schema = schemaOf(edited.resource);
  const patch = schema ? twoWayPatch(schema, start, wanted) : twoWayMergePatch(start, wanted);
  const inner = patch["metadata"] as { name?: unknown } | undefined;
  if ("apiVersion" in patch || "kind" in patch || (inner && "name" in inner))
    throw new CommandError("At least one of apiVersion, kind and name was changed");
  if (f["output-patch"]) out.line(`Patch: ${sortedJson(patch)}`);
  const query = { fieldManager: f["field-manager"] || undefined, fieldValidation: validationOf(f.validate) };
  show(await patchTarget(context, edited, sortedJson(patch), schema ? "strategic" : "merge", query, f.subresource || undefined), "edited");
}

/** With the annotations that the flags ask for. */
function changed({ flags: f, line }: Ask, object: Thing): Thing {
  let result = object;
  if (f["save-config"]) {
    result = withLastApplied(result, sortedJson);
    const { managedFields: _, ...metadata } = result.metadata;
    result = { ...result, metadata };
  }
  if (f.record)
    result = { ...result, metadata: { ...result.metadata, annotations: { ...result.metadata.annotations, [changeCause]: causeOf(line) } } };
  return result;
}
