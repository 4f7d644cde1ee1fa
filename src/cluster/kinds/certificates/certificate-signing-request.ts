import { defineKind, defineSubresource } from "#cluster/apiserver/kind.ts";
import { status } from "#cluster/apiserver/subresources/status.ts";
import { humanDuration } from "#machinery/duration.ts";
import { formatTime } from "#machinery/time.ts";
import type { CertificateSigningRequest } from "#machinery/types.ts";
import { age, columnsOf, orNone } from "../shared/columns.ts";
import { validation } from "../shared/field.ts";
import { checkRequest, checkRequestChanges } from "./validate.ts";

/** Where a request is approved or denied: its conditions and nothing else. */
const approval = defineSubresource<CertificateSigningRequest>({
  name: "approval",
  verbs: ["get", "patch", "update"],
  owns: ["status.conditions"],
  part: (request, old) => ({ ...old, metadata: request.metadata, status: { ...old.status, conditions: request.status.conditions } }),
});

export const certificateSigningRequest = defineKind<CertificateSigningRequest>({
  group: "certificates.k8s.io",
  version: "v1",
  kind: "CertificateSigningRequest",
  plural: "certificatesigningrequests",
  shortNames: ["csr"],
  name: "any",
  scope: "Cluster",
  unowned: { "f:spec": {}, "f:status": {} },
  docs: "https://kubernetes.io/docs/reference/access-authn-authz/certificate-signing-requests/",

  columns: columnsOf<CertificateSigningRequest>("CertificateSigningRequest", [
    age,
    { name: "SignerName", type: "string", cell: ({ spec }) => orNone(spec.signerName) },
    { name: "Requestor", type: "string", cell: ({ spec }) => spec.username ?? "" },
    { name: "RequestedDuration", type: "string", cell: requestedDuration },
    { name: "Condition", type: "string", cell: condition },
  ]),

  prepareCreate(request, { user }) {
    // Who asks is what the server knows, not what the request says.
    const { username: _, uid: __, groups: ___, extra: ____, ...asked } = request.spec;
    request.spec = {
      ...asked,
      username: user.name,
      ...(user.uid && { uid: user.uid }),
      groups: [...user.groups],
      ...(user.extra && { extra: extraOf(user.extra) }),
    };
    request.status = {};
  },
  prepareUpdate(request, old, { subresource, now }) {
    request.spec = old.spec;
    if (subresource === "") request.status = old.status;
    else {
      if (subresource === "status") keepDecisions(request, old);
      stampConditions(request, old, now);
    }
  },

  revalidatesMetadata: true,
  validate: validation((field, request, old, { subresource }) => {
    checkRequest(field, request, old);
    if (old) checkRequestChanges(field, request, old, subresource);
  }),

  generation: false,
  selectable: { "spec.signerName": { value: ({ spec }) => spec.signerName } },
  subresources: [approval, status],
});

function requestedDuration({ spec: { expirationSeconds } }: CertificateSigningRequest): string {
  return expirationSeconds === undefined ? "<none>" : humanDuration(expirationSeconds * 1000);
}

function condition({ status: { conditions, certificate } }: CertificateSigningRequest): string {
  const has = (type: string) => conditions?.some((condition) => condition.type === type) ?? false;
  const decision = has("Denied") ? "Denied" : has("Approved") ? "Approved" : "Pending";
  return decision + (has("Failed") ? ",Failed" : "") + (certificate ? ",Issued" : "");
}

/** Conditions say when they came and when they last changed; decisions that were made stay. */
function stampConditions(request: CertificateSigningRequest, old: CertificateSigningRequest, now: number): void {
  if (request.status.conditions === old.status.conditions) return;
  const before = new Map((old.status.conditions ?? []).map((condition) => [condition.type, condition]));
  const conditions = (request.status.conditions ?? []).map((condition) => {
    const known = before.get(condition.type);
    const changed = known?.lastTransitionTime === undefined || known.status !== condition.status;
    return {
      ...condition,
      lastUpdateTime: condition.lastUpdateTime ?? formatTime(now),
      lastTransitionTime: condition.lastTransitionTime ?? (changed ? formatTime(now) : known.lastTransitionTime),
    };
  });
  request.status = { ...request.status, conditions };
}

const extraOf = (extra: Readonly<Record<string, readonly string[]>>) =>
  Object.fromEntries(Object.entries(extra).map(([key, values]) => [key, [...values]]));

/** Whoever writes a certificate leaves the decision as it is. */
function keepDecisions(request: CertificateSigningRequest, old: CertificateSigningRequest): void {
  const conditions = [...(request.status.conditions ?? [])];
  for (const type of ["Approved", "Denied"]) {
    const before = (old.status.conditions ?? []).filter((condition) => condition.type === type);
    const places = [...conditions.keys()].filter((i) => conditions[i]?.type === type);
    if (before.length !== places.length) continue;
    for (const [i, place] of places.entries()) {
      const kept = before[i];
      if (kept) conditions[place] = kept;
    }
  }
  if (conditions.length > 0) request.status = { ...request.status, conditions };
}
