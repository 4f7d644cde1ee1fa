import { bool, string } from "../../cli/flags.ts";
import { pathOf } from "../api/discovery.ts";
import type { Thing } from "../api/server.ts";
import { defineCommand, type KubectlCommand } from "../command.ts";
import { editHeader } from "../edit/edit.ts";
import { editObjects } from "../edit/session.ts";
import { CommandError, usageError, withSource } from "../errors.ts";
import { printerFor } from "../print/formats.ts";
import { sortedJson } from "../print/json.ts";
import { doneText } from "../print/name.ts";
import { needFiles } from "../resources/files.ts";
import { find, visit } from "../resources/find.ts";
import { fileFlags, selectorFlag } from "../resources/flags.ts";
import { checkRaw, rawBody } from "../resources/raw.ts";
import type { Target } from "../resources/target.ts";
import { configmap } from "./configmap.ts";
import { creationFlags, validationOf, withLastApplied } from "./creation.ts";
import { deployment } from "./deployment.ts";
import { ingress } from "./ingress.ts";
import { cronjob, job } from "./job.ts";
import { namespace } from "./namespace.ts";
import { poddisruptionbudget } from "./pod-disruption-budget.ts";
import { priorityclass } from "./priority-class.ts";
import { quota } from "./quota.ts";
import { clusterrole, role } from "./role.ts";
import { clusterrolebinding, rolebinding } from "./role-binding.ts";
import { secret } from "./secret.ts";
import { service } from "./service.ts";
import { serviceaccount } from "./service-account.ts";
import { token } from "./token.ts";

const connectingFirst = (command: KubectlCommand): KubectlCommand => ({
  ...command,
  connectsFirst: true,
  ...(command.commands ? { commands: command.commands.map(connectingFirst) } : {}),
});

export const create = defineCommand({
  name: "create",
  connectsFirst: true,
  group: "Basic Commands (Beginner):",
  usage: "-f FILENAME",
  summary: "Create a resource from a file or from stdin",
  examples: `# What a file holds
kubectl create -f ./pod.json

# What comes in on standard input
cat pod.json | kubectl create -f -`,
  flags: {
    ...creationFlags,
    ...fileFlags("of the objects to create."),
    edit: bool({ help: "Edit the objects before they are created." }),
    raw: string({ help: "A path to post the file to as it is." }),
    selector: selectorFlag,
    "windows-line-endings": bool({ help: "With --edit, end lines as Windows does." }),
  },
  commands: [
    clusterrole,
    clusterrolebinding,
    configmap,
    cronjob,
    deployment,
    ingress,
    job,
    namespace,
    poddisruptionbudget,
    priorityclass,
    quota,
    role,
    rolebinding,
    secret,
    service,
    serviceaccount,
  ]
    .map(connectingFirst)
    .concat(token),

  async run(context) {
    const { flags, args, kube, out, process } = context;
    if (args.length > 0) throw usageError(context, `Unexpected args: [${args.join(" ")}]`);
    needFiles(flags);
    if (flags.raw) {
      checkRaw(flags, "needed");
      context.out.print(await context.kube.server.text("POST", flags.raw, { body: (await rawBody(context.process, flags)) ?? "" }));
      return;
    }
    const dryRun = kube.dryRun(flags["dry-run"]);
    const fieldValidation = validationOf(flags.validate);
    const print = printerFor(process, flags);
    const found = await find(kube, process, {
      files: flags,
      labels: flags.selector,
      enforceNamespace: true,
      validates: fieldValidation !== "Ignore",
      continues: true,
    });
    let count = 0;
    const create = async ({ resource, namespace, object, source }: Target) => {
      if (!object) return;
      let made: Thing = flags["save-config"] ? withLastApplied(object, sortedJson) : object;
      if (dryRun !== "client") {
        const query = { fieldManager: flags["field-manager"] || undefined, fieldValidation, dryRun: dryRun === "server" ? "All" : undefined };
        try {
          made = await kube.server.send("POST", pathOf(resource, namespace), { body: made, query });
        } catch (error) {
          throw withSource(error, "creating", source);
        }
      }
      out.print(print ? print(made) : doneText(made, "created", dryRun));
      await out.flush();
    };
    await visit(found, async (target) => {
      const { object } = target;
      if (!object) return;
      count++;
      if (!flags.edit) return create(target);
      const options = {
        format: flags.output === "json" ? "json" : "yaml",
        header: editHeader,
        windowsLineEndings: flags["windows-line-endings"],
      } as const;
      await editObjects(context, [{ ...target, object }], { ...options, apply: create, once: true });
    });
    if (count === 0) throw new CommandError("no objects passed to create");
  },
});
