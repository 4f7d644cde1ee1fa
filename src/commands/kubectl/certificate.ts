import { formatTime } from "#machinery/time.ts";
import type { CertificateSigningRequest } from "#machinery/types.ts";
import { bool } from "../cli/flags.ts";
import { pathOf } from "./api/discovery.ts";
import type { Thing } from "./api/server.ts";
import { changePrinter } from "./change.ts";
import { defineCommand, defineGroup } from "./command.ts";
import { CommandError, isConflict } from "./errors.ts";
import { outputFlags } from "./print/formats.ts";
import { find, visit } from "./resources/find.ts";
import { fileFlags } from "./resources/flags.ts";

const requests = { group: "certificates.k8s.io", version: "v1", plural: "certificatesigningrequests", namespaced: false };

const decisions = {
  approve: { done: "approved", type: "Approved", other: "Denied", reason: "KubectlApprove" },
  deny: { done: "denied", type: "Denied", other: "Approved", reason: "KubectlDeny" },
} as const;

const defineDecision = (verb: "approve" | "deny", description: string) => {
  const { done, type, other, reason } = decisions[verb];
  return defineCommand({
    name: verb,
    connectsFirst: true,
    usage: "(-f FILENAME | NAME)",
    summary: `${verb === "approve" ? "Approve" : "Deny"} a certificate signing request`,
    description,
    examples: `# The request jane\nkubectl certificate ${verb} jane`,
    flags: { ...outputFlags, ...fileFlags("of the requests."), force: bool({ help: `Write the decision even if the request is ${done} already.` }) },

    async run(context) {
      const { flags, args, kube, out, process } = context;
      const print = changePrinter(context, "none");
      if (args.length === 0 && flags.filename.length === 0 && !flags.kustomize)
        throw new CommandError("one or more CSRs must be specified as <name> or -f <filename>");
      const names = args.map((name) => (name.includes("/") ? name : `certificatesigningrequests/${name}`));
      const found = await find(kube, process, { args: names, files: flags, latest: true, continues: true });
      let any = false;
      await visit(found, async ({ resource, name, object }) => {
        if (!object) return;
        if (resource.kind !== "CertificateSigningRequest" || resource.group !== requests.group)
          throw new CommandError(`can only handle CertificateSigningRequest.certificates.k8s.io objects, got ${resource.kind}.${resource.group}`);
        for (let attempt = 0; ; attempt++)
          try {
            await decide(name);
            break;
          } catch (error) {
            if (!isConflict(error) || attempt >= 10) throw error;
          }
        any = true;
        print(object, done);
      });
      if (!any) out.line("No resources found");

      async function decide(name: string): Promise<void> {
        const request = await kube.server.get<CertificateSigningRequest>(pathOf(requests, undefined, name));
        const conditions = request.status?.conditions ?? [];
        if (conditions.some((condition) => condition.type === other))
          throw new CommandError(`certificate signing request ${JSON.stringify(name)} is already ${other}`);
        const isDecided = conditions.some((condition) => condition.type === type);
        if (isDecided && !flags.force) return;
        const message = `This CSR was ${done} by kubectl certificate ${verb}.`;
        const added = { type, status: "True", reason, message, lastUpdateTime: formatTime(kube.now) };
        const body = { ...request, status: { ...request.status, conditions: isDecided ? conditions : [...conditions, added] } } as unknown as Thing;
        await kube.server.send("PUT", pathOf(requests, undefined, name, "approval"), { body });
      }
    },
  });
};

export const certificate = defineGroup({
  name: "certificate",
  group: "Cluster Management Commands:",
  usage: "SUBCOMMAND",
  summary: "Modify certificate resources",
  helpTo: "out",
  helps: true,
  commands: [
    defineDecision(
      "approve",
      "Approve a certificate signing request.\n\n The certificate that the cluster then issues lets whoever has it act as the user and groups that the request names.",
    ),
    defineDecision("deny", "Deny a certificate signing request.\n\n No certificate is issued for it."),
  ],
});
