import type { Deployment } from "#machinery/types.ts";

/** How many pods a rolling update may add, and how many may be missing. Both in whole pods; they are never both zero. */
export function boundsOf({ spec }: Deployment): { surge: number; unavailable: number } {
  const replicas = spec.replicas ?? 1;
  const { maxSurge, maxUnavailable } = spec.strategy?.rollingUpdate ?? {};
  const surge = share(maxSurge ?? 0, replicas, Math.ceil);
  const unavailable = share(maxUnavailable ?? 0, replicas, Math.floor);
  return surge === 0 && unavailable === 0 ? { surge: 0, unavailable: 1 } : { surge, unavailable };
}

const isRolling = ({ spec }: Deployment) => spec.strategy?.type !== "Recreate";

export const maxSurge = (deployment: Deployment): number => (isRolling(deployment) ? boundsOf(deployment).surge : 0);

export function maxUnavailable(deployment: Deployment): number {
  const replicas = deployment.spec.replicas ?? 1;
  return isRolling(deployment) && replicas > 0 ? Math.min(boundsOf(deployment).unavailable, replicas) : 0;
}

function share(value: number | string, of: number, round: (value: number) => number): number {
  if (typeof value === "number") return value;
  const percent = /^(\d+)%$/.exec(value)?.[1];
  return percent === undefined ? 0 : round((Number(percent) * of) / 100);
}
