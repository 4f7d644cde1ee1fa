import { defineKind } from "#cluster/apiserver/kind.ts";
import type { PodMetrics } from "#machinery/metrics.ts";
import { addQuantities, formatQuantity, quantity, zero } from "#machinery/quantity.ts";
import { shapeOfKind } from "#machinery/structural-schema/shape.ts";
import type { Pod } from "#machinery/types.ts";
import { declared, measuredAt, metadataOf, podMeasures, timing, usageOf } from "./measured.ts";

const sum = ({ containers }: PodMetrics, of: "cpu" | "memory"): string =>
  formatQuantity(containers.map(({ usage }) => quantity(usage[of])).reduce(addQuantities, zero));

export const podMetrics = defineKind<PodMetrics>({
  group: "metrics.k8s.io",
  version: "v1beta1",
  kind: "PodMetrics",
  plural: "pods",
  singular: "",
  scope: "Namespaced",
  verbs: ["get", "list"],
  custom: true,
  schema: shapeOfKind(declared(podMeasures)),
  declared: declared(podMeasures),
  docs: "https://kubernetes.io/docs/reference/external-api/metrics.v1beta1/",

  columns: [
    { name: "Name", type: "string", format: "name", cell: ({ metadata }) => metadata.name },
    { name: "Cpu", type: "string", cell: (metrics) => sum(metrics, "cpu") },
    { name: "Memory", type: "string", cell: (metrics) => sum(metrics, "memory") },
    { name: "Window", type: "string", format: "duration", cell: ({ window }) => window },
  ],
  bareColumns: true,

  computed({ api, kubelets, now }) {
    const end = measuredAt(now);
    return api.list<Pod>("pods").flatMap((pod) => {
      const containers = pod.status.phase === "Running" ? kubelets.usage(pod, end) : [];
      // What is measured of some of its containers alone says nothing of the pod.
      if (containers.length < pod.spec.containers.length) return [];
      const metadata = metadataOf(pod.metadata, now);
      const measures = containers.map(({ name, ...used }) => ({ name, usage: usageOf(used) }));
      return [{ kind: "PodMetrics", apiVersion: "metrics.k8s.io/v1beta1", metadata, ...timing(end), containers: measures }];
    });
  },
});
