import { equal } from "#base/equal.ts";
import type { ControllerContext } from "#machinery/controller.ts";
import { defineController } from "#machinery/controller.ts";
import { controllerReference } from "#machinery/object.ts";
import type { DiscoveryEndpointPort, Endpoint, EndpointSlice, Node, Pod, Service } from "#machinery/types.ts";
import { selectorText } from "./endpoints.ts";
import { isReady, isTerminal } from "./pods.ts";
import { annotated, hasPods, headlessLabel, hostnameIn, isHeadless, selects, servicesOf, targetPort, withTrigger } from "./service-pods.ts";

/** Endpoints in one slice, at most. */
const most = 100;
const serviceName = "kubernetes.io/service-name";
const managedBy = "endpointslice.kubernetes.io/managed-by";
const manager = "endpointslice-controller.k8s.io";
const zoneLabel = "topology.kubernetes.io/zone";

export const endpointSliceController = defineController<Service>({
  name: "endpoint-slice-controller",
  watches: "services",
  owns: ["endpointslices.discovery.k8s.io"],
  concerns: {
    pods: servicesOf,
    *nodes({ type, object, old }, { api }) {
      if (type !== "MODIFIED" || object.metadata.labels?.[zoneLabel] === old?.metadata.labels?.[zoneLabel]) return;
      for (const { metadata } of api.list<Service>("services")) yield `${metadata.namespace}/${metadata.name}`;
    },
  },

  async reconcile(service, context) {
    if (!hasPods(service.spec) || service.metadata.deletionTimestamp) return;
    const { api } = context;
    const pods = api
      .list<Pod>("pods", { namespace: service.metadata.namespace, labels: selectorText(service) })
      .filter((pod) => selects(service, pod) && pod.status.podIP && !isTerminal(pod));
    const slices = api
      .owned<EndpointSlice>("endpointslices.discovery.k8s.io", service)
      .filter(({ metadata }) => metadata.labels?.[managedBy] === manager && !metadata.deletionTimestamp);

    await write(service, changesOf(slices, groupsOf(service, pods, api)), pods, context);
  },
});

/** Endpoints that serve the same ports, by their pod's uid. */
interface Group {
  ports: DiscoveryEndpointPort[];
  endpoints: Map<string, Endpoint>;
}

function groupsOf(service: Service, pods: readonly Pod[], api: ControllerContext["api"]): Map<string, Group> {
  const groups = new Map<string, Group>();
  for (const pod of pods) {
    const ports = portsOf(service, pod);
    const key = JSON.stringify(ports);
    const group = groups.get(key) ?? { ports, endpoints: new Map() };
    groups.set(key, group);
    group.endpoints.set(pod.metadata.uid ?? "", endpointOf(service, pod, api));
  }
  return groups;
}

function portsOf(service: Service, pod: Pod): DiscoveryEndpointPort[] {
  return (service.spec.ports ?? []).flatMap((port) => {
    const number = targetPort(pod, port);
    const { name = "", protocol = "TCP", appProtocol } = port;
    return number === undefined ? [] : [{ name, protocol, port: number, ...(appProtocol ? { appProtocol } : {}) }];
  });
}

export function endpointOf(service: Service, pod: Pod, api: ControllerContext["api"]): Endpoint {
  const { name, namespace, uid, deletionTimestamp } = pod.metadata;
  const { nodeName } = pod.spec;
  const terminating = deletionTimestamp !== undefined;
  const serving = isReady(pod);
  const hostname = hostnameIn(service, pod);
  const zone = nodeName ? api.get<Node>("nodes", nodeName)?.metadata.labels?.[zoneLabel] : undefined;
  return {
    addresses: [pod.status.podIP ?? ""],
    conditions: { ready: service.spec.publishNotReadyAddresses || (serving && !terminating), serving, terminating },
    ...(hostname ? { hostname } : {}),
    targetRef: { kind: "Pod", ...(namespace ? { namespace } : {}), name, ...(uid ? { uid } : {}) },
    ...(nodeName ? { nodeName } : {}),
    ...(zone ? { zone } : {}),
  };
}

interface Contents {
  ports: DiscoveryEndpointPort[];
  endpoints: Endpoint[];
}

interface Changes {
  /** What each slice that stays should hold. */
  kept: { slice: EndpointSlice; contents: Contents }[];
  made: Contents[];
  removed: EndpointSlice[];
}

