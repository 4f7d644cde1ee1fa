import type { KubeletApi } from "#machinery/kubelet.ts";
import { notFound } from "#machinery/status.ts";

const none = async (pod: { spec: { nodeName?: string } }): Promise<never> => {
  throw notFound({ group: "", resource: "nodes" }, pod.spec.nodeName ?? "");
};

/** Where there are no nodes at all: an API server alone. */
export const noKubelets: KubeletApi = { logs: none, exec: none, attach: none, proxy: none };
