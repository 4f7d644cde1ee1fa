import { defineKind } from "#cluster/apiserver/kind.ts";
import { status } from "#cluster/apiserver/subresources/status.ts";
import { asGiven } from "#machinery/conform.ts";
import { parseCidr } from "#machinery/ip.ts";
import type { ServiceCIDR } from "#machinery/types.ts";
import { immutable } from "../shared/checks.ts";
import { columnsOf } from "../shared/columns.ts";
import { type Field, validation } from "../shared/field.ts";
import { checkStrictCidr } from "../shared/ip.ts";

export const serviceCIDR = defineKind<ServiceCIDR>({
  group: "networking.k8s.io",
  version: "v1",
  kind: "ServiceCIDR",
  plural: "servicecidrs",
  scope: "Cluster",
  statusAlone: true,
  docs: "https://kubernetes.io/docs/concepts/services-networking/cluster-ip-allocation/",

  columns: columnsOf<ServiceCIDR>("ServiceCIDR", [{ name: "CIDRs", type: "string", cell: ({ spec }) => (spec.cidrs ?? []).join(",") }]),
  generation: false,

  validate: validation((field, { spec }, old, { subresource }) => {
    if (subresource === "status" || spec === old?.spec) return;
    const at = field.at("spec", "cidrs");
    const { cidrs = [] } = spec ?? {};
    if (!old) {
      checkRanges(at, cidrs);
      return;
    }
    const before = old.spec?.cidrs ?? [];
    // A second family may come, nothing may go.
    const grows = before.length === 1 && cidrs.length === 2;
    if (cidrs.length !== before.length && !grows) at.invalid(asGiven(spec, "cidrs") ?? null, immutable);
    else for (const [i, cidr] of before.entries()) if (cidrs[i] !== cidr) at.at(i).invalid(cidrs[i] ?? "", immutable);
    if (grows) checkRanges(at, cidrs);
  }),

  subresources: [status],
});

function checkRanges(field: Field, cidrs: readonly string[]): void {
  if (cidrs.length === 0) field.required("at least one CIDR required");
  else if (cidrs.length > 2) field.invalid({ cidrs }, "may only hold up to 2 values");
  else {
    for (const [i, cidr] of cidrs.entries()) checkStrictCidr(field.at(i), cidr);
    const [first, second] = cidrs.map((cidr) => parseCidr(cidr)?.address.family);
    if (first && first === second) field.invalid(cidrs, "may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64");
  }
}
