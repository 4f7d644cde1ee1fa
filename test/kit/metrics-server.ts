import type { Draft, KubeObject } from "#machinery/object.ts";
import type { APIService, Deployment, Service } from "#machinery/types.ts";

const labels = { "k8s-app": "metrics-server" };
const metadata = { name: "metrics-server", namespace: "kube-system", labels };

/** A metrics server as its own manifest has it, apart from roles: kubelets are trusted unless told otherwise. */
export function metricsServer(args: readonly string[] = ["--kubelet-insecure-tls"]): Draft<KubeObject>[] {
  const service: Draft<Service> = {
    apiVersion: "v1",
    kind: "Service",
    metadata,
    spec: { selector: labels, ports: [{ name: "https", port: 443, protocol: "TCP", targetPort: "https" }] },
  };
  const deployment: Draft<Deployment> = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata,
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { name: "", labels },
        spec: {
          containers: [
            {
              name: "metrics-server",
              image: "registry.k8s.io/metrics-server/metrics-server:v0.8.0",
              args: ["--secure-port=10250", "--metric-resolution=15s", ...args],
              ports: [{ name: "https", containerPort: 10250, protocol: "TCP" }],
              readinessProbe: { httpGet: { path: "/readyz", port: "https", scheme: "HTTPS" }, initialDelaySeconds: 20, periodSeconds: 10 },
            },
          ],
        },
      },
    },
  };
  const api: Draft<APIService> = {
    apiVersion: "apiregistration.k8s.io/v1",
    kind: "APIService",
    metadata: { name: "v1beta1.metrics.k8s.io" },
    spec: {
      group: "metrics.k8s.io",
      version: "v1beta1",
      groupPriorityMinimum: 100,
      versionPriority: 100,
      insecureSkipTLSVerify: true,
      service: { name: "metrics-server", namespace: "kube-system" },
    },
  };
  return [service, deployment, api];
}
