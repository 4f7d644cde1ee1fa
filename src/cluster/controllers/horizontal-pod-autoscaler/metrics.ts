import type { ControllerContext } from "#machinery/controller.ts";
import type { HorizontalPodAutoscaler, LabelSelector, MetricSpec, MetricStatus } from "#machinery/types.ts";
import type { Told } from "./conditions.ts";
import { Unknown } from "./replicas.ts";
import { type Proposal, resourceProposal, type Subject } from "./resource-metric.ts";

export interface Proposed {
  /** Undefined where nothing can be said. */
  replicas: number | undefined;
  metric: string;
  statuses: MetricStatus[];
  active: Told;
  /** What went wrong, though the rest may be enough to go by. */
  problem: string | undefined;
}

/**
 * What the metrics of an autoscaler ask for: the most that one of them does. Where one is not known, the others may only make the workload grow.
 */
export async function propose(autoscaler: HorizontalPodAutoscaler, subject: Subject, { event }: ControllerContext): Promise<Proposed> {
  const { metrics = [] } = autoscaler.spec;
  const statuses: MetricStatus[] = [];
  const failures: { problem: string; active: Told }[] = [];
  let [replicas, metric] = [0, ""];
  for (const spec of metrics) {
    const { reason, failure, proposed, status } = kindOf(spec, subject);
    try {
      const proposal = proposed();
      statuses.push(status(proposal));
      if (replicas === 0 || proposal.replicas > replicas) [replicas, metric] = [proposal.replicas, proposal.metric];
    } catch (error) {
      if (!(error instanceof Unknown)) throw error;
      statuses.push({ type: "" });
      await event(autoscaler, "Warning", reason, error.message);
      const message = `the HPA was unable to compute the replica count: ${error.message}`;
      failures.push({ problem: `${failure}${error.message}`, active: { status: "False", reason, message } });
    }
  }
  const [first] = failures;
  const problem = first && `invalid metrics (${failures.length} invalid out of ${metrics.length}), first error is: ${first.problem}`;
  if (first && (failures.length === metrics.length || replicas < subject.current))
    return { replicas: undefined, metric, statuses, active: first.active, problem };
  const message = `the HPA was able to successfully calculate a replica count from ${metric}`;
  return { replicas, metric, statuses, active: { status: "True", reason: "ValidMetricFound", message }, problem };
}

interface KindOfMetric {
  reason: string;
  /** How the controller's error begins. */
  failure: string;
  proposed(): Proposal;
  status(proposal: Proposal): MetricStatus;
}

function kindOf({ type, resource, containerResource, pods, object, external }: MetricSpec, subject: Subject): KindOfMetric {
  const unmeasured = (reason: string, failure: string, why: string): KindOfMetric => ({
    reason,
    failure,
    proposed() {
      throw new Unknown(why);
    },
    status: () => ({ type }),
  });
  const custom = "unable to fetch metrics from custom metrics API: no custom metrics API (custom.metrics.k8s.io) registered";
  if (resource) {
    const { name, target } = resource;
    return {
      reason: "FailedGetResourceMetric",
      failure: `failed to get ${name} resource metric value: `,
      proposed: () => resourceProposal(subject, name, target, undefined),
      status: ({ value }) => ({ type, resource: { name, current: value } }),
    };
  }
  if (containerResource) {
    const { name, container, target } = containerResource;
    return {
      reason: "FailedGetContainerResourceMetric",
      failure: `failed to get ${container} container metric value: `,
      proposed: () => resourceProposal(subject, name, target, container),
      status: ({ value }) => ({ type, containerResource: { name, container, current: value } }),
    };
  }
  if (pods) return unmeasured("FailedGetPodsMetric", "failed to get pods metric value: ", `unable to get metric ${pods.metric.name}: ${custom}`);
  if (object) {
    const { metric, describedObject, target } = object;
    const why = `unable to get metric ${metric.name}: ${describedObject.kind} on ${subject.namespace} ${describedObject.name}/${custom}`;
    const average = target.averageValue === undefined ? "" : `failed to get ${metric.name} object metric: `;
    return unmeasured("FailedGetObjectMetric", `failed to get object metric value: ${average}`, why);
  }
  if (external) {
    const { name, selector } = external.metric;
    const answer = `the server could not find the requested resource (get ${name}.external.metrics.k8s.io)`;
    const why = `unable to get external metric ${subject.namespace}/${name}/${goSelector(selector)}: unable to fetch metrics from external metrics API: ${answer}`;
    const more = external.target.averageValue === undefined ? `failed to get external metric ${name}: ` : `failed to get ${name} external metric: `;
    return unmeasured("FailedGetExternalMetric", `failed to get ${name} external metric value: ${more}`, why);
  }
  return unmeasured("InvalidMetricSourceType", "", `unknown metric source type "${type}"`);
}

/** A selector as Go prints it. */
function goSelector(selector: LabelSelector | undefined): string {
  if (!selector) return "nil";
  const labels = Object.entries(selector.matchLabels ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  const expressions = (selector.matchExpressions ?? []).map(
    ({ key, operator, values = [] }) => `LabelSelectorRequirement{Key:${key},Operator:${operator},Values:[${values.join(" ")}],},`,
  );
  const matchLabels = `map[string]string{${labels.map(([key, value]) => `${key}: ${value},`).join("")}}`;
  return `&LabelSelector{MatchLabels:${matchLabels},MatchExpressions:[]LabelSelectorRequirement{${expressions.join("")}},}`;
}
