import { equal } from "#base/equal.ts";
import { type ControllerContext, defineController } from "#machinery/controller.ts";
import { StatusError } from "#machinery/status.ts";
import type { EndpointAddress, EndpointPort, EndpointSubset, Endpoints, Pod, Service } from "#machinery/types.ts";
import { isReady, isTerminal } from "./pods.ts";
import { annotated, hasPods, headlessLabel, hostnameIn, isHeadless, selects, servicesOf, targetPort, withTrigger } from "./service-pods.ts";

/** Addresses that Endpoints hold at most; the rest is in EndpointSlices only. */
const most = 1000;
const overCapacity = "endpoints.kubernetes.io/over-capacity";
const managedBy = "endpoints.kubernetes.io/managed-by";

export const endpointsController = defineController<Service>({
  name: "endpoint-controller",
  watches: "services",
  concerns: {
    pods: servicesOf,
    *endpoints({ type, object }) {
      if (type === "DELETED") yield `${object.metadata.namespace}/${object.metadata.name}`;
    },
  },

  async reconcile(service, context) {
    if (!hasPods(service.spec)) return;
    const { name, namespace = "" } = service.metadata;
    const pods = context.api
      .list<Pod>("pods", { namespace, labels: selectorText(service) })
      .filter((pod) => selects(service, pod) && isListed(pod, service.spec.publishNotReadyAddresses ?? false));

    const [kept, over] = pods.length > most ? [fewest(pods), true] : [pods, false];
    await write(service, context.api.get<Endpoints>("endpoints", name, namespace), subsetsOf(service, kept), over, pods, context);
  },

  async gone({ name, namespace }, { api }) {
    const left = api.get<Endpoints>("endpoints", name, namespace);
    if (left?.metadata.labels?.[managedBy] !== "endpoint-controller") return;
    try {
      await api.delete("endpoints", name, namespace);
    } catch (error) {
      if (!(error instanceof StatusError && error.code === 404)) throw error;
    }
  },
});

export const selectorText = ({ spec }: Service): string =>
  Object.entries(spec.selector ?? {})
    .map(([key, value]) => `${key}=${value}`)
    .join(",");

const isListed = (pod: Pod, evenTerminating: boolean) =>
  Boolean(pod.status.podIP) && !isTerminal(pod) && (evenTerminating || !pod.metadata.deletionTimestamp);

/** Ready ones stay longest. */
const fewest = (pods: readonly Pod[]) => pods.toSorted((a, b) => Number(isReady(b)) - Number(isReady(a))).slice(0, most);

async function write(
  service: Service,
  old: Endpoints | undefined,
  subsets: EndpointSubset[],
  over: boolean,
  pods: readonly Pod[],
  { api }: ControllerContext,
) {
  const labels = {
    ...service.metadata.labels,
    [managedBy]: "endpoint-controller",
    ...(isHeadless(service) ? { [headlessLabel]: "" } : {}),
  };
  if (old && equal(old.subsets ?? [], subsets) && equal(old.metadata.labels, labels)) return;

  const before = new Set(listed(old?.subsets));
  const after = new Set(listed(subsets));
  const changed = pods.filter(
    ({ metadata: { uid = "" } }) => before.has(`+${uid}`) !== after.has(`+${uid}`) || before.has(`-${uid}`) !== after.has(`-${uid}`),
  );
  const { [overCapacity]: _, ...others } = withTrigger(old?.metadata.annotations, service, changed, !old);
  const annotations: Record<string, string> = over ? { ...others, [overCapacity]: "truncated" } : others;
  const { name, namespace } = service.metadata;
  if (old) {
    const { subsets: __, ...rest } = old;
    await api.update("endpoints", { ...rest, metadata: annotated({ ...old.metadata, labels }, annotations), ...(subsets.length ? { subsets } : {}) });
  } else {
    const metadata = annotated({ name, ...(namespace ? { namespace } : {}), labels }, annotations);
    await api.create<Endpoints>("endpoints", { apiVersion: "v1", kind: "Endpoints", metadata, ...(subsets.length ? { subsets } : {}) });
  }
}

/** The pods of these subsets by uid, ready with a plus, the others with a minus. */
const listed = (subsets: readonly EndpointSubset[] = []) =>
  subsets.flatMap(({ addresses = [], notReadyAddresses = [] }) => [
    ...addresses.map(({ targetRef }) => `+${targetRef?.uid}`),
    ...notReadyAddresses.map(({ targetRef }) => `-${targetRef?.uid}`),
  ]);

/** Pods that serve the same ports stand in one subset. */
export function subsetsOf(service: Service, pods: readonly Pod[]): EndpointSubset[] {
  const byPorts = new Map<string, { ports: EndpointPort[]; addresses: EndpointAddress[]; notReadyAddresses: EndpointAddress[] }>();
  for (const pod of pods) {
    const ports = portsOf(service, pod);
    if (!ports) continue;
    const key = JSON.stringify(ports);
    const subset = byPorts.get(key) ?? { ports, addresses: [], notReadyAddresses: [] };
    byPorts.set(key, subset);
    const list = service.spec.publishNotReadyAddresses || isReady(pod) ? subset.addresses : subset.notReadyAddresses;
    list.push(addressOf(service, pod));
  }
  return [...byPorts.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { ports, addresses, notReadyAddresses }]) => ({
      ...(addresses.length ? { addresses: addresses.sort(byAddress) } : {}),
      ...(notReadyAddresses.length ? { notReadyAddresses: notReadyAddresses.sort(byAddress) } : {}),
      ...(ports.length ? { ports } : {}),
    }));
}

/** The service's ports on this pod; undefined where it serves none of them. */
function portsOf(service: Service, pod: Pod): EndpointPort[] | undefined {
  const wanted = service.spec.ports ?? [];
  if (wanted.length === 0) return isHeadless(service) ? [] : undefined;
  const ports = wanted.flatMap((port): EndpointPort[] => {
    const number = targetPort(pod, port);
    if (number === undefined) return [];
    const { name, protocol = "TCP", appProtocol } = port;
    return [{ ...(name ? { name } : {}), port: number, protocol, ...(appProtocol ? { appProtocol } : {}) }];
  });
  return ports.length ? ports : undefined;
}

function addressOf(service: Service, pod: Pod): EndpointAddress {
  const { name, namespace, uid } = pod.metadata;
  const hostname = hostnameIn(service, pod);
  return {
    ip: pod.status.podIP ?? "",
    ...(hostname ? { hostname } : {}),
    ...(pod.spec.nodeName ? { nodeName: pod.spec.nodeName } : {}),
    targetRef: { kind: "Pod", ...(namespace ? { namespace } : {}), name, ...(uid ? { uid } : {}) },
  };
}

const byAddress = (a: EndpointAddress, b: EndpointAddress) => (a.ip < b.ip ? -1 : a.ip > b.ip ? 1 : 0);
