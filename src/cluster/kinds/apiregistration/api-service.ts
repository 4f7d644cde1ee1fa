import { defineKind } from "#cluster/apiserver/kind.ts";
import { status } from "#cluster/apiserver/subresources/status.ts";
import { label1035Problems, pathSegmentProblems, portNumberProblems, subdomainProblems } from "#machinery/names.ts";
import { formatTime } from "#machinery/time.ts";
import type { APIService } from "#machinery/types.ts";
import { checkOptionalChoice } from "../shared/checks.ts";
import { columnsOf } from "../shared/columns.ts";
import { type Field, validation } from "../shared/field.ts";

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
  name: (name, _, service) => nameProblems(name, service),
  anyFinalizers: true,
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

  revalidatesMetadata: true,
  validate: validation((field, service, old, { subresource }) => {
    const { metadata, spec, status } = service;
    if (subresource !== "status") {
      if (old) field.at("metadata", "name").problems(metadata.name, nameProblems(metadata.name, service));
      checkService(field, spec ?? {});
    } else
      for (const [i, { status: is }] of (status?.conditions ?? []).entries())
        checkOptionalChoice(field.at("status", "conditions", i, "status"), is, ["True", "False", "Unknown"]);
  }),

  generation: false,
  subresources: [status],
});

const local = { type: "Available", status: "True", reason: "Local", message: "Local APIServices are always available" };

function available({ status }: APIService): string {
  const condition = status?.conditions?.find(({ type }) => type === "Available");
  if (!condition) return "Unknown";
  return condition.status === "True" || !condition.reason ? condition.status : `${condition.status} (${condition.reason})`;
}

/** A service is called after the version and the group that it serves. */
function nameProblems(name: string, { spec }: APIService): string[] {
  const problems = pathSegmentProblems(name);
  const wanted = `${spec?.version ?? ""}.${spec?.group ?? ""}`;
  return problems.length > 0 || name === wanted ? problems : [`must be \`spec.version+"."+spec.group\`: ${JSON.stringify(wanted)}`];
}

function checkService(field: Field, spec: Partial<NonNullable<APIService["spec"]>>): void {
  const { group = "", version = "", groupPriorityMinimum: priority = 0, versionPriority = 0, service, caBundle, insecureSkipTLSVerify } = spec;
  const at = field.at("spec");
  if (!group && version !== "v1") at.at("group").required("only v1 may have an empty group and it better be legacy kube");
  if (group) at.at("group").problems(group, subdomainProblems(group));
  at.at("version").problems(version, label1035Problems(version));
  if (priority <= 0 || priority > 20000) at.at("groupPriorityMinimum").invalid(priority, "must be positive and less than 20000");
  if (versionPriority <= 0 || versionPriority > 1000) at.at("versionPriority").invalid(versionPriority, "must be positive and less than 1000");

  const insecure = at.at("insecureSkipTLSVerify");
  if (!service) {
    if (caBundle) at.at("caBundle").invalid(`${atob(caBundle).length} bytes`, "local APIServices may not have a caBundle");
    if (insecureSkipTLSVerify) insecure.invalid(true, "local APIServices may not have insecureSkipTLSVerify");
    return;
  }
  if (!service.namespace) at.at("service", "namespace").required();
  if (!service.name) at.at("service", "name").required();
  const problems = portNumberProblems(service.port ?? 0);
  if (problems.length > 0) at.at("service", "port").invalid(service.port ?? 0, `port is not valid: ${problems.join(", ")}`);
  if (insecureSkipTLSVerify && caBundle) insecure.invalid(true, "may not be true if caBundle is present");
}
