import type { Api } from "#machinery/client.ts";
import type { Namespace, Service } from "#machinery/types.ts";
import { component } from "#machinery/user.ts";
import type { ApiServer } from "../server.ts";

const namespaces = ["default", "kube-system", "kube-public", "kube-node-lease"];

/** What a real API server makes itself when it starts: its namespaces, its service, the roles that everything in a cluster relies on. */
export async function bootstrap(server: ApiServer): Promise<void> {
  const api = server.api(component("system:apiserver"), "kube-apiserver");
  for (const name of namespaces) await make<Namespace>(api, "namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name } });
  await make<Service>(api, "services", kubernetesService);
}

const kubernetesService = {
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "kubernetes", namespace: "default", labels: { component: "apiserver", provider: "kubernetes" } },
  spec: { clusterIP: "10.96.0.1", ports: [{ name: "https", port: 443, protocol: "TCP", targetPort: 6443 }], type: "ClusterIP" },
};

async function make<T extends Parameters<Api["update"]>[1]>(api: Api, resource: string, object: Parameters<Api["create"]>[1]): Promise<void> {
  await api.create<T>(resource, object as never);
}
