import { defineController } from "#machinery/controller.ts";
import { StatusError } from "#machinery/status.ts";
import type { Namespace, ServiceAccount } from "#machinery/types.ts";

/** Every namespace has the service account `default`. */
export const serviceAccountController = defineController<Namespace>({
  name: "serviceaccount-controller",
  watches: "namespaces",
  concerns: {
    *serviceaccounts({ type, object }) {
      if (type === "DELETED" && object.metadata.name === "default") yield object.metadata.namespace ?? "";
    },
  },

  async reconcile({ metadata: { name: namespace, deletionTimestamp } }, { api }) {
    if (deletionTimestamp || api.get("serviceaccounts", "default", namespace)) return;
    try {
      await api.create<ServiceAccount>("serviceaccounts", { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default", namespace } });
    } catch (error) {
      if (!(error instanceof StatusError && error.reason === "AlreadyExists")) throw error;
    }
  },
});
