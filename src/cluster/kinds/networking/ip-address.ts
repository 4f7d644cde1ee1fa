import { defineKind } from "#cluster/apiserver/kind.ts";
import { qualified } from "#machinery/status.ts";
import type { IPAddress } from "#machinery/types.ts";
import { checkSubdomain } from "../shared/checks.ts";
import { age, columnsOf } from "../shared/columns.ts";
import { validation } from "../shared/field.ts";
import { checkSame } from "../shared/go-value.ts";
import { addressProblems } from "../shared/ip.ts";
import { checkSegment } from "../shared/references.ts";

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

  name: addressProblems,
  revalidatesMetadata: true,
  validate: validation((field, { spec }, old) => {
    const { parentRef } = spec;
    const at = field.at("spec", "parentRef");
    if (!parentRef) at.required();
    else {
      if (parentRef.group) checkSubdomain(at.at("group"), parentRef.group);
      checkSegment(at.at("resource"), parentRef.resource);
      checkSegment(at.at("name"), parentRef.name);
      if (parentRef.namespace) checkSegment(at.at("namespace"), parentRef.namespace);
    }
    if (old) checkSame(at, "*networking.ParentReference", parentRef, old.spec.parentRef);
  }),
});

/** `services/default/web`. */
function parent({ spec: { parentRef } }: IPAddress): string {
  if (!parentRef) return "<none>";
  const resource = qualified({ group: parentRef.group ?? "", resource: parentRef.resource ?? "" }).toLowerCase();
  return [resource, ...(parentRef.namespace ? [parentRef.namespace] : []), parentRef.name].join("/");
}
