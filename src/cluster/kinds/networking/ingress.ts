import { defineKind } from "#cluster/apiserver/kind.ts";
import { status } from "#cluster/apiserver/subresources/status.ts";
import type { Ingress } from "#machinery/types.ts";
import { columnsOf } from "../shared/columns.ts";
import { validation } from "../shared/field.ts";
import { addressWarnings } from "../shared/ip.ts";
import { checkIngress, checkIngressStatus } from "./ingress/validate.ts";

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

  revalidatesMetadata: true,
  validate: validation((field, { metadata, spec, status }, old, { subresource }) => {
    if (subresource === "status") {
      if (old) checkIngressStatus(field.at("status"), status ?? {}, old.status ?? {});
      return;
    }
    if (spec !== old?.spec) checkIngress(field.at("spec"), spec ?? {}, old?.spec);
    const annotation = metadata.annotations?.[classAnnotation];
    if (!old && annotation !== undefined && spec?.ingressClassName !== undefined && annotation !== spec.ingressClassName)
      field.at("annotations", classAnnotation).invalid(annotation, "must match `ingressClassName` when both are specified");
  }),

  *warnings({ metadata, spec, status }, old, subresource) {
    if (!old && metadata.annotations?.[classAnnotation] !== undefined && spec?.ingressClassName === undefined)
      yield `annotation "${classAnnotation}" is deprecated, please use 'spec.ingressClassName' instead`;
    if (subresource !== "status") return;
    for (const [i, { ip }] of (status?.loadBalancer?.ingress ?? []).entries())
      if (ip) yield* addressWarnings(`status.loadBalancer.ingress[${i}]`, ip);
  },

  subresources: [status],
});

/** How the class was named before there was a field for it. */
const classAnnotation = "kubernetes.io/ingress.class";

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
