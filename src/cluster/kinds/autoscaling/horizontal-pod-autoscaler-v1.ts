import { defineKind } from "#cluster/apiserver/kind.ts";
import { status } from "#cluster/apiserver/subresources/status.ts";
import type { AutoscalingHorizontalPodAutoscaler } from "#machinery/types.ts";
import { autoscalerColumns } from "./columns.ts";
import { annotation, fromV1, toV1 } from "./conversion.ts";
import { defaultUtilization } from "./defaults.ts";
import { checkEither } from "./validate.ts";

/** The first version, which knows one metric alone: how much of the CPU is in use. */
export const horizontalPodAutoscalerV1 = defineKind<AutoscalingHorizontalPodAutoscaler>({
  group: "autoscaling",
  version: "v1",
  kind: "HorizontalPodAutoscaler",
  plural: "horizontalpodautoscalers",
  shortNames: ["hpa"],
  categories: ["all"],
  scope: "Namespaced",
  docs: "https://kubernetes.io/docs/concepts/workloads/autoscaling/horizontal-pod-autoscale/",

  columns: autoscalerColumns<AutoscalingHorizontalPodAutoscaler>(fromV1),
  default({ metadata, spec }) {
    spec.minReplicas ??= 1;
    // Other metrics stand among the annotations; without any it is the CPU.
    if (!metadata.annotations?.[annotation.metrics]) spec.targetCPUUtilizationPercentage ??= defaultUtilization;
  },
  generation: false,
  validate: checkEither(fromV1),
  view: { of: { group: "autoscaling", version: "v2", plural: "horizontalpodautoscalers" }, read: toV1, write: fromV1 },
  subresources: [status],
});
