import { equal } from "#base/equal.ts";
import { defineController } from "#machinery/controller.ts";
import { controllerReference } from "#machinery/object.ts";
import type { Endpoint, EndpointAddress, EndpointSlice, EndpointSubset, Endpoints, Service } from "#machinery/types.ts";

const resource = "endpointslices.discovery.k8s.io";
const managedBy = "endpointslice.kubernetes.io/managed-by";
const manager = "endpointslicemirroring-controller.k8s.io";
const skip = "endpointslice.kubernetes.io/skip-mirror";
const serviceName = "kubernetes.io/service-name";
/** Addresses of one subset that are mirrored, at most. */
const most = 1000;

/** Endpoints that somebody wrote for a service without a selector are shown as slices too, since it is those that traffic follows. */
export const endpointSliceMirroringController = defineController<Endpoints>({
  name: "endpointslicemirroring-controller",
  watches: "endpoints",
  owns: [resource],
  concerns: {
    *services({ object }) {
      yield `${object.metadata.namespace}/${object.metadata.name}`;
    },
  },

  async reconcile(endpoints, { api }) {
    const { name, namespace, labels = {} } = endpoints.metadata;
    const there = api.owned<EndpointSlice>(resource, endpoints).filter(({ metadata }) => metadata.labels?.[managedBy] === manager);
    const service = api.get<Service>("services", name, namespace);
    const isWritten = labels[skip] !== "true" && service && Object.keys(service.spec.selector ?? {}).length === 0;
    const wanted = isWritten ? (endpoints.subsets ?? []).flatMap(contentsOf) : [];

    const left = [...there];
    for (const contents of wanted) {
      const old = left.find((slice) => slice.addressType === contents.addressType && equal(slice.ports ?? [], contents.ports));
      if (old) {
        left.splice(left.indexOf(old), 1);
        if (!equal(old.endpoints ?? [], contents.endpoints)) await api.update<EndpointSlice>(resource, { ...old, ...contents });
        continue;
      }
      await api.create<EndpointSlice>(resource, {
        apiVersion: "discovery.k8s.io/v1",
        kind: "EndpointSlice",
        metadata: {
          generateName: `${name}-`,
          ...(namespace ? { namespace } : {}),
          labels: { ...labels, [serviceName]: name, [managedBy]: manager },
          ownerReferences: [controllerReference(endpoints)],
        },
        ...contents,
      });
    }
    for (const { metadata } of left) await api.delete(resource, metadata.name, metadata.namespace);
  },
});

type Contents = Pick<EndpointSlice, "addressType"> & Required<Pick<EndpointSlice, "endpoints" | "ports">>;

/** A slice for each family of addresses in a subset. */
function contentsOf({ addresses = [], notReadyAddresses = [], ports = [] }: EndpointSubset): Contents[] {
  const all = [...addresses.map((address) => endpointOf(address, true)), ...notReadyAddresses.map((address) => endpointOf(address, false))].slice(
    0,
    most,
  );
  const slicePorts = ports.map(({ name = "", port, protocol = "TCP", appProtocol }) => ({
    name,
    port,
    protocol,
    ...(appProtocol ? { appProtocol } : {}),
  }));
  return (["IPv4", "IPv6"] as const).flatMap((addressType) => {
    const endpoints = all.filter((endpoint) => endpoint.addresses[0]?.includes(":") === (addressType === "IPv6"));
    return endpoints.length > 0 ? [{ addressType, endpoints, ports: slicePorts }] : [];
  });
}

const endpointOf = ({ ip, hostname, nodeName, targetRef }: EndpointAddress, ready: boolean): Endpoint => ({
  addresses: [ip],
  conditions: { ready },
  ...(hostname ? { hostname } : {}),
  ...(nodeName ? { nodeName } : {}),
  ...(targetRef ? { targetRef } : {}),
});
