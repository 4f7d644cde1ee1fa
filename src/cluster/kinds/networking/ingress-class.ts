import { defineKind } from "#cluster/apiserver/kind.ts";
import type { IngressClass } from "#machinery/types.ts";
import { columnsOf, nameColumn } from "../shared/columns.ts";

export const ingressClass = defineKind<IngressClass>({
  group: "networking.k8s.io",
  version: "v1",
  kind: "IngressClass",
  plural: "ingressclasses",
  scope: "Cluster",
  docs: "https://kubernetes.io/docs/concepts/services-networking/ingress/#ingress-class",

  columns: columnsOf<IngressClass>("IngressClass", [
    { ...nameColumn, cell: ({ metadata }) => (metadata.annotations?.[isDefault] === "true" ? `${metadata.name} (default)` : metadata.name) },
    { name: "Controller", type: "string", cell: ({ spec }) => spec.controller ?? "" },
    { name: "Parameters", type: "string", cell: parameters },
  ]),

  default({ spec }) {
    if (spec.parameters) spec.parameters.scope ??= "Cluster";
  },
  generation: true,
});

const isDefault = "ingressclass.kubernetes.io/is-default-class";

function parameters({ spec: { parameters } }: IngressClass): string {
  if (!parameters) return "<none>";
  const kind = parameters.apiGroup === undefined ? parameters.kind : `${parameters.kind}.${parameters.apiGroup}`;
  return `${kind}/${parameters.name}`;
}
