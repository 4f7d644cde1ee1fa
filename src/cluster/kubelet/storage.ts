import { addQuantities, formatQuantity, quantity, wholeUnits, zero } from "#machinery/quantity.ts";
import type { Pod } from "#machinery/types.ts";

/** How much of the node's disk a pod uses. */
export interface StorageUse {
  /** Bytes that a container wrote outside of volumes, its log included. */
  container(name: string): number;
  volume(name: string): number;
}

/** Whether anything limits what a pod may write. */
export const limitsStorage = ({ spec }: Pod): boolean =>
  spec.containers.some(({ resources }) => resources?.limits?.["ephemeral-storage"]) ||
  (spec.volumes?.some(({ emptyDir }) => emptyDir?.sizeLimit) ?? false);

/**
 * Why a pod must go for what it wrote, as its Evicted event says; undefined while it keeps within its limits.
 * https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/#local-ephemeral-storage
 */
export function storageExceeded(pod: Pod, use: StorageUse): string | undefined {
  const { containers, volumes = [] } = pod.spec;
  for (const { name, emptyDir } of volumes)
    if (emptyDir?.sizeLimit && use.volume(name) > wholeUnits(emptyDir.sizeLimit))
      return `Usage of EmptyDir volume "${name}" exceeds the limit "${emptyDir.sizeLimit}". `;

  const limits = containers.map(({ resources }) => resources?.limits?.["ephemeral-storage"]);
  const total = limits.reduce((sum, limit) => addQuantities(sum, quantity(limit)), zero);
  const emptyDirs = volumes.reduce((sum, { name, emptyDir }) => (emptyDir ? sum + use.volume(name) : sum), 0);
  const used = containers.reduce((sum, { name }) => sum + use.container(name), emptyDirs);
  if (limits.every((limit) => limit !== undefined) && used > wholeUnits(formatQuantity(total)))
    return `Pod ephemeral local storage usage exceeds the total limit of containers ${formatQuantity(total)}. `;

  for (const [i, { name }] of containers.entries()) {
    const limit = limits[i];
    if (limit && use.container(name) > wholeUnits(limit)) return `Container ${name} exceeded its local ephemeral storage limit "${limit}". `;
  }
  return undefined;
}
