import type { Api } from "#machinery/client.ts";
import { formatTime } from "#machinery/time.ts";
import type { APIService, APIServiceCondition, EndpointSlice, Service } from "#machinery/types.ts";
import { Aggregation } from "./aggregation.ts";
import { Soon } from "./soon.ts";
import type { Upkeep } from "./upkeep.ts";

export const apiServices = "apiservices.apiregistration.k8s.io";
export const endpointSlices = "endpointslices.discovery.k8s.io";

type Backend = NonNullable<NonNullable<APIService["spec"]>["service"]>;
type Verdict = Pick<APIServiceCondition, "status" | "reason" | "message">;

/** Says of each APIService whether the API that it stands for can be reached. */
export function keepApiServices({ api, clock, tasks, registry, aggregated = [] }: Upkeep): void {
  const serving = new Aggregation(registry, aggregated);
  /** Which APIServices are served by a service. */
  const behind = new Map<string, Set<string>>();
  const soon = new Soon(tasks, async (name) => {
    const service = api.get<APIService>(apiServices, name);
    if (!service || service.metadata.deletionTimestamp) return;
    const next = withAvailable(service, verdictOn(api, service, serving.kindsOf(service).length > 0), formatTime(clock.now()));
    serving.follow(next);
    if (next !== service) await api.updateStatus<APIService>(apiServices, next);
  });
  const follow = (service: APIService) => {
    const { name = "" } = service.metadata;
    if (service.spec?.service) membersOf(behind, keyOf(service.spec.service)).add(name);
    serving.follow(service);
    soon.add(name);
  };

  for (const service of api.list<APIService>(apiServices, { matters: (object) => !isLocal(object as APIService) })) follow(service);
  api.watch<APIService>(apiServices, ({ type, object, old }) => {
    if (old?.spec?.service && (type === "DELETED" || object.spec !== old.spec)) behind.get(keyOf(old.spec.service))?.delete(old.metadata.name ?? "");
    if (type === "DELETED") serving.leave(object);
    else if (object.spec !== old?.spec) follow(object);
  });
  const changed = (namespace: string | undefined, name: string | undefined) => {
    for (const each of behind.get(`${namespace}/${name}`) ?? []) soon.add(each);
  };
  api.watch<Service>("services", ({ object: { metadata } }) => changed(metadata.namespace, metadata.name));
  api.watch<EndpointSlice>(endpointSlices, ({ object: { metadata } }) => changed(metadata.namespace, metadata.labels?.[ofService]));
}

const ofService = "kubernetes.io/service-name";
const keyOf = ({ namespace, name }: Backend) => `${namespace}/${name}`;

function membersOf(sets: Map<string, Set<string>>, key: string): Set<string> {
  let set = sets.get(key);
  if (!set) {
    set = new Set();
    sets.set(key, set);
  }
  return set;
}

function withAvailable(service: APIService, verdict: Verdict, now: string): APIService {
  const conditions = service.status?.conditions ?? [];
  const before = conditions.find(({ type }) => type === "Available");
  if (before && before.status === verdict.status && before.reason === verdict.reason && before.message === verdict.message) return service;
  const lastTransitionTime = before?.status === verdict.status ? before.lastTransitionTime : now;
  const condition: APIServiceCondition = { type: "Available", ...verdict, lastTransitionTime };
  return { ...service, status: { ...service.status, conditions: [...conditions.filter((each) => each !== before), condition] } };
}

const local: Verdict = { status: "True", reason: "Local", message: "Local APIServices are always available" };

/** Whether nothing stands behind it but the server itself, and it says so. */
const isLocal = (service: APIService) => !service.spec?.service && withAvailable(service, local, "") === service;

function verdictOn(api: Api, { spec }: APIService, isKnown: boolean): Verdict {
  const backend = spec?.service;
  if (!backend) return local;
  const { name = "", namespace = "", port: wanted = 443 } = backend;
  const on = `service/${name} in ${JSON.stringify(namespace)}`;
  const not = (reason: string, message: string): Verdict => ({ status: "False", reason, message });

  const service = api.get<Service>("services", name, namespace);
  if (!service) return not("ServiceNotFound", `${on} is not present`);
  if (service.spec?.type === "ClusterIP") {
    const port = service.spec.ports?.find((each) => each.port === wanted);
    if (!port) return not("ServicePortError", `${on} is not listening on port ${wanted}`);
    const slices = api.list<EndpointSlice>(endpointSlices, { namespace, labels: `${ofService}=${name}` });
    if (slices.length === 0) return not("EndpointsNotFound", `cannot find endpointslices for ${on}`);
    const { name: portName = "" } = port;
    if (!slices.some((slice) => hasReady(slice, portName)))
      return not("MissingEndpoints", `endpointslices for ${on} have no addresses with port name ${JSON.stringify(portName)}`);
  }
  if (isKnown) return { status: "True", reason: "Passed", message: "all checks passed" };
  // What else runs in pods here serves no API of Kubernetes.
  const host = service.spec?.type === "ExternalName" ? service.spec.externalName : service.spec?.clusterIP;
  const url = `https://${host}:${wanted}/apis/${spec.group}/${spec.version}`;
  const failure = `Get ${JSON.stringify(url)}: dial tcp ${host}:${wanted}: connect: connection refused`;
  return not("FailedDiscoveryCheck", `failing or missing response from ${url}: ${failure}`);
}

const hasReady = ({ endpoints, ports }: EndpointSlice, portName: string) =>
  ports?.some(({ name = "" }) => name === portName) === true && endpoints?.some(({ conditions }) => conditions?.ready !== false) === true;
