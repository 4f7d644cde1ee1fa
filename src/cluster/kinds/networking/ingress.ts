import { defineKind } from "#cluster/apiserver/kind.ts";
import { status } from "#cluster/apiserver/subresources/status.ts";
import type { Ingress } from "#machinery/types.ts";
import { columnsOf } from "../shared/columns.ts";

export const ingress = defineKind<Ingress>({
  group: "networking.k8s.io",
  version: "v1",
  kind: "Ingress",
  plural: "ingresses",
  shortNames: ["ing"],
  scope: "Namespaced",
  storedUnder: "ingress",
  docs: "https://kubernetes.io/docs/concepts/services-networking/ingress/",

  columns: columnsOf<Ingress>("Ingress", [
    { name: "Class", type: "string", cell: ({ spec }) => spec.ingressClassName ?? "<none>" },
    { name: "Hosts", type: "string", cell: hosts },
    { name: "Address", type: "string", cell: addresses },
    { name: "Ports", type: "string", cell: ({ spec }) => (spec.tls?.length ? "80, 443" : "80") },
  ]),

  subresources: [status],
});

const shown = 3;

function hosts({ spec: { rules = [] } }: Ingress): string {
  const named = rules.map((rule) => rule.host ?? "").filter(Boolean);
  if (named.length === 0) return "*";
  const list = named.slice(0, shown).join(",");
  // What is left out counts the rules, be they with a host or without.
  const full = rules.findIndex((_, i) => rules.slice(0, i).filter((rule) => rule.host).length === shown);
  return full < 0 ? list : `${list} + ${rules.length - shown} more...`;
}

function addresses({ status }: Ingress): string {
  return [...new Set((status.loadBalancer?.ingress ?? []).map((point) => point.ip || point.hostname || "").filter(Boolean))].sort().join(",");
}
