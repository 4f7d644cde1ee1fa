import type { PersistentVolumeClaim } from "#machinery/types.ts";

/** A claim, or the template of one in a StatefulSet. */
export function defaultClaim(claim: PersistentVolumeClaim): void {
  claim.spec.volumeMode ??= "Filesystem";
  claim.status ??= {};
  claim.status.phase ??= "Pending";
}
