import { expect, test } from "vitest";
import { textOf } from "#base/streams.ts";
import type { NodeMetrics, PodMetrics } from "#machinery/metrics.ts";
import type { Draft } from "#machinery/object.ts";
import type { APIService, Deployment, HorizontalPodAutoscaler, Namespace, Pod } from "#machinery/types.ts";
import { admin } from "#machinery/user.ts";
import { type Playground, playground, web } from "../../../../test/kit/cluster.ts";
import { metricsServer } from "../../../../test/kit/metrics-server.ts";

const images = [
  "nginx:1.27",
  "busybox:1.36",
  "polinux/stress",
  "registry.k8s.io/hpa-example",
  "registry.k8s.io/metrics-server/metrics-server:v0.8.0",
];
const nodes = [{ name: "node-1", cpu: "4", memory: "8Gi", images }];
const kubeSystem: Draft<Namespace> = { apiVersion: "v1", kind: "Namespace", metadata: { name: "kube-system" } };
const minute = 60_000;

async function measured(args?: readonly string[]): Promise<Playground> {
  const play = await playground({ nodes });
  if (!play.api.get("namespaces", "kube-system")) await play.make(kubeSystem);
  await play.make(...metricsServer(args));
  await play.rest(minute);
  return play;
}

const asked = async ({ cluster }: Playground, path: string) => {
  const { status, body } = await cluster.tasks.run(() => cluster.client(admin).fetch({ method: "GET", url: path, headers: {} }));
  const text = body instanceof Uint8Array ? textOf(body) : "";
  return { status, text };
};
const podOf = (container: Partial<Pod["spec"]["containers"][number]>, name: string): Draft<Pod> => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, namespace: "default" },
  spec: { containers: [{ name: "main", image: "busybox:1.36", ...container }] },
});
const usageOf = ({ api }: Playground, name: string) =>
  api.list<PodMetrics>("pods.metrics.k8s.io", { namespace: "default" }).find(({ metadata }) => metadata.name === name)?.containers[0]?.usage;
const availability = ({ api }: Playground) => {
  const condition = api.get<APIService>("apiservices.apiregistration.k8s.io", "v1beta1.metrics.k8s.io")?.status?.conditions?.[0];
  return `${condition?.status} ${condition?.reason}`;
};

test("the metrics API is there as long as a metrics server is", async () => {
  const play = await playground({ nodes });
  const path = "/apis/metrics.k8s.io/v1beta1/nodes";
  expect((await asked(play, path)).status).toBe(404);
  if (!play.api.get("namespaces", "kube-system")) await play.make(kubeSystem);
  const [service, deployment, registration] = metricsServer();
  if (!service || !deployment || !registration) throw new Error("no manifest");
  await play.make(registration);
  expect([availability(play), (await asked(play, path)).status]).toEqual(["False ServiceNotFound", 503]);
  await play.make(service, deployment);
  await play.rest(minute);
  expect([availability(play), (await asked(play, path)).status]).toEqual(["True Passed", 200]);
  expect((await asked(play, "/apis/metrics.k8s.io/v1beta1")).text).toContain('"kind":"PodMetrics"');
  await play.does((api) => api.delete("deployments.apps", "metrics-server", "kube-system", { propagationPolicy: "Background" }));
  await play.rest(minute);
  expect([availability(play), (await asked(play, path)).status]).toEqual(["False MissingEndpoints", 503]);
});

test("a metrics server that trusts no kubelet never becomes ready", async () => {
  const play = await measured([]);
  expect(availability(play)).toBe("False MissingEndpoints");
});

