import { yamlText } from "#machinery/go-yaml.ts";
import { bool, string } from "../../cli/flags.ts";
import type { Thing } from "../api/server.ts";
import { patchTarget } from "../change.ts";
import { defineCommand } from "../command.ts";
import { lastApplied } from "../create/creation.ts";
import { editObjects } from "../edit/session.ts";
import { CommandError, usageError } from "../errors.ts";
import { outputFlags, printerFor } from "../print/formats.ts";
import { sortedJson } from "../print/json.ts";
import { doneText } from "../print/name.ts";
import { find, visit } from "../resources/find.ts";
import { dryRunFlag, fileFlags, selectorFlag } from "../resources/flags.ts";
import { fetchTarget, type Target } from "../resources/target.ts";

export const viewLastApplied = defineCommand({
  name: "view-last-applied",
  usage: "(TYPE [NAME | -l label] | TYPE/NAME | -f FILENAME)",
  summary: "View the latest last-applied-configuration annotations of a resource/object",
  flags: {
    ...fileFlags("of the objects."),
    all: bool({ help: "All objects of the given types in the namespace." }),
    output: string({ short: "o", default: "yaml", help: "The output format: yaml or json.", completes: ["yaml", "json"] }),
    selector: selectorFlag,
  },
  completes: "resources",
  async run(context) {
    const { flags, args, kube, out, process } = context;
    const found = await find(kube, process, {
      args,
      typesMeanAll: flags.all,
      files: flags,
      labels: flags.selector,
      all: flags.all,
      enforceNamespace: true,
      latest: true,
    });
    const texts: string[] = [];
    await visit(
      found,
      ({ object }) => {
        const text = object?.metadata.annotations?.[lastApplied];
        if (text !== undefined) texts.push(text);
      },
      false,
    );
    if (flags.output !== "yaml" && flags.output !== "json")
      throw usageError(context, `Unexpected -o output mode: ${flags.output}, the flag 'output' must be one of yaml|json`);
    for (const text of texts) {
      const configuration: unknown = JSON.parse(text);
      out.print(flags.output === "json" ? `${sortedJson(configuration, 2)}\n` : yamlText(configuration));
    }
  },
});

export const setLastApplied = defineCommand({
  name: "set-last-applied",
  usage: "-f FILENAME",
  summary: "Set the last-applied-configuration annotation on a live object to match the contents of a file",
  flags: {
    ...outputFlags,
    "create-annotation": bool({ help: "Make the annotation where there is none." }),
    "dry-run": dryRunFlag,
    filename: fileFlags("of the configurations.").filename,
  },
  async run(context) {
    const { flags, kube, out, process } = context;
    const dryRun = kube.dryRun(flags["dry-run"]);
    const print = printerFor(process, flags);
    const found = await find(kube, process, { files: { filename: flags.filename, kustomize: "", recursive: false }, enforceNamespace: true });
    await visit(
      found,
      async (target) => {
        const { object } = target;
        if (!object) return;
        const live = await fetchTarget(kube.server, target);
        const before = live.metadata.annotations?.[lastApplied];
        if (before === undefined && !flags["create-annotation"])
          throw new CommandError(
            `no last-applied-configuration annotation found on resource: ${target.name}, to create the annotation, run the command with --create-annotation`,
          );
        const text = `${sortedJson(withoutAnnotation(object))}\n`;
        if (before === text) {
          out.line(`set-last-applied ${target.name}: no changes required.`);
          return;
        }
        let result = live;
        if (dryRun !== "client")
          result = await patchTarget(context, target, { metadata: { annotations: { [lastApplied]: text } } }, "merge", {
            dryRun: dryRun === "server" ? "All" : undefined,
          });
        out.print(print ? print(result) : doneText(result, "configured", dryRun));
      },
      false,
    );
  },
});

function withoutAnnotation(object: Thing): Thing {
  if (!object.metadata.annotations) return object;
  const { [lastApplied]: _, ...annotations } = object.metadata.annotations;
  return { ...object, metadata: { ...object.metadata, annotations } };
}

export const editLastApplied = defineCommand({
  name: "edit-last-applied",
  usage: "(RESOURCE/NAME | -f FILENAME)",
  summary: "Edit latest last-applied-configuration annotations of a resource/object",
  flags: {
    ...outputFlags,
    ...fileFlags("of the objects."),
    "field-manager": string({ default: "kubectl-client-side-apply", help: "The name under which changed fields are owned." }),
    validate: string({ default: "strict", bare: "strict", help: "Whether unknown or doubled fields are refused, warned of, or dropped." }),
    "windows-line-endings": bool({ help: "End lines as Windows does." }),
  },
  completes: "resources",
  async run(context) {
    const { flags, args, kube, out, process } = context;
    const found = await find(kube, process, { args, files: flags, enforceNamespace: true, latest: true });
    const print = printerFor(process, flags);
    const configurations: (Target & { object: Thing })[] = [];
    await visit(found, (target) => {
      const text = target.object?.metadata.annotations?.[lastApplied];
      if (text !== undefined) configurations.push({ ...target, object: JSON.parse(text) as Thing });
    });
    if (configurations.length === 0)
      throw new CommandError(
        "no last-applied-configuration annotation found on resources, to create the annotation, use command `kubectl apply set-last-applied --create-annotation`",
      );
    await editObjects(context, configurations, {
      format: flags.output === "json" ? "json" : "yaml",
      header: editHeader,
      windowsLineEndings: flags["windows-line-endings"],
      once: true,
      async apply(target, original) {
        const { object } = target;
        if (!object) return;
        const text = sortedJson(object);
        const isChanged = text !== sortedJson(original?.object);
        const query = { fieldManager: flags["field-manager"] || undefined };
        if (isChanged) await patchTarget(context, target, { metadata: { annotations: { [lastApplied]: text } } }, "merge", query);
        out.print(print ? print(object) : doneText(object, isChanged ? "edited" : "skipped"));
      },
    });
  },
});

const editHeader = `# Please edit the 'last-applied-configuration' annotations below.
# Lines beginning with a '#' will be ignored, and an empty file will abort the edit.
#
`;
