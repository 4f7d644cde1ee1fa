import { defineKind } from "#cluster/apiserver/kind.ts";
import { presentedLease } from "#machinery/heartbeat.ts";
import type { Lease } from "#machinery/types.ts";
import { columnsOf } from "../shared/columns.ts";

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
  createOnUpdate: true,
  generation: false,
  presented: presentedLease,
});
