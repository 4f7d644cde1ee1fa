import { lines } from "#base/streams.ts";
import type { Status } from "#machinery/types.ts";
import { bool, duration, int, string } from "../cli/flags.ts";
import { qualified } from "./api/discovery.ts";
import type { Thing } from "./api/server.ts";
import { defineCommand } from "./command.ts";
import { CommandError, isNotFound, throwAll, withSource } from "./errors.ts";
import { find } from "./resources/find.ts";
import { allNamespacesFlag, dryRunFlag, fieldSelectorFlag, fileFlags, selectorFlag } from "./resources/flags.ts";
import { checkRaw, rawBody } from "./resources/raw.ts";
import { type Target, targetPath } from "./resources/target.ts";
import { TimedOut, waitUntil } from "./waiting.ts";

const aWeek = 7 * 24 * 3_600_000;

export const deleteCommand = defineCommand({
  name: "delete",
  suggestFor: ["rm"],
  group: "Basic Commands (Intermediate):",
  usage: "([-f FILENAME] | [-k DIRECTORY] | TYPE [(NAME | -l label | --all)])",
  summary: "Delete resources by file names, stdin, resources and names, or by resources and label selector",
  examples: `# A pod
kubectl delete pod web

# What a file holds
kubectl delete -f ./pod.json

# Pods and services by label
kubectl delete pods,services -l app=web

# At once, without waiting for its end
kubectl delete pod web --force`,
  flags: {
    ...fileFlags("of the objects to delete."),
    all: bool({ help: "Delete all objects of the given types in the namespace." }),
    "all-namespaces": allNamespacesFlag,
    cascade: string({
      default: "background",
      bare: "background",
      help: 'What becomes of objects that it owns: "background", "foreground" or "orphan".',
      completes: ["background", "foreground", "orphan"],
    }),
    "dry-run": dryRunFlag,
    "field-selector": fieldSelectorFlag,
    force: bool({ help: "Remove the object from the API at once, without waiting for its end. Some objects may stay behind broken." }),
    "grace-period": int({
      default: -1,
      help: "How many seconds to give for an orderly end; a negative number is the object's own, 0 only together with --force.",
    }),
    "ignore-not-found": bool({ help: "An object that is not there is no error. True for --all." }),
    interactive: bool({ short: "i", help: "Ask before deleting." }),
    now: bool({ help: "The same as --grace-period=1." }),
    output: string({ short: "o", help: 'The output format: "name" prints kind/name.', completes: ["name"] }),
    raw: string({ help: "A path to DELETE as it is." }),
    selector: selectorFlag,
    timeout: duration({ help: "How long to wait for the end; 0 is as long as it takes." }),
    wait: bool({ default: true, help: "Wait until the objects are gone." }),
  },
  completes: "resources",

  async run(context) {
    const { flags, args, kube, out, process } = context;
    const dryRun = kube.dryRun(flags["dry-run"]);
    const propagationPolicy = cascadeOf(flags.cascade, out);
    if (flags.now && flags["grace-period"] >= 0) throw new CommandError("--now and --grace-period cannot be specified together");
    let grace = flags.now ? 1 : flags["grace-period"];
    if (grace === 0 && !flags.force) grace = 1;
    if (flags.force && grace < 0) grace = 0;

    const query = {
      args,
      files: flags,
      labels: flags.selector,
      fields: flags["field-selector"],
      all: flags.all,
      allNamespaces: flags["all-namespaces"],
      enforceNamespace: true,
      fetch: false,
      continues: true,
    };
    const found = flags.raw ? undefined : await find(kube, process, query);
    if (flags.output && flags.output !== "name") throw new CommandError(`unexpected -o output mode: ${flags.output}. We only support '-o name'`);
    if (flags.force && grace === 0)
      out.error(
        "Warning: Immediate deletion does not wait for confirmation that the running resource has been terminated. The resource may continue to run on the cluster indefinitely.",
      );
    if (flags.force && grace > 0) throw new CommandError("--force and --grace-period greater than 0 cannot be specified together");
    if (!found) {
      checkRaw(flags, "optional");
      const body = await rawBody(process, flags);
      out.print(await kube.server.text("DELETE", flags.raw, body === undefined ? {} : { body }));
      return;
    }

    const targets: Target[] = [];
    const errors: unknown[] = [];
    const ignores = flags["ignore-not-found"] || flags.all;
    for await (const entry of found.targets()) {
      if (!("error" in entry)) targets.push(entry);
      else if (!(ignores && isNotFound(entry.error))) errors.push(entry.error);
    }
    if (flags.interactive && targets.length > 0 && !(await confirmed(targets, context))) {
      out.line("deletion is cancelled");
      return;
    }

    const deleted: { target: Target; uid: string | undefined }[] = [];
    let warned = !kube.namespaceIsExplicit || flags["all-namespaces"];
    const body = {
      kind: "DeleteOptions",
      apiVersion: "v1",
      ...(grace >= 0 ? { gracePeriodSeconds: grace } : {}),
      propagationPolicy,
      ...(dryRun === "server" ? { dryRun: ["All"] } : {}),
    };
    let tried = 0;
    for (const target of targets) {
      if (!warned && !target.resource.namespaced) {
        out.error("Warning: deleting cluster-scoped resources, not scoped to the provided namespace");
        warned = true;
      }
      tried++;
      try {
        let answer: Thing | Status | undefined;
        if (dryRun !== "client") answer = await kube.server.send("DELETE", targetPath(target), { body });
        deleted.push({ target, uid: uidOf(answer) });
      } catch (error) {
        const told = withSource(error, "deleting", target.source);
        if (ignores && isNotFound(error)) tried--;
        else errors.push(told);
        continue;
      }
      const suffix = dryRun === "client" ? " (dry run)" : dryRun === "server" ? " (server dry run)" : "";
      out.line(
        flags.output === "name"
          ? `${kindOf(target)}/${target.name}`
          : `${kindOf(target)} ${JSON.stringify(target.name)} ${grace === 0 ? "force deleted" : "deleted"}${target.namespace ? ` from ${target.namespace} namespace` : ""}${suffix}`,
      );
      await out.flush();
    }
    throwAll(errors);
    if (tried === 0) {
      if (targets.length === 0) out.line("No resources found");
      return;
    }
    if (!flags.wait || dryRun !== "none") return;
    for (const { target, uid } of deleted) {
      try {
        await waitUntil(kube, target, flags.timeout || aWeek, (object) => object === undefined || (uid !== undefined && object.metadata.uid !== uid));
      } catch (error) {
        if (error instanceof TimedOut) throw new TimedOut(` on ${qualified(target.resource)}/${target.name}`);
        throw error;
      }
    }
  },
});

