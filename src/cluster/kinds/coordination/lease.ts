import { defineKind } from "#cluster/apiserver/kind.ts";
import { presentedLease } from "#machinery/heartbeat.ts";
import type { Lease } from "#machinery/types.ts";
import { checkNonNegative } from "../shared/checks.ts";
import { columnsOf } from "../shared/columns.ts";
import { validation } from "../shared/field.ts";

export const lease = defineKind<Lease>({
  group: "coordination.k8s.io",
  version: "v1",
  kind: "Lease",
  plural: "leases",
  updateNeedsVersion: true,
  scope: "Namespaced",
  anyFinalizers: true,
  docs: "https://kubernetes.io/docs/concepts/architecture/leases/",

  columns: columnsOf<Lease>("Lease", [{ name: "Holder", type: "string", cell: (lease) => lease.spec.holderIdentity ?? "" }]),
  // Leaders that are elected together are not enabled.
  prepareCreate: (lease) => dropElection(lease, undefined),
  prepareUpdate: (lease, old) => dropElection(lease, old),
  validate: validation((field, { spec }) => {
    const { leaseDurationSeconds: seconds, leaseTransitions: transitions } = spec ?? {};
    if (seconds !== undefined && seconds <= 0) field.at("spec", "leaseDurationSeconds").invalid(seconds, "must be greater than 0");
    checkNonNegative(field.at("spec", "leaseTransitions"), transitions);
  }),
  createOnUpdate: true,
  generation: false,
  presented: presentedLease,
});

function dropElection(lease: Lease, old: Lease | undefined): void {
  const { strategy, preferredHolder, ...spec } = lease.spec ?? {};
  if (strategy === undefined && preferredHolder === undefined) return;
  lease.spec = {
    ...spec,
    ...(old?.spec?.strategy === undefined || strategy === undefined ? {} : { strategy }),
    ...(old?.spec?.preferredHolder === undefined || preferredHolder === undefined ? {} : { preferredHolder }),
  };
}
