import { defineKind } from "#cluster/apiserver/kind.ts";
import { status } from "#cluster/apiserver/subresources/status.ts";
import type { HorizontalPodAutoscaler } from "#machinery/types.ts";
import { autoscalerColumns } from "./columns.ts";
import { defaultAutoscaler } from "./defaults.ts";
import { checkEither } from "./validate.ts";

export const horizontalPodAutoscaler = defineKind<HorizontalPodAutoscaler>({
  group: "autoscaling",
  version: "v2",
  kind: "HorizontalPodAutoscaler",
  plural: "horizontalpodautoscalers",
  shortNames: ["hpa"],
  categories: ["all"],
  scope: "Namespaced",
  docs: "https://kubernetes.io/docs/concepts/workloads/autoscaling/horizontal-pod-autoscale/",

  columns: autoscalerColumns<HorizontalPodAutoscaler>((autoscaler) => autoscaler),
  default: defaultAutoscaler,
  generation: false,
  validate: checkEither((autoscaler) => autoscaler),
  subresources: [status],
});
