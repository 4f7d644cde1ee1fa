import type { CrossVersionObjectReference, LabelSelector, MetricSpec, MetricStatus, MetricTarget, MetricValueStatus } from "#machinery/types.ts";

/** A metric as v1 carries it in an annotation: flat, each sort with names of its own. */
export interface OldMetricSpec {
  type: string;
  object?: OldObject & { targetValue: string };
  pods?: { metricName: string; targetAverageValue: string; selector?: LabelSelector };
  resource?: { name: string; targetAverageUtilization?: number; targetAverageValue?: string };
  containerResource?: { name: string; targetAverageUtilization?: number; targetAverageValue?: string; container: string };
  external?: { metricName: string; metricSelector?: LabelSelector; targetValue?: string; targetAverageValue?: string };
}

export interface OldMetricStatus {
  type: string;
  object?: OldObject & { currentValue: string };
  pods?: { metricName: string; currentAverageValue: string; selector?: LabelSelector };
  resource?: { name: string; currentAverageUtilization?: number; currentAverageValue: string };
  containerResource?: { name: string; currentAverageUtilization?: number; currentAverageValue: string; container: string };
  external?: { metricName: string; metricSelector?: LabelSelector; currentValue: string; currentAverageValue?: string };
}

interface OldObject {
  target: CrossVersionObjectReference;
  metricName: string;
  selector?: LabelSelector;
  averageValue?: string;
}

/** Leaves out what is undefined. */
const given = <T extends object>(fields: T): T => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;

const metric = (name: string, selector: LabelSelector | undefined) => given({ name, selector });
const usageTarget = (averageUtilization: number | undefined, averageValue: string | undefined): MetricTarget =>
  given({ type: averageUtilization === undefined ? "AverageValue" : "Utilization", averageUtilization, averageValue });

export function oldSpec({ type, object, pods, resource, containerResource, external }: MetricSpec): OldMetricSpec {
  const usage = ({ averageUtilization, averageValue }: MetricTarget) =>
    given({ targetAverageUtilization: averageUtilization, targetAverageValue: averageValue });
  return given({
    type,
    object:
      object &&
      given({
        target: object.describedObject,
        metricName: object.metric.name,
        targetValue: object.target.value ?? "0",
        selector: object.metric.selector,
        averageValue: object.target.averageValue,
      }),
    pods: pods && given({ metricName: pods.metric.name, targetAverageValue: pods.target.averageValue ?? "0", selector: pods.metric.selector }),
    resource: resource && { name: resource.name, ...usage(resource.target) },
    containerResource: containerResource && {
      name: containerResource.name,
      ...usage(containerResource.target),
      container: containerResource.container,
    },
    external:
      external &&
      given({
        metricName: external.metric.name,
        metricSelector: external.metric.selector,
        targetValue: external.target.value,
        targetAverageValue: external.target.averageValue,
      }),
  }) as OldMetricSpec;
}

export function newSpec({ type, object, pods, resource, containerResource, external }: OldMetricSpec): MetricSpec {
  return given({
    type,
    object: object && {
      describedObject: object.target,
      metric: metric(object.metricName, object.selector),
      target: given({
        type: object.averageValue === undefined ? "Value" : "AverageValue",
        // v1 cannot leave the value out, so none at all is written as zero.
        value: object.averageValue === undefined || object.targetValue !== "0" ? object.targetValue : undefined,
        averageValue: object.averageValue,
      }),
    },
    pods: pods && { metric: metric(pods.metricName, pods.selector), target: { type: "AverageValue", averageValue: pods.targetAverageValue } },
    resource: resource && { name: resource.name, target: usageTarget(resource.targetAverageUtilization, resource.targetAverageValue) },
    containerResource: containerResource && {
      name: containerResource.name,
      container: containerResource.container,
      target: usageTarget(containerResource.targetAverageUtilization, containerResource.targetAverageValue),
    },
    external: external && {
      metric: metric(external.metricName, external.metricSelector),
      target: given({
        type: external.targetValue === undefined ? "AverageValue" : "Value",
        value: external.targetValue,
        averageValue: external.targetAverageValue,
      }),
    },
  }) as MetricSpec;
}

export function oldStatus({ type, object, pods, resource, containerResource, external }: MetricStatus): OldMetricStatus {
  const usage = ({ averageUtilization, averageValue }: MetricValueStatus) =>
    given({ currentAverageUtilization: averageUtilization, currentAverageValue: averageValue ?? "0" });
  return given({
    type,
    object:
      object &&
      given({
        target: object.describedObject,
        metricName: object.metric.name,
        currentValue: object.current.value ?? "0",
        selector: object.metric.selector,
        averageValue: object.current.averageValue,
      }),
    pods: pods && given({ metricName: pods.metric.name, currentAverageValue: pods.current.averageValue ?? "0", selector: pods.metric.selector }),
    resource: resource && { name: resource.name, ...usage(resource.current) },
    containerResource: containerResource && {
      name: containerResource.name,
      ...usage(containerResource.current),
      container: containerResource.container,
    },
    external:
      external &&
      given({
        metricName: external.metric.name,
        metricSelector: external.metric.selector,
        currentValue: external.current.value ?? "0",
        currentAverageValue: external.current.averageValue,
      }),
  }) as OldMetricStatus;
}

export function newStatus({ type, object, pods, resource, containerResource, external }: OldMetricStatus): MetricStatus {
  const usage = (averageUtilization: number | undefined, averageValue: string) => given({ averageUtilization, averageValue });
  return given({
    type,
    object: object && {
      describedObject: object.target,
      metric: metric(object.metricName, object.selector),
      current: given({ value: object.currentValue, averageValue: object.averageValue }),
    },
    pods: pods && { metric: metric(pods.metricName, pods.selector), current: { averageValue: pods.currentAverageValue } },
    resource: resource && { name: resource.name, current: usage(resource.currentAverageUtilization, resource.currentAverageValue) },
    containerResource: containerResource && {
      name: containerResource.name,
      container: containerResource.container,
      current: usage(containerResource.currentAverageUtilization, containerResource.currentAverageValue),
    },
    external: external && {
      metric: metric(external.metricName, external.metricSelector),
      current: given({ value: external.currentValue, averageValue: external.currentAverageValue }),
    },
  }) as MetricStatus;
}
