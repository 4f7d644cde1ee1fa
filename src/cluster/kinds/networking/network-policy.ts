import { defineKind } from "#cluster/apiserver/kind.ts";
import type { NetworkPolicy } from "#machinery/types.ts";
import { columnsOf } from "../shared/columns.ts";
import { validation } from "../shared/field.ts";
import { selectorText } from "../shared/selector-text.ts";
import { checkNetworkPolicy, networkPolicyWarnings } from "./network-policy-rules.ts";

export const networkPolicy = defineKind<NetworkPolicy>({
  group: "networking.k8s.io",
  version: "v1",
  kind: "NetworkPolicy",
  plural: "networkpolicies",
  shortNames: ["netpol"],
  scope: "Namespaced",
  docs: "https://kubernetes.io/docs/concepts/services-networking/network-policies/",

  columns: columnsOf<NetworkPolicy>("NetworkPolicy", [{ name: "Pod-Selector", type: "string", cell: ({ spec }) => selectorText(spec.podSelector) }]),

  default({ spec }) {
    for (const rule of [...(spec.ingress ?? []), ...(spec.egress ?? [])]) for (const port of rule.ports ?? []) port.protocol ??= "TCP";
    if (!spec.policyTypes?.length) spec.policyTypes = spec.egress?.length ? ["Ingress", "Egress"] : ["Ingress"];
  },
  generation: true,

  validate: validation((field, { spec }, old) => {
    if (spec !== old?.spec) checkNetworkPolicy(field.at("spec"), spec ?? {}, old?.spec);
  }),
  warnings: ({ spec }) => networkPolicyWarnings(spec ?? {}),
});
