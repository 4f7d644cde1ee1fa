import { defineKind } from "#cluster/apiserver/kind.ts";
import { qualified } from "#machinery/status.ts";
import type { IPAddress } from "#machinery/types.ts";
import { age, columnsOf } from "../shared/columns.ts";

export const ipAddress = defineKind<IPAddress>({
  group: "networking.k8s.io",
  version: "v1",
  kind: "IPAddress",
  plural: "ipaddresses",
  shortNames: ["ip"],
  scope: "Cluster",
  docs: "https://kubernetes.io/docs/concepts/services-networking/cluster-ip-allocation/",

  columns: columnsOf<IPAddress>("IPAddress", [
    { name: "ParentRef", type: "string", cell: parent },
    { ...age, undefined: true },
  ]),
});

/** `services/default/web`. */
function parent({ spec: { parentRef } }: IPAddress): string {
  if (!parentRef) return "<none>";
  const resource = qualified({ group: parentRef.group ?? "", resource: parentRef.resource ?? "" }).toLowerCase();
  return [resource, ...(parentRef.namespace ? [parentRef.namespace] : []), parentRef.name].join("/");
}
