import type { ObjectMeta } from "./types.ts";

// The metrics API, `metrics.k8s.io/v1beta1`: served by the API server once a metrics server runs, and stored nowhere.

/** The APIService under which it is registered, and its resources as controllers name them. */
export const metricsService = "v1beta1.metrics.k8s.io";
export const podMetricsResource = "pods.metrics.k8s.io";

export interface Usage {
  /** Quantities: `12345678n`, `10240Ki`. */
  cpu: string;
  memory: string;
}

export interface PodMetrics {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  timestamp: string;
  /** A Go duration: `15s`. */
  window: string;
  containers: readonly { name: string; usage: Usage }[];
}

export interface NodeMetrics {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  timestamp: string;
  window: string;
  usage: Usage;
}
