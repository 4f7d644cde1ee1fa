import { defineController } from "#machinery/controller.ts";
import type { Ingress, IngressClass, Node, Pod, Service } from "#machinery/types.ts";

const controllerName = "k8s.io/ingress-nginx";
const labels = "app.kubernetes.io/component=controller,app.kubernetes.io/name=ingress-nginx";

/**
 * What a running ingress-nginx does to the ingresses of its class: it says that it took them over, and where they are reached. The requests themselves go
 * through its pod. https://kubernetes.github.io/ingress-nginx/
 */
export const ingressStatusController = defineController<Ingress>({
  name: "nginx-ingress-controller",
  watches: "ingresses.networking.k8s.io",
  concerns: {
    pods: ({ object }, { api }) => (isController(object as Pod) ? keys(api.list<Ingress>("ingresses.networking.k8s.io")) : []),
    services: ({ object }, { api }) => (isController(object) ? keys(api.list<Ingress>("ingresses.networking.k8s.io")) : []),
  },

  async reconcile(ingress, { api, event }) {
    const name = ingress.spec?.ingressClassName ?? ingress.metadata.annotations?.["kubernetes.io/ingress.class"];
    const own = name === undefined ? undefined : api.get<IngressClass>("ingressclasses.networking.k8s.io", name);
    if (own?.spec?.controller !== controllerName || ingress.metadata.deletionTimestamp) return;
    const pods = api
      .list<Pod>("pods", { labels })
      .filter(({ status }) => status?.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True"));
    const [pod] = pods;
    if (!pod) return;
    const addresses = addressesOf(pods);
    const known = (ingress.status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ip ?? hostname ?? "");
    if (known.join() === addresses.join()) return;
    if (known.length === 0) await event(ingress, "Normal", "Sync", "Scheduled for sync");
    await api.updateStatus<Ingress>("ingresses.networking.k8s.io", {
      ...ingress,
      status: { loadBalancer: { ingress: addresses.map((ip) => ({ ip })) } },
    });

    function addressesOf(running: readonly Pod[]): string[] {
      const publish = argument(running[0] as Pod, "--publish-service");
      const [namespace = "", service = ""] = (publish ?? "").replace("$(POD_NAMESPACE)", running[0]?.metadata.namespace ?? "").split("/");
      const published = publish === undefined ? undefined : api.get<Service>("services", service, namespace);
      if (published?.spec?.type === "LoadBalancer") return (published.status?.loadBalancer?.ingress ?? []).flatMap(({ ip }) => ip ?? []);
      if (published) return [published.spec?.clusterIP ?? ""].filter(Boolean);
      const nodes = running.flatMap(({ spec }) => api.get<Node>("nodes", spec.nodeName ?? "") ?? []);
      return [...new Set(nodes.flatMap(({ status }) => status?.addresses?.find(({ type }) => type === "InternalIP")?.address ?? []))].sort();
    }
  },
});

const isController = ({ metadata }: { metadata: { labels?: Readonly<Record<string, string>> } }) =>
  metadata.labels?.["app.kubernetes.io/name"] === "ingress-nginx" && metadata.labels["app.kubernetes.io/component"] === "controller";
const keys = (ingresses: readonly Ingress[]) => ingresses.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);

const argument = ({ spec }: Pod, name: string): string | undefined =>
  spec.containers.flatMap(({ args = [] }) => args.flatMap((arg) => (arg.startsWith(`${name}=`) ? arg.slice(name.length + 1) : [])))[0];
