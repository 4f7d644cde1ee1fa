import { expect, test } from "vitest";
import type { Draft } from "#machinery/object.ts";
import type { Deployment, HorizontalPodAutoscaler, MetricSpec } from "#machinery/types.ts";
import { type Playground, playground, web } from "../../../test/kit/cluster.ts";

const nodes = [{ name: "node-1", cpu: "16", memory: "32Gi", images: ["nginx:1.27"] }];
const resource = "horizontalpodautoscalers.autoscaling";

const autoscaler = (spec: Partial<HorizontalPodAutoscaler["spec"]> = {}, name = "web"): Draft<HorizontalPodAutoscaler> => ({
  apiVersion: "autoscaling/v2",
  kind: "HorizontalPodAutoscaler",
  metadata: { name, namespace: "default" },
  spec: { minReplicas: 2, maxReplicas: 5, scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "web" }, ...spec },
});

const statusOf = ({ api }: Playground, name = "web") => (api.get(resource, name, "default") as HorizontalPodAutoscaler).status;
const conditionsOf = (play: Playground) => (statusOf(play).conditions ?? []).map(({ type, status, reason }) => `${type}=${status} ${reason}`);
const sizeOf = ({ api }: Playground) => api.get<Deployment>("deployments.apps", "web", "default")?.spec.replicas;
const noMetrics =
  "failed to get cpu utilization: unable to get metrics for resource cpu: unable to fetch metrics from resource metrics API: the server could not find the requested resource (get pods.metrics.k8s.io)";

test.for<[replicas: number, size: number, why: string]>([
  [1, 2, "Current number of replicas below Spec.MinReplicas"],
  [9, 5, "Current number of replicas above Spec.MaxReplicas"],
])("a workload of %i is brought to %i", async ([replicas, size, why]) => {
  const play = await playground({ nodes });
  await play.make(web({ replicas }), autoscaler());
  await play.rest(20_000);
  expect(sizeOf(play)).toBe(size);
  expect(play.events("web")).toContain(`Normal SuccessfulRescale: New size: ${size}; reason: ${why}`);
});

// As recorded.
test("without a metrics server it says so", async () => {
  const play = await playground({ nodes });
  await play.make(web({ replicas: 2 }), autoscaler());
  await play.rest(60_000);
  expect(conditionsOf(play)).toEqual(["AbleToScale=True SucceededGetScale", "ScalingActive=False FailedGetResourceMetric"]);
  expect(statusOf(play)).toMatchObject({ currentReplicas: 2, currentMetrics: [{ type: "" }] });
  expect(statusOf(play).conditions?.[1]?.message).toBe(`the HPA was unable to compute the replica count: ${noMetrics}`);
  const events = play.events("web");
  expect(events).toContain(`Warning FailedGetResourceMetric: ${noMetrics}`);
  expect(events).toContain(
    `Warning FailedComputeMetricsReplicas: invalid metrics (1 invalid out of 1), first error is: failed to get cpu resource metric value: ${noMetrics}`,
  );
});

test.for<[metric: MetricSpec, reason: string, message: string]>([
  [
    { type: "Pods", pods: { metric: { name: "packets" }, target: { type: "AverageValue", averageValue: "1k" } } },
    "FailedGetPodsMetric",
    "unable to get metric packets: unable to fetch metrics from custom metrics API: no custom metrics API (custom.metrics.k8s.io) registered",
  ],
  [
    {
      type: "Object",
      object: {
        metric: { name: "requests" },
        describedObject: { apiVersion: "networking.k8s.io/v1", kind: "Ingress", name: "main" },
        target: { type: "Value", value: "2k" },
      },
    },
    "FailedGetObjectMetric",
    "unable to get metric requests: Ingress on default main/unable to fetch metrics from custom metrics API: no custom metrics API (custom.metrics.k8s.io) registered",
  ],
  [
    {
      type: "External",
      external: { metric: { name: "queue", selector: { matchLabels: { queue: "tasks" } } }, target: { type: "AverageValue", averageValue: "30" } },
    },
    "FailedGetExternalMetric",
    "unable to get external metric default/queue/&LabelSelector{MatchLabels:map[string]string{queue: tasks,},MatchExpressions:[]LabelSelectorRequirement{},}: unable to fetch metrics from external metrics API: the server could not find the requested resource (get queue.external.metrics.k8s.io)",
  ],
])("a metric that nobody measures: %s", async ([metric, reason, message]) => {
  const play = await playground({ nodes });
  await play.make(web({ replicas: 2 }), autoscaler({ metrics: [metric] }));
  await play.rest(30_000);
  expect(statusOf(play).conditions?.[1]).toMatchObject({ reason, message: `the HPA was unable to compute the replica count: ${message}` });
});

test("two for the same pods stand in each other's way", async () => {
  const play = await playground({ nodes });
  await play.make(web({ replicas: 2 }), autoscaler(), autoscaler({}, "other"));
  await play.rest(30_000);
  const message = "pods by selector app=web are controlled by multiple HPAs: [default/other default/web]";
  expect(statusOf(play, "other").conditions?.[1]).toMatchObject({ reason: "AmbiguousSelector", message });
});

test.for<[why: string, target: HorizontalPodAutoscaler["spec"]["scaleTargetRef"], message: string]>([
  ["not there", { apiVersion: "apps/v1", kind: "Deployment", name: "nope" }, 'deployments.apps "nope" not found'],
  ["of no kind", { apiVersion: "example.com/v1", kind: "Web", name: "web" }, 'no matches for kind "Web" in group "example.com"'],
  ["without a size", { apiVersion: "apps/v1", kind: "DaemonSet", name: "web" }, "the server could not find the requested resource"],
])("a target that is %s", async ([, scaleTargetRef, message]) => {
  const play = await playground({ nodes });
  await play.make(autoscaler({ scaleTargetRef }));
  await play.rest(30_000);
  expect(conditionsOf(play)).toEqual(["AbleToScale=False FailedGetScale"]);
  expect(play.events("web")).toContain(`Warning FailedGetScale: ${message}`);
});

test("a workload that was put to rest is left alone", async () => {
  const play = await playground({ nodes });
  await play.make(web({ replicas: 0 }), autoscaler());
  await play.rest(30_000);
  expect(conditionsOf(play)).toEqual(["AbleToScale=True SucceededGetScale", "ScalingActive=False ScalingDisabled"]);
  expect(sizeOf(play)).toBe(0);
});
