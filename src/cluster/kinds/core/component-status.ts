import { defineKind, type StrategyContext } from "#cluster/apiserver/kind.ts";
import type { ComponentStatus } from "#machinery/types.ts";
import { nameColumn } from "../shared/columns.ts";

/** How the control plane's parts are, as the API server finds them when it is asked. Deprecated, and still asked for. */
export const componentStatus = defineKind<ComponentStatus>({
  group: "",
  version: "v1",
  kind: "ComponentStatus",
  plural: "componentstatuses",
  shortNames: ["cs"],
  scope: "Cluster",
  verbs: ["get", "list"],
  deprecated: "v1 ComponentStatus is deprecated in v1.19+",
  docs: "https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/component-status-v1/",

  columns: [
    nameColumn,
    { name: "Status", type: "string", description: "Status of the component conditions", cell: healthOf },
    { name: "Message", type: "string", description: "Message of the component conditions", cell: ({ conditions }) => conditions?.[0]?.message ?? "" },
    { name: "Error", type: "string", description: "Error of the component conditions", cell: ({ conditions }) => conditions?.[0]?.error ?? "" },
  ],

  bareColumns: true,

  computed(context) {
    const runs = controlPlaneRuns(context);
    const made = (name: string, port: number) =>
      statusOf(name, runs ? "" : `Get "https://127.0.0.1:${port}/healthz": dial tcp 127.0.0.1:${port}: connect: connection refused`);
    return [made("controller-manager", 10257), statusOf("etcd-0", ""), made("scheduler", 10259)];
  },
});

/** Whether somebody does a controller manager's work: without one no namespace has the authority's certificate. */
const controlPlaneRuns = ({ api }: StrategyContext): boolean => api.get("configmaps", "kube-root-ca.crt", "kube-system") !== undefined;

function statusOf(name: string, problem: string): ComponentStatus {
  return {
    apiVersion: "v1",
    kind: "ComponentStatus",
    metadata: { name },
    conditions: [{ type: "Healthy", status: problem ? "False" : "True", message: problem || "ok" }],
  };
}

function healthOf({ conditions = [] }: ComponentStatus): string {
  const healthy = conditions.find(({ type }) => type === "Healthy");
  return healthy?.status === "True" ? "Healthy" : "Unhealthy";
}