/** Moves as little as can be: endpoints stay in their slice, new ones fill up those that change anyway, then those with room. */
function changesOf(slices: readonly EndpointSlice[], groups: ReadonlyMap<string, Group>): Changes {
  const kept: Changes["kept"] = [];
  const made: Contents[] = [];
  let removed = slices.filter((slice) => !groups.has(portsKey(slice)));

  for (const [key, { ports, endpoints }] of groups) {
    const left = new Map(endpoints);
    const own = slices.filter((slice) => portsKey(slice) === key).map((slice) => ({ slice, contents: { ports, endpoints: taken(slice, left) } }));
    const fill = own.toSorted((a, b) => Number(isSame(a)) - Number(isSame(b)) || b.contents.endpoints.length - a.contents.endpoints.length);
    for (const { contents } of fill) while (left.size > 0 && contents.endpoints.length < most) contents.endpoints.push(shift(left));
    while (left.size > 0) {
      const contents: Contents = { ports, endpoints: [] };
      while (left.size > 0 && contents.endpoints.length < most) contents.endpoints.push(shift(left));
      made.push(contents);
    }
    for (const item of own) {
      if (item.contents.endpoints.length > 0) kept.push(item);
      else removed.push(item.slice);
    }
  }

  // One slice shows that the service has none.
  if (kept.length + made.length === 0) made.push({ ports: [], endpoints: [] });
  // A slice that would go takes in what would need a new one.
  while (made.length > 0 && removed.length > 0) {
    const [slice, ...others] = removed;
    const contents = made.shift();
    if (slice && contents) kept.push({ slice, contents });
    removed = others;
  }
  return { kept, made, removed };
}

const portsKey = ({ ports }: EndpointSlice) =>
  JSON.stringify((ports ?? []).map(({ name = "", protocol, port, appProtocol }) => ({ name, protocol, port, appProtocol })));

/** The endpoints of the slice that are still wanted, as they should be now; takes them out of `left`. */
function taken(slice: EndpointSlice, left: Map<string, Endpoint>): Endpoint[] {
  return (slice.endpoints ?? []).flatMap((endpoint) => {
    const uid = endpoint.targetRef?.uid ?? "";
    const wanted = left.get(uid);
    left.delete(uid);
    return wanted ? [equal(endpoint, wanted) ? endpoint : wanted] : [];
  });
}

function shift(left: Map<string, Endpoint>): Endpoint {
  const [first] = left;
  if (!first) throw new Error("nothing is left to put into a slice");
  left.delete(first[0]);
  return first[1];
}

const isSame = ({ slice, contents }: { slice: EndpointSlice; contents: Contents }) => equal(slice.endpoints ?? [], contents.endpoints);

async function write(service: Service, { kept, made, removed }: Changes, pods: readonly Pod[], { api }: ControllerContext): Promise<void> {
  const labels = {
    ...service.metadata.labels,
    [managedBy]: manager,
    [serviceName]: service.metadata.name,
    ...(isHeadless(service) ? { [headlessLabel]: "" } : {}),
  };
  const { namespace } = service.metadata;

  for (const { slice, contents } of kept) {
    if (isSame({ slice, contents }) && equal(slice.ports ?? [], contents.ports) && equal(slice.metadata.labels, labels)) continue;
    const annotations = withTrigger(slice.metadata.annotations, service, podsThatChanged(slice.endpoints ?? [], contents.endpoints, pods), false);
    const { endpoints: _, ports: __, ...rest } = slice;
    await api.update("endpointslices.discovery.k8s.io", {
      ...rest,
      metadata: annotated({ ...slice.metadata, labels }, annotations),
      ...filled(contents),
    });
  }
  for (const contents of made) {
    const annotations = withTrigger(undefined, service, podsThatChanged([], contents.endpoints, pods), true);
    await api.create<EndpointSlice>("endpointslices.discovery.k8s.io", {
      apiVersion: "discovery.k8s.io/v1",
      kind: "EndpointSlice",
      metadata: annotated(
        { generateName: `${service.metadata.name}-`, ...(namespace ? { namespace } : {}), labels, ownerReferences: [controllerReference(service)] },
        annotations,
      ),
      addressType: "IPv4",
      ...filled(contents),
    });
  }
  for (const { metadata } of removed) await api.delete("endpointslices.discovery.k8s.io", metadata.name, metadata.namespace);
}

const filled = ({ endpoints, ports }: Contents) => ({ ...(endpoints.length ? { endpoints } : {}), ...(ports.length ? { ports } : {}) });

function podsThatChanged(before: readonly Endpoint[], after: readonly Endpoint[], pods: readonly Pod[]): Pod[] {
  const old = new Map(before.map((endpoint) => [endpoint.targetRef?.uid, endpoint]));
  const changed = new Set(after.filter((endpoint) => old.get(endpoint.targetRef?.uid) !== endpoint).map(({ targetRef }) => targetRef?.uid));
  return pods.filter(({ metadata }) => changed.has(metadata.uid));
}
