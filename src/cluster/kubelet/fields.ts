import { milliUnits, wholeUnits } from "#machinery/quantity.ts";
import type { Container, Node, ObjectFieldSelector, Pod, ResourceFieldSelector } from "#machinery/types.ts";

/** The value of a field of a pod, as the downward API gives it; undefined where there is no such field. */
export function fieldValue(pod: Pod, { fieldPath }: ObjectFieldSelector, node: { name: string; address: string }): string | undefined {
  const { metadata, spec, status } = pod;
  const [, map, key] = /^metadata\.(labels|annotations)\['(.+)'\]$/.exec(fieldPath) ?? [];
  if (map !== undefined && key !== undefined) return (map === "labels" ? metadata.labels : metadata.annotations)?.[key] ?? "";
  switch (fieldPath) {
    case "metadata.name":
      return metadata.name ?? "";
    case "metadata.namespace":
      return metadata.namespace ?? "";
    case "metadata.uid":
      return metadata.uid ?? "";
    case "metadata.labels":
      return linesOf(metadata.labels);
    case "metadata.annotations":
      return linesOf(metadata.annotations);
    case "spec.nodeName":
      return spec.nodeName ?? node.name;
    case "spec.serviceAccountName":
      return spec.serviceAccountName ?? "";
    case "status.hostIP":
    case "status.hostIPs":
      return node.address;
    case "status.podIP":
      return status?.podIP ?? "";
    case "status.podIPs":
      return status?.podIPs?.map(({ ip }) => ip).join(",") ?? "";
    default:
      return undefined;
  }
}

/** One `key="value"` a line, sorted by key, as files of a downward API volume hold labels. */
const linesOf = (map: Readonly<Record<string, string>> | undefined) =>
  Object.entries(map ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join("\n");

/** The value of a container's request or limit, in units of the divisor; a limit that is not set is what the node has. */
export function resourceValue(container: Container, { resource, divisor }: ResourceFieldSelector, node: Node | undefined): string {
  const [list = "", name = ""] = resource.split(/\.(.*)/s);
  const { requests, limits } = container.resources ?? {};
  const said = list === "limits" ? limits?.[name] : requests?.[name];
  const value = said ?? (list === "limits" ? (node?.status?.allocatable?.[name] ?? "0") : "0");
  const unit = divisor && divisor !== "0" ? divisor : "1";
  if (name === "cpu") return String(Math.ceil(milliUnits(value) / milliUnits(unit)));
  return String(Math.ceil(wholeUnits(value) / wholeUnits(unit)));
}
