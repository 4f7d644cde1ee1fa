import type { Api } from "#machinery/client.ts";
import { parseGoDuration } from "#machinery/duration.ts";
import { metricsService, type PodMetrics, podMetricsResource } from "#machinery/metrics.ts";
import { addQuantities, formatQuantity, type Quantity, quantity, zero } from "#machinery/quantity.ts";
import { parseTime } from "#machinery/time.ts";
import type { Container, MetricTarget, MetricValueStatus, Pod } from "#machinery/types.ts";
import { replicasFor, type Sample, type Tolerance, Unknown } from "./replicas.ts";

export interface Subject {
  api: Api;
  namespace: string;
  selector: string;
  pods: readonly Pod[];
  current: number;
  tolerance: Tolerance;
  now: number;
}

export interface Proposal {
  replicas: number;
  /** What it is based on, as events name it. */
  metric: string;
  value: MetricValueStatus;
}

const milli = ({ nano }: Quantity): number => Number(nano / 1_000_000n);

/** How many replicas a metric of what pods, or one container of them, use of a resource asks for. */
export function resourceProposal(subject: Subject, resource: string, target: MetricTarget, container: string | undefined): Proposal {
  const { pods, current, tolerance, now } = subject;
  const common = { pods, current, tolerance, now, isCpu: resource === "cpu" };
  if (target.averageValue !== undefined) {
    return within(`failed to get ${resource} usage`, () => {
      const samples = samplesOf(subject, resource, container);
      const wanted = milli(quantity(target.averageValue));
      const mean = (values: ReadonlyMap<string, number>) => Math.trunc(sum(values.values()) / values.size);
      const { replicas, counted } = replicasFor({ ...common, samples, ratio: (values) => mean(values) / wanted, full: () => wanted });
      return { replicas, metric: `${resource} resource`, value: { averageValue: written(resource, mean(counted)) } };
    });
  }
  const { averageUtilization: wanted } = target;
  if (wanted === undefined)
    throw new Unknown("invalid resource metric source: neither an average utilization target nor an average value (usage) target was set");
  return within(`failed to get ${resource} utilization`, () => {
    const samples = samplesOf(subject, resource, container);
    let requests = new Map<string, number>();
    const utilization = (values: ReadonlyMap<string, number>) => {
      if (requests.size === 0) requests = new Map(pods.map((pod) => [pod.metadata.name, requestOf(pod, resource, container)]));
      const known = [...values].filter(([name]) => requests.has(name));
      const requested = sum(known.map(([name]) => requests.get(name) ?? 0));
      if (requested === 0) throw new Unknown("no metrics returned matched known pods");
      const used = sum(known.map(([, value]) => value));
      return { percent: Math.trunc((used * 100) / requested), mean: Math.trunc(used / known.length) };
    };
    const { replicas, counted } = replicasFor({
      ...common,
      samples,
      ratio: (values) => utilization(values).percent / wanted,
      full: (pod) => ((requests.get(pod) ?? 0) * Math.max(100, wanted)) / 100,
    });
    const { percent, mean } = utilization(counted);
    const what = container === undefined ? "resource" : "container resource";
    return {
      replicas,
      metric: `${resource} ${what} utilization (percentage of request)`,
      value: { averageUtilization: percent, averageValue: written(resource, mean) },
    };
  });
}

/** Thousandths as a quantity: bytes are counted as those of memory are. */
function written(resource: string, thousandths: number): string {
  return formatQuantity({ nano: BigInt(thousandths) * 1_000_000n, format: resource === "memory" ? "binary" : "decimal" });
}

const sum = (values: Iterable<number>): number => [...values].reduce((all, value) => all + value, 0);

function within<T>(what: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof Unknown ? new Unknown(`${what}: ${error.message}`) : error;
  }
}

/** What each pod uses. What a container of a pod is not measured for, the pod is not measured for. */
function samplesOf({ api, namespace, selector }: Subject, resource: string, container: string | undefined): Map<string, Sample> {
  const found = metricsOf(api, namespace, selector);
  if (typeof found === "string")
    throw new Unknown(`unable to get metrics for resource ${resource}: unable to fetch metrics from resource metrics API: ${found}`);
  if (found.length === 0) throw new Unknown(`unable to get metrics for resource ${resource}: no metrics returned from resource metrics API`);
  const samples = new Map<string, Sample>();
  for (const { metadata, containers, timestamp, window } of found) {
    const measured = container === undefined ? containers : containers.filter(({ name }) => name === container);
    const values = measured.map(({ usage }) => (resource === "cpu" || resource === "memory" ? usage[resource] : undefined));
    if (values.length === 0 || values.includes(undefined)) continue;
    const value = milli(values.map((text) => quantity(text)).reduce(addQuantities, zero));
    const length = parseGoDuration(window);
    samples.set(metadata.name, { value, at: parseTime(timestamp), window: typeof length === "number" ? length : 0 });
  }
  return samples;
}

/** What the metrics API answers; a text where it does not. */
function metricsOf(api: Api, namespace: string, selector: string): readonly PodMetrics[] | string {
  if (api.resourceOf("metrics.k8s.io/v1beta1", "PodMetrics")) return api.list<PodMetrics>(podMetricsResource, { namespace, labels: selector });
  const isRegistered = api.get("apiservices.apiregistration.k8s.io", metricsService) !== undefined;
  const why = isRegistered ? "the server is currently unable to handle the request" : "the server could not find the requested resource";
  return `${why} (get ${podMetricsResource})`;
}

function requestOf({ metadata, spec }: Pod, resource: string, container: string | undefined): number {
  const ofPod = container === undefined ? spec.resources?.requests : undefined;
  if (ofPod) {
    const own = ofPod[resource];
    if (own === undefined) throw new Unknown(`missing pod-level request for ${resource} in Pod ${metadata.name}`);
    return milli(quantity(own));
  }
  const sidecars = spec.initContainers?.filter(({ restartPolicy }) => restartPolicy === "Always") ?? [];
  const meant = [...spec.containers, ...sidecars].filter(({ name }) => container === undefined || name === container);
  if (meant.length === 0) throw new Unknown(`container ${container} not found in Pod ${metadata.name}`);
  return sum(meant.map((each) => requestOfContainer(each, resource, metadata.name)));
}

function requestOfContainer({ name, resources }: Container, resource: string, pod: string): number {
  const request = resources?.requests?.[resource];
  if (request === undefined) throw new Unknown(`missing request for ${resource} in container ${name} of Pod ${pod}`);
  return milli(quantity(request));
}
