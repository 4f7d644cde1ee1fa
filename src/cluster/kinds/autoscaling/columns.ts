import type { Column } from "#cluster/apiserver/kind.ts";
import type { KubeObject } from "#machinery/object.ts";
import type { HorizontalPodAutoscaler, MetricSpec, MetricStatus, MetricTarget, MetricValueStatus } from "#machinery/types.ts";
import { columnsOf } from "../shared/columns.ts";

/** The columns of autoscalers, whichever version is asked for; `stored` gives a view's autoscaler as v2 has it. */
export const autoscalerColumns = <T extends KubeObject>(stored: (autoscaler: T) => HorizontalPodAutoscaler): readonly Column<T>[] => {
  const cell = (of: (autoscaler: HorizontalPodAutoscaler) => unknown) => (autoscaler: T) => of(stored(autoscaler));
  return columnsOf<T>("HorizontalPodAutoscaler", [
    { name: "Reference", type: "string", cell: cell(({ spec }) => `${spec.scaleTargetRef.kind}/${spec.scaleTargetRef.name}`) },
    { name: "Targets", type: "string", cell: cell(targets) },
    { name: "MinPods", type: "string", cell: cell(({ spec }) => (spec.minReplicas === undefined ? "<unset>" : String(spec.minReplicas))) },
    { name: "MaxPods", type: "string", cell: cell(({ spec }) => spec.maxReplicas) },
    { name: "Replicas", type: "string", cell: cell(({ status }) => status.currentReplicas ?? 0) },
  ]);
};

const shown = 2;

function targets({ spec, status }: HorizontalPodAutoscaler): string {
  const all = (spec.metrics ?? []).map((metric, i) => metricText(metric, status.currentMetrics?.[i]));
  if (all.length === 0) return "<none>";
  const list = all.slice(0, shown).join(", ");
  return all.length > shown ? `${list} + ${all.length - shown} more...` : list;
}

/** `cpu: 20%/60%`: what is, and what should be. */
function metricText(spec: MetricSpec, status: MetricStatus | undefined): string {
  switch (spec.type) {
    case "External":
      return spec.external ? amount(spec.external.target, status?.external?.current) : "<unknown type>";
    case "Object":
      return spec.object ? amount(spec.object.target, status?.object?.current) : "<unknown type>";
    case "Pods":
      return `${status?.pods ? (status.pods.current.averageValue ?? "0") : "<unknown>"}/${spec.pods?.target.averageValue ?? "0"}`;
    case "Resource":
      return `${spec.resource?.name}: ${usage(spec.resource?.target, status?.resource?.current)}`;
    case "ContainerResource":
      return `${spec.containerResource?.name}: ${usage(spec.containerResource?.target, status?.containerResource?.current)}`;
    default:
      return "<unknown type>";
  }
}

function amount(target: MetricTarget, current: MetricValueStatus | undefined): string {
  if (target.averageValue !== undefined) return `${current?.averageValue ?? "<unknown>"}/${target.averageValue} (avg)`;
  return `${current ? (current.value ?? "0") : "<unknown>"}/${target.value ?? "0"}`;
}

function usage(target: MetricTarget | undefined, current: MetricValueStatus | undefined): string {
  if (target?.averageValue !== undefined) return `${current ? (current.averageValue ?? "0") : "<unknown>"}/${target.averageValue}`;
  return `${percent(current?.averageUtilization) ?? "<unknown>"}/${percent(target?.averageUtilization) ?? "<auto>"}`;
}

const percent = (value: number | undefined) => (value === undefined ? undefined : `${value}%`);
