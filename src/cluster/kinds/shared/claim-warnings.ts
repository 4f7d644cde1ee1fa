import { milliUnits } from "#machinery/quantity.ts";
import { type FieldPath, pathText } from "#machinery/status.ts";
import type { PersistentVolumeClaimSpec } from "#machinery/types.ts";

/** Storage in parts of bytes. */
export function* claimSpecWarnings({ resources }: PersistentVolumeClaimSpec, path: FieldPath): Iterable<string> {
  for (const side of ["requests", "limits"] as const) {
    const amount = resources?.[side]?.storage;
    if (amount !== undefined && milliUnits(amount) % 1000 !== 0)
      yield `${pathText([...path, "resources", side, { key: "storage" }])}: fractional byte value ${JSON.stringify(amount)} is invalid, must be an integer`;
  }
}
