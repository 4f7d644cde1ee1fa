import { goDuration } from "#machinery/duration.ts";
import type { PodMetrics } from "#machinery/metrics.ts";
import { parseTime } from "#machinery/time.ts";
import type { Pod } from "#machinery/types.ts";
import { bool } from "../../cli/flags.ts";
import { pathOf } from "../api/discovery.ts";
import { defineCommand } from "../command.ts";
import { CommandError } from "../errors.ts";
import { allNamespacesFlag, fieldSelectorFlag } from "../resources/flags.ts";
import type { Session } from "../session.ts";
import { type Amount, amountOf, bySize, cpuText, memoryText, padded, sum } from "./amounts.ts";
import { metricsGroup, question } from "./ask.ts";
import { shared } from "./flags.ts";

const metrics = { ...metricsGroup, plural: "pods", namespaced: true };
const pods = { group: "", version: "v1", plural: "pods", namespaced: true };
/** A pod that is older than that should have been measured. */
const patience = 120_000;

export const pod = defineCommand({
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

  async run(context) {
    const { flags, kube, out } = context;
    const { name, sortBy, query } = await question(context, "pod [NAME | -l label]");
    const everywhere = flags["all-namespaces"];
    const namespace = everywhere ? undefined : kube.namespace;
    const measured = name
      ? [await kube.server.get<PodMetrics>(pathOf(metrics, namespace, name))]
      : (await kube.server.get<{ items: PodMetrics[] }>(pathOf(metrics, namespace), { query })).items;
    if (measured.length === 0) {
      const there = (await kube.server.get<{ items: Pod[] }>(pathOf(pods, kube.namespace), { query })).items;
      if (there.length > 0) throw notMeasured(there, kube);
      out.error(everywhere ? "No resources found" : `No resources found in ${kube.namespace} namespace.`);
      return;
    }

    const total = ({ containers }: PodMetrics) => sum(containers.map(({ usage }) => amountOf(usage)));
    const place = ({ metadata }: PodMetrics) => `${everywhere ? `${metadata.namespace}/` : ""}${metadata.name}`;
    const cells = (amount: Amount) => [cpuText(amount), memoryText(amount), ...(flags["show-swap"] ? ["0Mi"] : [])];
    const rows = measured.toSorted(bySize(sortBy, total, place)).flatMap((each) => {
      const { metadata, containers } = each;
      const before = everywhere ? [metadata.namespace ?? ""] : [];
      if (!flags.containers) return [[...before, metadata.name, ...cells(total(each))]];
      return containers
        .toSorted(
          bySize(
            sortBy,
            ({ usage }) => amountOf(usage),
            ({ name }) => name,
          ),
        )
        .map(({ name, usage }) => [...before, metadata.name, name, ...cells(amountOf(usage))]);
    });
    const own = ["NAME", "CPU(cores)", "MEMORY(bytes)", ...(flags["show-swap"] ? ["SWAP(bytes)"] : [])];
    const head = [...(everywhere ? ["NAMESPACE"] : []), ...(flags.containers ? ["POD"] : []), ...own];
    if (flags.sum) {
      // Without headers the real one does not count the columns before the name.
      const width = flags["no-headers"] ? own.length : head.length;
      rows.push([...new Array<string>(width - 2).fill(""), "________", "________"]);
      rows.push([...new Array<string>(width - 3).fill(""), "", ...cells(sum(measured.map(total)))]);
    }
    for (const line of padded(flags["no-headers"] ? rows : [head, ...rows])) out.line(line);
  },
});

/** A pod that is new is measured soon; what is wrong with an older one nobody knows. */
function notMeasured(there: readonly Pod[], kube: Session): CommandError {
  for (const { metadata } of there) {
    const age = kube.now - parseTime(metadata.creationTimestamp ?? "");
    if (age > patience) return new CommandError(`Metrics not available for pod ${metadata.namespace}/${metadata.name}, age: ${goDuration(age)}`);
  }
  return new CommandError("metrics not available yet");
}
