import type { Api } from "#machinery/client.ts";
import type { DeviceRequest, DeviceRequestAllocationResult, Namespace } from "#machinery/types.ts";
import type { Field } from "../shared/field.ts";

const label = "resource.kubernetes.io/admin-access";

/** Admins may have devices that others use, in namespaces that are meant for it. The first that asks speaks for all. */
export function checkAdminRequests(field: Field, requests: readonly DeviceRequest[] | undefined, namespace: string | undefined, api: Api): void {
  const first = requests?.findIndex(({ exactly }) => exactly?.adminAccess) ?? -1;
  if (first >= 0 && !isForAdmins(namespace, api)) refuse(field.at("spec", "devices", "requests", first, "adminAccess"));
}

export function checkAdminResults(
  field: Field,
  now: readonly DeviceRequestAllocationResult[] = [],
  old: readonly DeviceRequestAllocationResult[] = [],
  namespace: string | undefined,
  api: Api,
): void {
  const first = now.findIndex(({ adminAccess }) => adminAccess);
  if (first < 0 || old.some(({ adminAccess }) => adminAccess) || isForAdmins(namespace, api)) return;
  refuse(field.at("status", "allocation", "devices", "results", first, "adminAccess"));
}

const isForAdmins = (namespace: string | undefined, api: Api): boolean =>
  api.get<Namespace>("namespaces", namespace ?? "")?.metadata.labels?.[label] === "true";

const refuse = (field: Field): void => field.forbidden(`admin access to devices requires the \`${label}: true\` label on the containing namespace`);
