import { parseSelector, SelectorError } from "#machinery/selector.ts";
import { bool, duration, int, string } from "../../cli/flags.ts";
import { defineCommand } from "../command.ts";
import { CommandError, Exit } from "../errors.ts";
import { doneText } from "../print/name.ts";
import { chunkSizeFlag, dryRunFlag, selectorFlag } from "../resources/flags.ts";
import { nodesOf, setSchedulable } from "./cordon.ts";
import { Drainer } from "./drainer.ts";

export const drain = defineCommand({
  name: "drain",
  connectsFirst: true,
  group: "Cluster Management Commands:",
  usage: "NODE",
  summary: "Drain node in preparation for maintenance",
  description: `Drain node in preparation for maintenance.

 The node is closed to new pods, and its pods are evicted, as their disruption budgets allow. Static pods stay, and so do pods of daemon sets, which must be named with --ignore-daemonsets. Pods that no controller would make anew go only with --force.

 The command waits until the pods have ended. When the node may be used again, kubectl uncordon opens it.`,
  examples: `# Also pods without a controller
kubectl drain minikube --force

# With a quarter of an hour for each pod
kubectl drain minikube --grace-period=900`,
  flags: {
    "chunk-size": chunkSizeFlag,
    "delete-emptydir-data": bool({ help: "Go on where pods use emptyDir volumes, whose data is lost with them." }),
    "disable-eviction": bool({ help: "Delete the pods instead of evicting them, past their disruption budgets." }),
    "dry-run": dryRunFlag,
    force: bool({ help: "Go on where pods have no controller." }),
    "grace-period": int({ default: -1, help: "How many seconds each pod gets for an orderly end; a negative number is its own." }),
    "ignore-daemonsets": bool({ help: "Let pods of daemon sets be." }),
    "pod-selector": string({ help: "Only pods of the node whose labels match." }),
    selector: selectorFlag,
    "skip-wait-for-delete-timeout": int({ help: "Do not wait for pods whose deletion began so many seconds ago; 0 is to wait." }),
    timeout: duration({ help: "How long to wait; 0 is as long as it takes." }),
  },
  completes: "nodes",

  async run(context) {
    const { flags, kube, out } = context;
    const selector = flags["pod-selector"];
    const nodes = await nodesOf(context, flags.selector, flags["chunk-size"]);
    const dryRun = kube.dryRun(flags["dry-run"]);
    if (selector) checkSelector(selector);
    await setSchedulable(context, nodes, false, dryRun);

    const drainer = new Drainer(context, {
      force: flags.force,
      ignoresDaemonSets: flags["ignore-daemonsets"],
      deletesData: flags["delete-emptydir-data"],
      evicts: !flags["disable-eviction"],
      grace: flags["grace-period"],
      timeout: flags.timeout,
      skipsAfter: flags["skip-wait-for-delete-timeout"],
      selector,
      chunkSize: flags["chunk-size"],
      dryRun,
    });
    const failures: { node: string; errors: readonly string[] }[] = [];
    for (const { name, object } of nodes) {
      const errors = await drainer.drain(name);
      if (errors.length === 0) {
        if (object) out.print(doneText(object, "drained", dryRun));
      } else {
        out.error(`error: unable to drain node ${JSON.stringify(name)} due to error: ${joined(errors)}, continuing command...`);
        failures.push({ node: name, errors });
      }
      await out.flush();
    }
    if (failures.length === 0) return;
    out.error(`There are pending nodes to be drained:\n${failures.map(({ node }) => ` ${node}`).join("\n")}`);
    throw new Exit(1, failures.flatMap(({ errors }) => errors).join("\n"));
  },
});

const joined = (errors: readonly string[]): string => (errors.length === 1 ? (errors[0] ?? "") : `[${errors.join(", ")}]`);

function checkSelector(selector: string): void {
  try {
    parseSelector(selector);
  } catch (error) {
    if (error instanceof SelectorError) throw new CommandError("--pod-selector=<pod_selector> must be a valid label selector");
    throw error;
  }
}
