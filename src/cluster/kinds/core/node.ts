import { defineKind } from "#cluster/apiserver/kind.ts";
import { nodeProxy } from "#cluster/apiserver/subresources/proxy.ts";
import { status } from "#cluster/apiserver/subresources/status.ts";
import { nodeLeases, presentedNode } from "#machinery/heartbeat.ts";
import type { Lease, Node } from "#machinery/types.ts";
import { age, columnsOf, orNone } from "../shared/columns.ts";
import { validation } from "../shared/field.ts";
import { cidrWarnings } from "../shared/ip.ts";
import { checkNode, checkNodeChanges } from "./node/validate.ts";

export const node = defineKind<Node>({
  group: "",
  version: "v1",
  kind: "Node",
  plural: "nodes",
  shortNames: ["no"],
  scope: "Cluster",
  revalidatesMetadata: true,
  storedUnder: "minions",
  docs: "https://kubernetes.io/docs/concepts/architecture/nodes/",

  presented: (node, now, api) => presentedNode(node, api.get<Lease>("leases.coordination.k8s.io", node.metadata.name, nodeLeases), now),

  columns: columnsOf<Node>("Node", [
    { name: "Status", type: "string", cell: readiness },
    { name: "Roles", type: "string", cell: (node) => orNone(roles(node).join(",")) },
    age,
    { name: "Version", type: "string", cell: (node) => node.status.nodeInfo?.kubeletVersion ?? "" },
    { name: "Internal-IP", type: "string", priority: 1, cell: (node) => address(node, "InternalIP") },
    { name: "External-IP", type: "string", priority: 1, cell: (node) => address(node, "ExternalIP") },
    { name: "OS-Image", type: "string", priority: 1, cell: (node) => orNone(node.status.nodeInfo?.osImage, "<unknown>") },
    { name: "Kernel-Version", type: "string", priority: 1, cell: kernel },
    { name: "Container-Runtime", type: "string", priority: 1, cell: (node) => orNone(node.status.nodeInfo?.containerRuntimeVersion, "<unknown>") },
  ]),

  default(node) {
    // Addresses of pods were one range once, and that one still counts.
    const { podCIDR, podCIDRs = [] } = node.spec;
    if (podCIDR && podCIDR !== podCIDRs[0]) node.spec = { ...node.spec, podCIDRs: [podCIDR] };
    else if (podCIDRs[0] && !podCIDR) node.spec = { ...node.spec, podCIDR: podCIDRs[0] };
    if (node.status.capacity && !node.status.allocatable) node.status.allocatable = node.status.capacity;
  },

  prepareCreate(node) {
    const { configSource: _, ...spec } = node.spec;
    const { config: __, ...status } = node.status;
    node.spec = spec;
    node.status = status;
  },
  prepareUpdate(node, old) {
    if (node.spec.configSource && !old.spec.configSource) {
      const { configSource: _, ...spec } = node.spec;
      node.spec = spec;
    }
    if (node.status.config && !old.status.config) {
      const { config: _, ...status } = node.status;
      node.status = status;
    }
  },

  validate: validation((field, node, old, { subresource }) => {
    if (subresource !== "status") checkNode(field, node);
    if (old) checkNodeChanges(field, node, old);
  }),
  *warnings({ spec }, _, subresource) {
    if (subresource === "status") return;
    if (spec.configSource) yield "spec.configSource: the feature is removed";
    if (spec.externalID) yield "spec.externalID: this field is deprecated, and is unused by Kubernetes";
    for (const [i, cidr] of (spec.podCIDRs ?? []).entries()) yield* cidrWarnings(`spec.podCIDRs[${i}]`, cidr);
  },

  // A kubelet registers its node together with what it knows of it.
  status: true,
  generation: false,
  selectable: { "spec.unschedulable": { value: (node) => String(node.spec.unschedulable ?? false) } },
  subresources: [nodeProxy, status],
});

function readiness(node: Node): string {
  const ready = node.status.conditions?.find((condition) => condition.type === "Ready");
  const state = ready ? (ready.status === "True" ? "Ready" : "NotReady") : "Unknown";
  return node.spec.unschedulable ? `${state},SchedulingDisabled` : state;
}

const rolePrefix = "node-role.kubernetes.io/";

/** Roles are labels: `node-role.kubernetes.io/‹role›`, or `kubernetes.io/role=‹role›`. */
function roles(node: Node): string[] {
  const found = new Set<string>();
  for (const [key, value] of Object.entries(node.metadata.labels ?? {})) {
    if (key.startsWith(rolePrefix) && key.length > rolePrefix.length) found.add(key.slice(rolePrefix.length));
    else if (key === "kubernetes.io/role" && value) found.add(value);
  }
  return [...found].sort();
}

const address = (node: Node, type: string) => orNone(node.status.addresses?.find((a) => a.type === type)?.address);

function kernel(node: Node): string {
  const { kernelVersion, architecture } = node.status.nodeInfo ?? {};
  return orNone(kernelVersion, "<unknown>") + (architecture ? ` (${architecture})` : "");
}
