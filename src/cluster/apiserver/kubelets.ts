import type { KubeletApi } from "#machinery/kubelet.ts";
import { notFound } from "#machinery/status.ts";

const none = async (pod: { spec: { nodeName?: string } }): Promise<never> => {
  throw notFound({ group: "", resource: "nodes" }, pod.spec.nodeName ?? "");
};

/** Those that are there by the time when they are asked. */
export const laterKubelets = (api: () => KubeletApi): KubeletApi => ({
  logs: (...args) => api().logs(...args),
  exec: (...args) => api().exec(...args),
  attach: (...args) => api().attach(...args),
  proxy: (...args) => api().proxy(...args),
  usage: (...args) => api().usage(...args),
  nodeUsage: (...args) => api().nodeUsage(...args),
});

/** Where there are no nodes at all: an API server alone. */
export const noKubelets: KubeletApi = { logs: none, exec: none, attach: none, proxy: none, usage: () => [], nodeUsage: () => undefined };
