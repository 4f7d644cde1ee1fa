import { defineKind } from "#cluster/apiserver/kind.ts";
import { status } from "#cluster/apiserver/subresources/status.ts";
import { formatTime } from "#machinery/time.ts";
import type { APIService } from "#machinery/types.ts";
import { columnsOf } from "../shared/columns.ts";

export const apiService = defineKind<APIService>({
  group: "apiregistration.k8s.io",
  version: "v1",
  kind: "APIService",
  plural: "apiservices",
  categories: ["api-extensions"],
  updateNeedsVersion: true,
  scope: "Cluster",
  statusAlone: true,
  storedUnder: "apiregistration.k8s.io/apiservices",
  name: "path",
  docs: "https://kubernetes.io/docs/concepts/extend-kubernetes/api-extension/apiserver-aggregation/",

  columns: columnsOf<APIService>("APIService", [
    { name: "Service", type: "string", cell: ({ spec }) => (spec?.service ? `${spec.service.namespace ?? ""}/${spec.service.name ?? ""}` : "Local") },
    { name: "Available", type: "string", cell: available },
  ]),

  default({ spec }) {
    if (spec?.service) spec.service.port ??= 443;
  },

  // What the API server serves itself is there at once.
  prepareCreate(service, { now }) {
    service.status = service.spec?.service ? {} : { conditions: [{ ...local, lastTransitionTime: formatTime(now) }] };
  },

  generation: false,
  subresources: [status],
});

const local = { type: "Available", status: "True", reason: "Local", message: "Local APIServices are always available" };

function available({ status }: APIService): string {
  const condition = status?.conditions?.find(({ type }) => type === "Available");
  if (!condition) return "Unknown";
  return condition.status === "True" || !condition.reason ? condition.status : `${condition.status} (${condition.reason})`;
}
