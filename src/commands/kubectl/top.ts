import { bool, string } from "../cli/flags.ts";
import { type Context, defineCommand, defineGroup } from "./command.ts";
import { CommandError, usageError } from "./errors.ts";
import { allNamespacesFlag, fieldSelectorFlag, selectorFlag } from "./resources/flags.ts";

const shared = {
  "no-headers": bool({ help: "Print no line of headers." }),
  selector: selectorFlag,
  "show-swap": bool({ help: "Show swap memory too." }),
  "sort-by": string({ help: "What to sort by: cpu or memory.", completes: ["cpu", "memory"] }),
  "use-protocol-buffers": bool({ default: true, help: "Ask for metrics as protocol buffers." }),
} as const;

interface TopFlags {
  readonly selector: string;
  readonly "sort-by": string;
}

/** Says what is wrong with the question, or that nobody measures. */
async function ask(
  context: Context & { readonly args: readonly string[]; readonly flags: TopFlags; readonly path: string },
  usage: string,
): Promise<never> {
  const { args, flags, kube } = context;
  if (args.length > 1) throw usageError(context, usage);
  if (!["", "cpu", "memory"].includes(flags["sort-by"])) throw new CommandError("--sort-by accepts only cpu or memory");
  if (args.length > 0 && flags.selector) throw new CommandError("only one of NAME or --selector can be provided");
  const { versions } = await kube.discovery();
  if (!versions.some((version) => version.startsWith("metrics.k8s.io/"))) throw new CommandError("Metrics API not available");
  throw new CommandError("Podyard does not simulate kubectl top with a metrics API");
}

const node = defineCommand({
  name: "node",
  aliases: ["nodes", "no"],
  usage: "[NAME | -l label]",
  summary: "Display resource (CPU/memory) usage of nodes",
  examples: "# All nodes\nkubectl top node\n\n# One\nkubectl top node minikube",
  flags: { ...shared, "show-capacity": bool({ help: "Measure by what nodes have instead of what pods may use of it." }) },
  completes: "nodes",
  run: (context) => ask(context, "node [NAME | -l label]"),
});

const pod = defineCommand({
  name: "pod",
  aliases: ["pods", "po"],
  usage: "[NAME | -l label]",
  summary: "Display resource (CPU/memory) usage of pods",
  examples: "# The pods of the namespace\nkubectl top pod\n\n# Each container of one\nkubectl top pod web --containers",
  flags: {
    ...shared,
    "all-namespaces": allNamespacesFlag,
    containers: bool({ help: "Show each container." }),
    "field-selector": fieldSelectorFlag,
    sum: bool({ help: "Add it all up." }),
  },
  completes: "pods",
  run: (context) => ask(context, "pod [NAME | -l label]"),
});

export const top = defineGroup({
  name: "top",
  group: "Cluster Management Commands:",
  summary: "Display resource (CPU/memory) usage",
  description: `Display resource (CPU/memory) usage.

 What nodes and pods use is measured by a metrics server, which must run in the cluster.`,
  commands: [node, pod],
});
