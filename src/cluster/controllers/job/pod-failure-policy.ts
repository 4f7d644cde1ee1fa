import type { ContainerStatus, Job, Pod, PodFailurePolicyRule } from "#machinery/types.ts";

export interface Verdict {
  action: PodFailurePolicyRule["action"];
  /** Whether the failure counts towards the limits. */
  counts: boolean;
  /** Why the job fails by it. */
  fails?: string;
}

/** What the first rule that fits says of a pod that failed. https://kubernetes.io/docs/concepts/workloads/controllers/job/#pod-failure-policy */
export function verdictOn(pod: Pod, { spec }: Job): Verdict | undefined {
  for (const [i, rule] of (spec.podFailurePolicy?.rules ?? []).entries()) {
    const what = rule.onExitCodes ? exitOf(pod, rule.onExitCodes) : conditionOf(pod, rule);
    if (what === undefined) continue;
    const { action } = rule;
    return { action, counts: action !== "Ignore", ...(action === "FailJob" ? { fails: `${what} matching FailJob rule at index ${i}` } : {}) };
  }
  return undefined;
}

/** Whether a failure counts towards the limits. */
export const countsAsFailure = (pod: Pod, job: Job): boolean => verdictOn(pod, job)?.counts ?? true;

function exitOf(
  { metadata, status }: Pod,
  { containerName, operator, values }: NonNullable<PodFailurePolicyRule["onExitCodes"]>,
): string | undefined {
  const fits = ({ name, state }: ContainerStatus) => {
    const code = state?.terminated?.exitCode ?? 0;
    return code !== 0 && (containerName === undefined || containerName === name) && values.includes(code) === (operator === "In");
  };
  const found = status.containerStatuses?.find(fits) ?? status.initContainerStatuses?.find(fits);
  if (!found) return undefined;
  return `Container ${found.name} for pod ${metadata.namespace}/${metadata.name} failed with exit code ${found.state?.terminated?.exitCode}`;
}

function conditionOf({ metadata, status }: Pod, { onPodConditions = [] }: PodFailurePolicyRule): string | undefined {
  const found = status.conditions?.find(({ type, status: value }) =>
    onPodConditions.some((pattern) => pattern.type === type && (pattern.status ?? "True") === value),
  );
  return found && `Pod ${metadata.namespace}/${metadata.name} has condition ${found.type}`;
}
