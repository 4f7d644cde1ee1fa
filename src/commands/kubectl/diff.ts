import { yamlText } from "#machinery/go-yaml.ts";
import { ExecError, type Process } from "#shell/process.ts";
import { bool, int, strings } from "../cli/flags.ts";
import { pathOf } from "./api/discovery.ts";
import type { Thing } from "./api/server.ts";
import { patchFor } from "./apply/apply.ts";
import { prunable, prunableResources, type Visited } from "./apply/prune.ts";
import { type Asked, defineCommand } from "./command.ts";
import { lastApplied } from "./create/creation.ts";
import { CommandError, Exit, isNotFound, report, usageError } from "./errors.ts";
import { sortedJson } from "./print/json.ts";
import { needFiles } from "./resources/files.ts";
import { find } from "./resources/find.ts";
import { fieldManagerFlag, fileFlags, selectorFlag } from "./resources/flags.ts";
import { fetchTarget, type Target, targetPath } from "./resources/target.ts";

const flags = {
  ...fileFlags("of the configurations to compare."),
  concurrency: int({ default: 1, help: "How many objects to compare at the same time." }),
  "field-manager": fieldManagerFlag("kubectl-client-side-apply"),
  "force-conflicts": bool({ help: "With --server-side, take over fields that others own." }),
  prune: bool({ help: "Show objects too that pruning would delete." }),
  "prune-allowlist": strings({ commas: false, help: "The kinds to prune, as group/version/kind." }),
  selector: selectorFlag,
  "server-side": bool({ help: "Let the server merge the configuration." }),
  "show-managed-fields": bool({ help: "Compare metadata.managedFields too." }),
  "show-secrets": bool({ help: "Do not hide the values of secrets." }),
} as const;

type Ask = Asked<typeof flags>;

export const diff = defineCommand({
  name: "diff",
  group: "Advanced Commands:",
  usage: "-f FILENAME",
  summary: "Diff the live version against a would-be applied version",
  description: `Diff configurations specified by file name or stdin between the current online configuration, and the configuration as it would be if applied.

 What compares is "diff -u -N", or the program that $KUBECTL_EXTERNAL_DIFF names.

 Exit status: 0 where nothing differs, 1 where something does, and more where kubectl or the program failed.`,
  examples: `# What applying a file would change
kubectl diff -f deployment.yaml

# The same from standard input
cat deployment.yaml | kubectl diff -f -`,
  flags,
  // 1 would say that something differs.
  misuse: { hint: "See 'kubectl diff -h' for help and examples", exitCode: 2 },

  async run(context) {
    try {
      return await compare(context);
    } catch (error) {
      const { text, exitCode } = report(error);
      throw new Exit(error instanceof Exit ? exitCode : Math.max(2, exitCode), text);
    }
  },
});

async function compare(context: Ask): Promise<number> {
  const { flags: f, args, kube, process } = context;
  kube.checkConnection();
  if (args.length > 0) throw usageError(context, `Unexpected args: [${args.join(" ")}]`);
  needFiles(f);
  if (f["force-conflicts"] && !f["server-side"]) throw new CommandError("--force-conflicts only works with --server-side");
  const pruned = f.prune ? await prunableResources(kube, f["prune-allowlist"]) : [];
  const visited: Visited = { uids: new Set(), namespaces: new Set() };
  const found = await find(kube, process, { files: f, labels: f.selector, enforceNamespace: true });
  const { fs } = process.machine;
  const directory = (name: string) => `/tmp/${name}-${process.machine.random.between(100_000_000, 4_294_967_295)}`;
  const [live, merged] = [directory("LIVE"), directory("MERGED")];
  fs.mkdir(live, { mode: 0o700 });
  fs.mkdir(merged, { mode: 0o700 });
  try {
    for await (const entry of found.targets()) {
      if ("error" in entry) throw entry.error;
      const both = await versions(context, entry);
      if (entry.resource.namespaced) visited.namespaces.add(entry.namespace);
      if (both.from?.metadata.uid) visited.uids.add(both.from.metadata.uid);
      const { from, to } = shown(context, both);
      if (from) fs.write(`${live}/${fileName(entry)}`, yamlText(from));
      fs.write(`${merged}/${fileName(entry)}`, yamlText(to));
    }
    // What would be pruned is there now, and would not be. Without an allow list only what is in a namespace is.
    const resources = pruned.filter(({ namespaced }) => namespaced || f["prune-allowlist"].length > 0);
    if (f.prune)
      for await (const target of prunable(kube, resources, visited, f.selector)) fs.write(`${live}/${fileName(target)}`, yamlText(target.object));
    await context.out.flush();
    return await runDiff(process, live, merged);
  } finally {
    for (const path of [live, merged]) fs.remove(path, { recursive: true });
  }
}

