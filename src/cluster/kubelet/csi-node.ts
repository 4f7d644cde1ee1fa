import type { Api } from "#machinery/client.ts";
import type { CSINode, Node } from "#machinery/types.ts";

/** Volumes that were part of Kubernetes, and that drivers serve now. */
const migrated = ["aws-ebs", "azure-disk", "azure-file", "cinder", "gce-pd", "portworx-volume", "vsphere-volume"];

/** Says which volume drivers a node has, which is none; it goes with the node. */
export async function writeCsiNode({ metadata: { name, uid = "" } }: Node, api: Api): Promise<void> {
  if (api.get<CSINode>("csinodes.storage.k8s.io", name)) return;
  await api.create<CSINode>("csinodes.storage.k8s.io", {
    apiVersion: "storage.k8s.io/v1",
    kind: "CSINode",
    metadata: {
      name,
      annotations: { "storage.alpha.kubernetes.io/migrated-plugins": migrated.map((plugin) => `kubernetes.io/${plugin}`).join(",") },
      ownerReferences: [{ apiVersion: "v1", kind: "Node", name, uid }],
    },
    spec: { drivers: [] },
  });
}
