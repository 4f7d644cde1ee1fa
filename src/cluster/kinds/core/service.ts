import { defineKind } from "#cluster/apiserver/kind.ts";
import { serviceProxy } from "#cluster/apiserver/subresources/proxy.ts";
import { status } from "#cluster/apiserver/subresources/status.ts";
import type { Service } from "#machinery/types.ts";
import { columnsOf, orNone } from "../shared/columns.ts";
import { validation } from "../shared/field.ts";
import { labelsText } from "../shared/selector-text.ts";
import { allocateForCreate, allocateForUpdate, claimAddresses, releaseAddresses } from "./service/allocate.ts";
import { defaultService } from "./service/defaults.ts";
import { checkServiceStatus } from "./service/status.ts";
import { checkServiceChanges } from "./service/update.ts";
import { checkService } from "./service/validate.ts";
import { serviceStatusWarnings, serviceWarnings } from "./service/warnings.ts";

export const service = defineKind<Service>({
  group: "",
  version: "v1",
  kind: "Service",
  plural: "services",
  shortNames: ["svc"],
  categories: ["all"],
  scope: "Namespaced",
  storedUnder: "services/specs",
  name: "label",
  docs: "https://kubernetes.io/docs/concepts/services-networking/service/",

  columns: columnsOf<Service>("Service", [
    { name: "Type", type: "string", cell: (service) => service.spec.type ?? "" },
    { name: "Cluster-IP", type: "string", cell: (service) => orNone(service.spec.clusterIPs?.[0] ?? service.spec.clusterIP) },
    { name: "External-IP", type: "string", cell: externalAddresses },
    { name: "Port(s)", type: "string", cell: (service) => orNone((service.spec.ports ?? []).map(portText).join(",")) },
    { name: "Selector", type: "string", priority: 1, cell: (service) => labelsText(service.spec.selector) },
  ]),

  default: defaultService,
  prepareCreate: allocateForCreate,
  prepareUpdate: allocateForUpdate,
  afterWrite: claimAddresses,
  afterDelete: releaseAddresses,
  generation: false,

  validate: validation((field, service, old, { subresource }) => {
    if (subresource === "status") {
      if (old) checkServiceStatus(field.at("status"), service, old);
      return;
    }
    if (old) checkServiceChanges(field.at("spec"), service, old);
    checkService(field, service, old);
  }),
  warnings: (service, _, subresource) => (subresource === "status" ? serviceStatusWarnings(service) : serviceWarnings(service)),

  createOnUpdate: true,
  deleteAnswers: "object",

  selectable: {
    "spec.clusterIP": { value: (service) => service.spec.clusterIP ?? "" },
    "spec.type": { value: (service) => service.spec.type ?? "" },
  },
  subresources: [serviceProxy, status],
});

function externalAddresses({ spec, status }: Service): string {
  const given = spec.externalIPs ?? [];
  switch (spec.type) {
    case "ClusterIP":
    case "NodePort":
      return orNone(given.join(","));
    case "LoadBalancer": {
      const ingress = (status.loadBalancer?.ingress ?? []).map((point) => point.ip || point.hostname || "").filter(Boolean);
      return orNone([...[...new Set(ingress)].sort(), ...given].join(","), "<pending>");
    }
    case "ExternalName":
      return spec.externalName ?? "";
    default:
      return "<unknown>";
  }
}

function portText({ port, nodePort, protocol }: NonNullable<Service["spec"]["ports"]>[number]): string {
  return nodePort ? `${port}:${nodePort}/${protocol}` : `${port}/${protocol}`;
}
