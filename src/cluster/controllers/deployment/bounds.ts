import type { Deployment } from "#machinery/types.ts";
import { share } from "../share.ts";

/** How many pods a rolling update may add, and how many may be missing. Both in whole pods; they are never both zero. */
export function boundsOf({ spec }: Deployment): { surge: number; unavailable: number } {
  const replicas = spec.replicas ?? 1;
  const { maxSurge, maxUnavailable } = spec.strategy?.rollingUpdate ?? {};
  const surge = share(maxSurge, replicas, Math.ceil);
  const unavailable = share(maxUnavailable, replicas, Math.floor);
  return surge === 0 && unavailable === 0 ? { surge: 0, unavailable: 1 } : { surge, unavailable };
}

const isRolling = ({ spec }: Deployment) => spec.strategy?.type !== "Recreate";

export const maxSurge = (deployment: Deployment): number => (isRolling(deployment) ? boundsOf(deployment).surge : 0);

export function maxUnavailable(deployment: Deployment): number {
  const replicas = deployment.spec.replicas ?? 1;
  return isRolling(deployment) && replicas > 0 ? Math.min(boundsOf(deployment).unavailable, replicas) : 0;
}
