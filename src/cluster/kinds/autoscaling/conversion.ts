import type { KubeObject } from "#machinery/object.ts";
import type {
  HorizontalPodAutoscaler,
  HorizontalPodAutoscalerStatus,
  MetricSpec,
  AutoscalingHorizontalPodAutoscaler as Old,
  AutoscalingHorizontalPodAutoscalerStatus as OldStatus,
} from "#machinery/types.ts";
import { defaultMetrics } from "./defaults.ts";
import { newSpec, newStatus, type OldMetricSpec, type OldMetricStatus, oldSpec, oldStatus } from "./metric-conversion.ts";

/** Where v1 carries what it has no fields for. */
export const annotation = {
  metrics: "autoscaling.alpha.kubernetes.io/metrics",
  currentMetrics: "autoscaling.alpha.kubernetes.io/current-metrics",
  conditions: "autoscaling.alpha.kubernetes.io/conditions",
  behavior: "autoscaling.alpha.kubernetes.io/behavior",
  scaleDownTolerance: "autoscaling.alpha.kubernetes.io/scale-down-tolerance",
  scaleUpTolerance: "autoscaling.alpha.kubernetes.io/scale-up-tolerance",
} as const;

const isCpuUsage = (metric: MetricSpec) =>
  metric.type === "Resource" && metric.resource?.name === "cpu" && metric.resource.target.averageUtilization !== undefined;

export function toV1(stored: KubeObject): Old {
  const { spec, status, metadata, ...rest } = stored as HorizontalPodAutoscaler;
  const cpu = spec.metrics?.find(isCpuUsage)?.resource?.target.averageUtilization;
  const others = (spec.metrics ?? []).filter((metric) => !isCpuUsage(metric));
  const annotations: Record<string, string> = { ...withoutCarried(metadata.annotations) };
  if (others.length > 0) annotations[annotation.metrics] = JSON.stringify(others.map(oldSpec));
  if (status.currentMetrics?.length) annotations[annotation.currentMetrics] = JSON.stringify(status.currentMetrics.map(oldStatus));
  if (spec.behavior) annotations[annotation.behavior] = JSON.stringify(goBehavior(spec.behavior));
  if (status.conditions?.length) annotations[annotation.conditions] = JSON.stringify(status.conditions);

  return {
    ...rest,
    apiVersion: "autoscaling/v1",
    metadata: withAnnotations(metadata, annotations),
    spec: {
      scaleTargetRef: spec.scaleTargetRef,
      maxReplicas: spec.maxReplicas,
      ...(spec.minReplicas !== undefined && { minReplicas: spec.minReplicas }),
      ...(cpu !== undefined && { targetCPUUtilizationPercentage: cpu }),
    },
    status: statusToV1(status),
  };
}

function statusToV1(status: HorizontalPodAutoscalerStatus): OldStatus {
  const cpu = status.currentMetrics?.find((metric) => metric.type === "Resource" && metric.resource?.name === "cpu")?.resource?.current
    .averageUtilization;
  return {
    currentReplicas: status.currentReplicas ?? 0,
    desiredReplicas: status.desiredReplicas,
    ...(status.observedGeneration !== undefined && { observedGeneration: status.observedGeneration }),
    ...(status.lastScaleTime !== undefined && { lastScaleTime: status.lastScaleTime }),
    ...(cpu !== undefined && { currentCPUUtilizationPercentage: cpu }),
  };
}

export function fromV1(old: Old): HorizontalPodAutoscaler {
  const { spec, status, metadata, ...rest } = old;
  const carried = metadata.annotations ?? {};
  const cpu = spec.targetCPUUtilizationPercentage;
  const own = cpu === undefined ? [] : defaultMetrics(cpu);
  const metrics = [...(read<OldMetricSpec[]>(carried[annotation.metrics]) ?? []).map(newSpec), ...own];
  const behavior = read<object>(carried[annotation.behavior]);
  const conditions = read<HorizontalPodAutoscalerStatus["conditions"]>(carried[annotation.conditions]);
  const current = read<OldMetricStatus[]>(carried[annotation.currentMetrics])?.map(newStatus);
  const usage = status?.currentCPUUtilizationPercentage;

  return {
    ...rest,
    apiVersion: "autoscaling/v2",
    metadata: withAnnotations(metadata, withoutCarried(carried)),
    spec: {
      scaleTargetRef: spec.scaleTargetRef,
      maxReplicas: spec.maxReplicas,
      ...(spec.minReplicas !== undefined && { minReplicas: spec.minReplicas }),
      metrics: metrics.length > 0 ? metrics : defaultMetrics(),
      ...(behavior && { behavior: apiBehavior(behavior) }),
    },
    status: {
      desiredReplicas: status?.desiredReplicas ?? 0,
      ...(status?.currentReplicas && { currentReplicas: status.currentReplicas }),
      ...(status?.observedGeneration !== undefined && { observedGeneration: status.observedGeneration }),
      ...(status?.lastScaleTime !== undefined && { lastScaleTime: status.lastScaleTime }),
      ...(conditions && { conditions }),
      ...(current
        ? { currentMetrics: current }
        : usage !== undefined && { currentMetrics: [{ type: "Resource", resource: { name: "cpu", current: { averageUtilization: usage } } }] }),
    },
  };
}

/** The annotation's JSON, if it is any: what cannot be read counts as absent. */
function read<T>(text: string | undefined): T | undefined {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as T;
  } catch {
    return undefined;
  }
}

const withoutCarried = (annotations: Readonly<Record<string, string>> | undefined): Record<string, string> => {
  const keys = new Set<string>(Object.values(annotation));
  return Object.fromEntries(Object.entries(annotations ?? {}).filter(([key]) => !keys.has(key)));
};

function withAnnotations(metadata: Old["metadata"], annotations: Record<string, string>): Old["metadata"] {
  const { annotations: _, ...rest } = metadata;
  return Object.keys(annotations).length > 0 ? { ...rest, annotations } : rest;
}

/** The behavior is carried under the names of the server's own types, which begin with capitals and leave nothing out. */
function goBehavior(behavior: NonNullable<HorizontalPodAutoscaler["spec"]["behavior"]>): object {
  const rules = (side: typeof behavior.scaleUp) =>
    side
      ? {
          StabilizationWindowSeconds: side.stabilizationWindowSeconds ?? null,
          SelectPolicy: side.selectPolicy ?? null,
          Policies: side.policies?.map(({ type, value, periodSeconds }) => ({ Type: type, Value: value, PeriodSeconds: periodSeconds })) ?? null,
          Tolerance: side.tolerance ?? null,
        }
      : null;
  return { ScaleUp: rules(behavior.scaleUp), ScaleDown: rules(behavior.scaleDown) };
}

/** And back: names of any case are taken, what is null is left out. */
function apiBehavior(value: object): NonNullable<HorizontalPodAutoscaler["spec"]["behavior"]> {
  const named = (part: unknown): unknown => {
    if (Array.isArray(part)) return part.map(named);
    if (typeof part !== "object" || part === null) return part;
    const entries = Object.entries(part).filter(([, inner]) => inner !== null);
    return Object.fromEntries(entries.map(([key, inner]) => [key.charAt(0).toLowerCase() + key.slice(1), named(inner)]));
  };
  return named(value) as NonNullable<HorizontalPodAutoscaler["spec"]["behavior"]>;
}