test("nodes and pods are measured a moment after they began", async () => {
  const play = await measured();
  await play.make(podOf({ image: "nginx:1.27" }, "web"));
  await play.rest(minute);
  expect(usageOf(play, "web")).toEqual({ cpu: "1000000n", memory: "8192Ki" });
  const [node] = play.api.list<NodeMetrics>("nodes.metrics.k8s.io");
  expect(node).toMatchObject({ kind: "NodeMetrics", metadata: { name: "node-1" }, window: "15s" });
  expect(node?.usage.cpu).toMatch(/^\d+n$/);
  const list = JSON.parse((await asked(play, "/apis/metrics.k8s.io/v1beta1/namespaces/default/pods")).text);
  expect([list.kind, list.items.length]).toEqual(["PodMetricsList", 1]);
  expect((await asked(play, "/apis/metrics.k8s.io/v1beta1/namespaces/default/pods/web")).status).toBe(200);
  expect((await asked(play, "/apis/metrics.k8s.io/v1beta1/namespaces/kube-system/pods/web")).status).toBe(404);
});

test.for<[why: string, container: Partial<Pod["spec"]["containers"][number]>, cpu: string, memory: string]>([
  ["what it is told", { command: ["stress"], args: ["--cpu", "1", "--vm", "1", "--vm-bytes", "150M"] }, "2000000000n", "154624Ki"],
  ["no more than it may", { command: ["stress"], args: ["--cpu", "2"], resources: { limits: { cpu: "500m" } } }, "500000000n", "1024Ki"],
])("stress takes %s", async ([, container, cpu, memory]) => {
  const play = await measured();
  await play.make(podOf({ image: "polinux/stress", ...container }, "stress"));
  await play.rest(minute);
  expect(usageOf(play, "stress")).toEqual({ cpu, memory });
});

test("load makes a workload grow, and rest lets it shrink after five minutes", async () => {
  const play = await measured();
  const resources = { requests: { cpu: "200m" }, limits: { cpu: "500m" } };
  const deployment = web({ replicas: 1 }, "registry.k8s.io/hpa-example", "php-apache");
  const containers = [{ name: "php-apache", image: "registry.k8s.io/hpa-example", ports: [{ containerPort: 80 }], resources }];
  const template = { ...deployment.spec?.template, spec: { containers } };
  const autoscaler: Draft<HorizontalPodAutoscaler> = {
    apiVersion: "autoscaling/v2",
    kind: "HorizontalPodAutoscaler",
    metadata: { name: "php-apache", namespace: "default" },
    spec: {
      minReplicas: 1,
      maxReplicas: 10,
      scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "php-apache" },
      metrics: [{ type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 50 } } }],
    },
  };
  await play.make(
    { ...deployment, spec: { ...deployment.spec, template } } as Draft<Deployment>,
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "php-apache", namespace: "default" },
      spec: { selector: { app: "php-apache" }, ports: [{ port: 80 }] },
    } as never,
    autoscaler,
  );
  await play.rest(3 * minute);
  const sizeOf = () => play.api.get<Deployment>("deployments.apps", "php-apache", "default")?.spec.replicas ?? 0;
  const statusOf = () => (play.api.get("horizontalpodautoscalers.autoscaling", "php-apache", "default") as HorizontalPodAutoscaler).status;
  expect(sizeOf()).toBe(1);
  expect(statusOf().currentMetrics?.[0]?.resource).toEqual({ name: "cpu", current: { averageUtilization: 0, averageValue: "1m" } });
  expect((statusOf().conditions ?? []).map(({ type, status, reason }) => `${type}=${status} ${reason}`)).toEqual([
    "AbleToScale=True ScaleDownStabilized",
    "ScalingActive=True ValidMetricFound",
    "ScalingLimited=False DesiredWithinRange",
  ]);

  await play.make(podOf({ command: ["sh", "-c", "while sleep 0.01; do wget -q -O- http://php-apache; done"] }, "load"));
  await play.rest(3 * minute);
  const size = sizeOf();
  expect(size).toBeGreaterThan(3);
  expect(
    play
      .events("php-apache")
      .some((text) => /SuccessfulRescale: New size: \d+; reason: cpu resource utilization \(percentage of request\) above target/.test(text)),
  ).toBe(true);

  await play.cluster.tasks.run(() => play.api.delete("pods", "load", "default", { gracePeriodSeconds: 0 }));
  await play.rest(3 * minute);
  expect(sizeOf()).toBeGreaterThanOrEqual(size);
  await play.rest(5 * minute);
  expect(sizeOf()).toBe(1);
});
