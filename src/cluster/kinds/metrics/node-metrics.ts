import { defineKind } from "#cluster/apiserver/kind.ts";
import type { NodeMetrics } from "#machinery/metrics.ts";
import { shapeOfKind } from "#machinery/structural-schema/shape.ts";
import { parseTime } from "#machinery/time.ts";
import type { Node } from "#machinery/types.ts";
import { declared, measuredAt, metadataOf, nodeMeasures, timing, usageOf } from "./measured.ts";

export const nodeMetrics = defineKind<NodeMetrics>({
  group: "metrics.k8s.io",
  version: "v1beta1",
  kind: "NodeMetrics",
  plural: "nodes",
  singular: "",
  scope: "Cluster",
  verbs: ["get", "list"],
  custom: true,
  schema: shapeOfKind(declared(nodeMeasures)),
  declared: declared(nodeMeasures),
  docs: "https://kubernetes.io/docs/reference/external-api/metrics.v1beta1/",

  columns: [
    { name: "Name", type: "string", format: "name", cell: ({ metadata }) => metadata.name },
    { name: "Cpu", type: "string", cell: ({ usage }) => usage.cpu },
    { name: "Memory", type: "string", cell: ({ usage }) => usage.memory },
    { name: "Window", type: "string", format: "duration", cell: ({ window }) => window },
  ],
  bareColumns: true,

  computed({ api, kubelets, now }) {
    const end = measuredAt(now);
    return api.list<Node>("nodes").flatMap(({ metadata }) => {
      const used = parseTime(metadata.creationTimestamp ?? "") <= end ? kubelets.nodeUsage(metadata.name, end) : undefined;
      if (!used) return [];
      return [
        { kind: "NodeMetrics", apiVersion: "metrics.k8s.io/v1beta1", metadata: metadataOf(metadata, now), ...timing(end), usage: usageOf(used) },
      ];
    });
  },
});
