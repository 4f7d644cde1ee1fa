import { controllerOf } from "#machinery/object.ts";
import { formatRequirements, requirementsOf } from "#machinery/selector.ts";
import type { LabelSelector, Pod } from "#machinery/types.ts";
import { pathOf } from "../api/discovery.ts";
import type { DescribeContext } from "./events.ts";
import type { Report } from "./report.ts";

/** How many pods of a workload are in which phase: `2 Running / 0 Waiting / 0 Succeeded / 0 Failed`. */
export async function podCounts(
  { kube, chunkSize }: DescribeContext,
  owner: { metadata: { namespace?: string; uid?: string } },
  selector: LabelSelector,
): Promise<string> {
  const path = pathOf({ group: "", version: "v1", plural: "pods", namespaced: true }, owner.metadata.namespace);
  const query = { labelSelector: formatRequirements(requirementsOf(selector)), limit: String(chunkSize || 500) };
  const list = await kube.server.get<{ items: Pod[] }>(path, { query });
  const mine = list.items.filter((pod) => controllerOf(pod)?.uid === owner.metadata.uid);
  const count = (phase: string) => mine.filter((pod) => pod.status?.phase === phase).length;
  return `${count("Running")} Running / ${count("Pending")} Waiting / ${count("Succeeded")} Succeeded / ${count("Failed")} Failed`;
}

/** The conditions of a workload. */
export function describeConditions(report: Report, conditions: readonly { type: string; status: string; reason?: string }[] | undefined): void {
  if (!conditions?.length) return;
  report.line(0, "Conditions:").line(1, "Type\tStatus\tReason").line(1, "----\t------\t------");
  for (const { type, status, reason } of conditions) report.line(1, `${type} \t${status}\t${reason ?? ""}`);
}