const kindOf = ({ resource }: Target): string => (resource.group ? `${resource.kind.toLowerCase()}.${resource.group}` : resource.kind.toLowerCase());

function cascadeOf(text: string, out: { error(line: string): void }): string {
  const known: Readonly<Record<string, string>> = { background: "Background", foreground: "Foreground", orphan: "Orphan" };
  if (known[text]) return known[text];
  if (/^(1|t|true|0|f|false)$/i.test(text)) {
    const better = /^(1|t|true)$/i.test(text) ? "background" : "orphan";
    out.error(`warning: --cascade=${text} is deprecated (boolean value) and can be replaced with --cascade=${better}.`);
    return known[better] ?? "Background";
  }
  throw new CommandError(`invalid cascade value (${text}). Must be "background", "foreground", or "orphan"`);
}

const uidOf = (answer: Thing | Status | undefined): string | undefined =>
  answer?.kind === "Status" ? (answer as Status).details?.uid : (answer as Thing | undefined)?.metadata.uid;

async function confirmed(
  targets: readonly Target[],
  {
    out,
    process,
  }: { out: { line(text: string): void; print(text: string): void; flush(): Promise<void> }; process: { stdin: Parameters<typeof lines>[0] } },
): Promise<boolean> {
  out.line(`You are about to delete the following ${targets.length} resource(s):`);
  for (const target of targets) out.line(`${kindOf(target)}/${target.name}`);
  out.print("Do you want to continue? (y/N): ");
  await out.flush();
  for await (const line of lines(process.stdin)) return line.trim().toLowerCase() === "y";
  return false;
}
