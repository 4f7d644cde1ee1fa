import type { Usage } from "#machinery/metrics.ts";
import { formatTime } from "#machinery/time.ts";
import type { JSONSchemaProps, ObjectMeta } from "#machinery/types.ts";

/** How often is measured, and over how long: the metrics server's own `--metric-resolution`. */
const resolution = 15_000;

/** When was measured last before a time. */
export const measuredAt = (now: number): number => Math.floor(now / resolution) * resolution;

/** What says when something was measured, and over how long. */
export const timing = (end: number) => ({ timestamp: formatTime(end), window: `${resolution / 1000}s` });

/** An amount as the metrics server writes it. */
export const usageOf = ({ cpu, memory }: { cpu: number; memory: number }): Usage => ({
  cpu: cpu > 0 ? `${Math.round(cpu * 1e6)}n` : "0",
  memory: `${Math.ceil(memory / 1024)}Ki`,
});

/** What a metric says of what it is about. */
export const metadataOf = ({ name, namespace, labels }: ObjectMeta, now: number): ObjectMeta => ({
  name,
  ...(namespace ? { namespace } : {}),
  creationTimestamp: formatTime(now),
  ...(labels ? { labels } : {}),
});

const usage: JSONSchemaProps = { type: "object", additionalProperties: { type: "string" } };

/** How a metric is declared, for OpenAPI. */
export const declared = (measures: Record<string, JSONSchemaProps>): JSONSchemaProps => ({
  type: "object",
  properties: {
    apiVersion: { type: "string" },
    kind: { type: "string" },
    metadata: { type: "object" },
    timestamp: { type: "string", format: "date-time" },
    window: { type: "string" },
    ...measures,
  },
});

export const nodeMeasures = { usage };
export const podMeasures: Record<string, JSONSchemaProps> = {
  containers: { type: "array", items: { type: "object", properties: { name: { type: "string" }, usage } } },
};