const fileName = ({ resource: { group, version, kind }, namespace, name }: Target): string =>
  `${group ? `${group}.` : ""}${version}.${kind}.${namespace}.${name}`;

/** An object as it is, where it is there, and as it would be. */
async function versions({ flags: f, kube, changed }: Ask, target: Target): Promise<{ from: Thing | undefined; to: Thing }> {
  const { resource, namespace, object } = target;
  if (!object) throw new CommandError("no objects passed to diff");
  let from: Thing | undefined;
  try {
    from = await fetchTarget(kube.server, target);
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
  const manager = f["server-side"] && !changed("field-manager") ? "kubectl" : f["field-manager"];
  const query = { dryRun: "All", fieldManager: manager || undefined };
  if (f["server-side"]) {
    const options = {
      body: sortedJson(object),
      contentType: "application/apply-patch+yaml",
      query: { ...query, force: String(f["force-conflicts"]) },
    };
    return { from, to: await kube.server.send("PATCH", targetPath(target), options) };
  }
  if (!from) return { from, to: await kube.server.send("POST", pathOf(resource, namespace), { body: object, query }) };
  const { [lastApplied]: _, ...annotations } = object.metadata.annotations ?? {};
  const modified = { ...object, metadata: { ...object.metadata, annotations } };
  const { patch, contentType } = patchFor(resource, from, modified);
  if (Object.keys(patch).length === 0) return { from, to: from };
  return { from, to: await kube.server.send("PATCH", targetPath(target), { body: sortedJson(patch), contentType, query }) };
}

/** As they are compared: without what nobody asked for, and with secrets hidden. */
function shown({ flags: f }: Ask, { from, to }: { from: Thing | undefined; to: Thing }): { from: Thing | undefined; to: Thing } {
  const bare = (object: Thing): Thing => {
    if (f["show-managed-fields"]) return object;
    const { managedFields: _, ...metadata } = object.metadata;
    return { ...object, metadata };
  };
  const [before, after] = [from && bare(from), bare(to)];
  if (f["show-secrets"] || after.kind !== "Secret" || after.apiVersion !== "v1") return { from: before, to: after };
  const dataOf = (object: Thing | undefined) => object?.["data"] as Record<string, string> | undefined;
  const masked = (object: Thing, other: Thing | undefined, suffix: string): Thing => {
    const data = dataOf(object);
    if (!data) return object;
    const hidden = Object.entries(data).map(([key, value]) => {
      const differs = dataOf(other)?.[key] !== undefined && dataOf(other)?.[key] !== value;
      return [key, differs ? `*** (${suffix})` : "***"];
    });
    return { ...object, data: Object.fromEntries(hidden) };
  };
  return { from: before && masked(before, after, "before"), to: masked(after, before, "after") };
}

async function runDiff(process: Process, live: string, merged: string): Promise<number> {
  const external = (process.env.get("KUBECTL_EXTERNAL_DIFF") ?? "").split(/\s+/).filter((word) => /^[a-zA-Z0-9/_.=-]+$/.test(word));
  const [program = "diff", ...options] = external.length > 0 ? external : ["diff", "-u", "-N"];
  try {
    const code = await process.run([program, ...options, live, merged]);
    if (code > 1) throw new CommandError(`failed to run ${JSON.stringify(program)}: exit status ${code}`);
    return code;
  } catch (error) {
    if (error instanceof ExecError) throw new CommandError(`failed to run ${JSON.stringify(program)}: executable file not found in $PATH`);
    throw error;
  }
}
