import type { Kind } from "#cluster/apiserver/kind.ts";
import { nodeMetrics } from "./node-metrics.ts";
import { podMetrics } from "./pod-metrics.ts";

/** The kinds of a metrics server: served while one runs. */
export const metricsKinds: readonly Kind[] = [nodeMetrics, podMetrics];
