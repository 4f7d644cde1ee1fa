import type { Api } from "#machinery/client.ts";
import { badRequest, notFound } from "#machinery/status.ts";
import type { Node, Pod } from "#machinery/types.ts";

/** The container that is meant: the only one, where none is named. */
export function containerOf({ metadata, spec }: Pod, asked: string): string {
  const all = [...(spec.initContainers ?? []), ...spec.containers, ...(spec.ephemeralContainers ?? [])].map(({ name }) => name);
  if (asked) {
    if (!all.includes(asked)) throw badRequest(`container ${asked} is not valid for pod ${metadata.name}`);
    return asked;
  }
  const [only] = spec.containers;
  if (only && spec.containers.length === 1) return only.name;
  throw badRequest(`a container name must be specified for pod ${metadata.name}, choose one of: [${all.join(" ")}]`);
}

/** Refuses what needs a node where the pod has none, or one that nobody knows; the real server says then that there is no such pod. */
export function checkNode(pod: Pod, api: Api): void {
  const { nodeName } = pod.spec;
  if (!nodeName) throw badRequest(`pod ${pod.metadata.name} does not have a host assigned`);
  if (!api.get<Node>("nodes", nodeName)) throw notFound({ group: "", resource: "pods" }, nodeName);
}
