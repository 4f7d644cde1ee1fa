import type { Job } from "#machinery/types.ts";
import { Indexes } from "./indexes.ts";

/** Which rule says that enough indexes have succeeded. https://kubernetes.io/docs/concepts/workloads/controllers/job/#success-policy */
export function successRule({ spec }: Job, succeeded: Indexes): number | undefined {
  if (succeeded.size === 0) return undefined;
  const found = (spec.successPolicy?.rules ?? []).findIndex(({ succeededIndexes, succeededCount = Number.POSITIVE_INFINITY }) => {
    if (succeededIndexes === undefined) return succeeded.size >= succeededCount;
    const asked = Indexes.parse(succeededIndexes, spec.completions ?? 0);
    const common = asked.common(succeeded);
    return asked.size > 0 && (common === asked.size || common >= succeededCount);
  });
  return found < 0 ? undefined : found;
}
