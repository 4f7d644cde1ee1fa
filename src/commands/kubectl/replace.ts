import { bool, duration, int, string } from "../cli/flags.ts";
import { pathOf } from "./api/discovery.ts";
import type { Thing } from "./api/server.ts";
import { defineCommand } from "./command.ts";
import { lastApplied, validationOf, withLastApplied } from "./create/creation.ts";
import { CommandError, isNotFound, usageError, withSource } from "./errors.ts";
import { outputFlags, printerFor } from "./print/formats.ts";
import { sortedJson } from "./print/json.ts";
import { doneText } from "./print/name.ts";
import { needFiles } from "./resources/files.ts";
import { find, visit } from "./resources/find.ts";
import { dryRunFlag, fieldManagerFlag, fileFlags, validateFlag } from "./resources/flags.ts";
import { checkRaw, rawBody } from "./resources/raw.ts";
import { type Target, targetPath } from "./resources/target.ts";
import { waitUntil } from "./waiting.ts";

export const replace = defineCommand({
  name: "replace",
  connectsFirst: true,
  group: "Advanced Commands:",
  usage: "-f FILENAME",
  summary: "Replace a resource by file name or stdin",
  examples: `# What a file says, instead of what is there
kubectl replace -f ./pod.yaml

# Delete and make anew
kubectl replace --force -f ./pod.yaml`,
  flags: {
    ...outputFlags,
    ...fileFlags("of the objects to replace."),
    cascade: string({
      default: "background",
      bare: "background",
      help: 'What becomes of objects that a deleted one owns: "background", "foreground" or "orphan".',
    }),
    "dry-run": dryRunFlag,
    "field-manager": fieldManagerFlag("kubectl-replace"),
    force: bool({ help: "Delete the objects and make them anew." }),
    "grace-period": int({ default: -1, help: "How many seconds a deleted object gets for an orderly end; a negative number is its own." }),
    raw: string({ help: "A path to put the file to as it is." }),
    "save-config": bool({ help: "Note the configuration in the object's annotation, for a later kubectl apply." }),
    subresource: string({ help: "The part of the object to replace: status, scale, resize.", completes: ["status", "scale", "resize"] }),
    timeout: duration({ help: "How long to wait for an object to be deleted." }),
    validate: validateFlag,
    wait: bool({ help: "Wait until deleted objects are gone." }),
  },

  async run(context) {
    const { flags, args, kube, out, process } = context;
    const dryRun = kube.dryRun(flags["dry-run"]);
    if (flags["grace-period"] >= 0 && !flags.force) throw new CommandError("--grace-period must have --force specified");
    if (flags.timeout !== 0 && !flags.force) throw new CommandError("--timeout must have --force specified");
    needFiles(flags);
    if (args.length > 0) throw usageError(context, `Unexpected args: [${args.join(" ")}]`);
    if (flags.raw) {
      checkRaw(flags, "needed");
      out.print(await kube.server.text("PUT", flags.raw, { body: (await rawBody(process, flags)) ?? "" }));
      return;
    }
    if (flags.force && dryRun !== "none") throw new CommandError("--dry-run can not be used when --force is set");
    const print = printerFor(process, flags);
    const query = {
      fieldManager: flags["field-manager"] || undefined,
      fieldValidation: validationOf(flags.validate),
      dryRun: dryRun === "server" ? "All" : undefined,
    };
    const found = await find(kube, process, { files: flags, enforceNamespace: true, validates: query.fieldValidation !== "Ignore", continues: true });
    const show = (object: Thing) => out.print(print ? print(object) : doneText(object, "replaced", dryRun));
    const annotated = (object: Thing) =>
      flags["save-config"] || object.metadata.annotations?.[lastApplied] !== undefined ? withLastApplied(object, sortedJson) : object;

    if (flags.force) {
      const targets: Target[] = [];
      await visit(found, (target) => void targets.push(target));
      if (targets.length === 0) throw new CommandError("no objects passed to replace");
      const propagationPolicy = { background: "Background", foreground: "Foreground", orphan: "Orphan" }[flags.cascade] ?? "Background";
      const body = {
        kind: "DeleteOptions",
        apiVersion: "v1",
        ...(flags["grace-period"] >= 0 ? { gracePeriodSeconds: flags["grace-period"] } : {}),
        propagationPolicy,
      };
      for (const target of targets) {
        try {
          await kube.server.send("DELETE", targetPath(target), { body });
        } catch (error) {
          if (!isNotFound(error)) throw error;
          continue;
        }
        out.line(`${nameOfKind(target)} ${JSON.stringify(target.name)} deleted${target.namespace ? ` from ${target.namespace} namespace` : ""}`);
        await out.flush();
      }
      for (const target of targets) await waitUntil(kube, target, flags.timeout || 300_000, (object) => object === undefined);
      for (const { resource, namespace, object } of targets)
        if (object) show(await kube.server.send("POST", pathOf(resource, namespace), { body: annotated(object), query }));
      return;
    }

    let count = 0;
    await visit(found, async (target) => {
      count++;
      const { object, source } = target;
      if (!object) return;
      try {
        const made = annotated(object);
        show(
          dryRun === "client"
            ? made
            : await kube.server.send("PUT", targetPath(target, flags.subresource), { body: await versioned(context, target, made), query }),
        );
      } catch (error) {
        throw withSource(error, "replacing", source);
      }
    });
    if (count === 0) throw new CommandError("no objects passed to replace");
  },
});

const nameOfKind = ({ resource }: Target): string =>
  resource.group ? `${resource.kind.toLowerCase()}.${resource.group}` : resource.kind.toLowerCase();

/** Replaces whatever version is there, unless the file says which one. */
async function versioned({ kube }: Pick<Parameters<NonNullable<typeof replace.run>>[0], "kube">, target: Target, object: Thing): Promise<Thing> {
  if (object.metadata.resourceVersion) return object;
  const now: Thing = await kube.server.get(targetPath(target));
  return { ...object, metadata: { ...object.metadata, resourceVersion: now.metadata.resourceVersion ?? "" } };
}
