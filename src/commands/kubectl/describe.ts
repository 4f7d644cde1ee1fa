import { bool } from "../cli/flags.ts";
import { pathOf } from "./api/discovery.ts";
import type { Thing } from "./api/server.ts";
import { type Asked, defineCommand } from "./command.ts";
import { describeGeneric } from "./describe/generic.ts";
import { describers } from "./describe/index.ts";
import { CommandError, isNotFound, throwListed } from "./errors.ts";
import { find, readArguments, targetsOf } from "./resources/find.ts";
import { allNamespacesFlag, chunkSizeFlag, fileFlags, selectorFlag } from "./resources/flags.ts";
import type { Target } from "./resources/target.ts";

const flags = {
  ...fileFlags("of the objects to describe."),
  "all-namespaces": allNamespacesFlag,
  "chunk-size": chunkSizeFlag,
  selector: selectorFlag,
  "show-events": bool({ default: true, help: "Show the events about an object; where there are several objects, only if it is given." }),
} as const;

export const describe = defineCommand({
  name: "describe",
  group: "Troubleshooting and Debugging Commands:",
  usage: "(-f FILENAME | TYPE [NAME_PREFIX | -l label] | TYPE/NAME)",
  summary: "Show details of a specific resource or group of resources",
  description: `Show details of a specific resource or group of resources.

 What belongs to an object, such as its events or its controller, is shown with it. A name that no object has stands for all whose names begin with it.

Use "kubectl api-resources" for a complete list of supported resources.`,
  examples: `# A node
kubectl describe nodes minikube

# A pod
kubectl describe pods/web

# All pods
kubectl describe pods`,
  flags,
  completes: "resources",

  async run(context) {
    const { flags, args, kube, out, process } = context;
    if (args.length === 0 && flags.filename.length === 0 && flags.kustomize === "")
      throw new CommandError(
        'You must specify the type of resource to describe. Use "kubectl api-resources" for a complete list of supported resources.',
      );
    const found = await find(kube, process, {
      args,
      typesMeanAll: true,
      files: flags,
      labels: flags.selector,
      allNamespaces: flags["all-namespaces"],
      enforceNamespace: true,
      latest: true,
      continues: true,
      chunkSize: flags["chunk-size"],
    });
    const errors: unknown[] = [];
    const targets: Target[] = [];
    for await (const entry of found.targets()) {
      if ("error" in entry) errors.push(entry.error);
      else targets.push(entry);
    }
    const isPlain = errors.length === 0;
    const matched = targets.length === 0 && errors.length > 0 && errors.every(isNotFound) ? await byPrefix(context, args, errors) : undefined;
    if (matched) targets.push(...matched);
    else if (targets.length === 0 && isPlain)
      out.error(flags["all-namespaces"] ? "No resources found" : `No resources found in ${kube.namespace} namespace.`);

    let first = true;
    const showEvents = context.changed("show-events") ? flags["show-events"] : isPlain && targets.length === 1;
    const settings = { kube, showEvents, chunkSize: flags["chunk-size"] };
    for (const { resource, object } of targets) {
      if (!object) continue;
      const describer = describers[resource.group ? `${resource.kind}.${resource.group}` : resource.kind] ?? describeGeneric;
      const text = await describer(object, settings);
      out.print(matched ? `${text}\n` : first ? text : `\n\n${text}`);
      first = false;
      await out.flush();
    }
    throwListed(errors);
  },
});

type Ask = Asked<typeof flags>;

/** `describe pod web` describes all pods whose names begin with web, where none is named so. */
async function byPrefix({ kube, flags }: Ask, args: readonly string[], errors: unknown[]): Promise<Target[]> {
  const ask = readArguments(args);
  if (ask.kind !== "names" || ask.pairs.length !== 1) return [];
  const [type = "", prefix = ""] = ask.pairs[0] ?? [];
  const resource = await kube.resource(type);
  const namespace = flags["all-namespaces"] ? undefined : kube.namespace;
  const list: Thing = await kube.server.get(pathOf(resource, namespace));
  const targets = targetsOf(resource, list).filter(({ name }) => name.startsWith(prefix));
  if (targets.length > 0) errors.length = 0;
  return targets;
}
