import { clusterAuthority } from "#machinery/certificate-authority.ts";
import { defineController } from "#machinery/controller.ts";
import type { ConfigMap, Namespace } from "#machinery/types.ts";

const configMap = "kube-root-ca.crt";
const description =
  "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.";

/** Every namespace has the config map by which its pods know the API server. */
export const rootCaController = defineController<Namespace>({
  name: "root-ca-cert-publisher",
  watches: "namespaces",
  concerns: {
    *configmaps({ object }) {
      if (object.metadata.name === configMap) yield object.metadata.namespace ?? "";
    },
  },

  async reconcile({ metadata: { name: namespace, deletionTimestamp } }, { api }) {
    if (deletionTimestamp) return;
    const there = api.get<ConfigMap>("configmaps", configMap, namespace);
    const data = { "ca.crt": clusterAuthority };
    const annotations = { "kubernetes.io/description": description };
    if (!there)
      await api.create<ConfigMap>("configmaps", { apiVersion: "v1", kind: "ConfigMap", metadata: { name: configMap, namespace, annotations }, data });
    else if (there.data?.["ca.crt"] !== clusterAuthority || Object.keys(there.data).length !== 1) await api.update("configmaps", { ...there, data });
  },
});
