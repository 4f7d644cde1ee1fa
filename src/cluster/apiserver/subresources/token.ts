import type { Api } from "#machinery/client.ts";
import { invalidValue } from "#machinery/field-error.ts";
import type { KubeObject } from "#machinery/object.ts";
import { badRequest, conflict, type FieldError, invalid, notFound, notSimulated } from "#machinery/status.ts";
import { formatTime } from "#machinery/time.ts";
import type { BoundObjectReference, Pod, ServiceAccount, TokenRequest } from "#machinery/types.ts";
import { defineSubresource } from "../kind.ts";
import { issuer } from "../tokens.ts";

const shortestSeconds = 600;
const longestSeconds = 2 ** 32;
const defaultSeconds = 3600;

/** Gives a token of a service account. */
export const token = defineSubresource<ServiceAccount>({
  name: "token",
  verbs: ["create"],
  sends: { group: "authentication.k8s.io", version: "v1", kind: "TokenRequest" },

  default(sent) {
    (sent as TokenRequest).spec.expirationSeconds ??= defaultSeconds;
  },

  async create(account, sent, { name, namespace, api, tokens }) {
    if (!account) throw notFound({ group: "", resource: "serviceaccounts" }, name);
    const request = sent as TokenRequest;
    const { expirationSeconds: seconds = defaultSeconds, audiences, boundObjectRef: bound } = request.spec;
    const errors = [...problems(seconds)];
    if (errors.length > 0) throw invalid({ group: "authentication.k8s.io", kind: "TokenRequest" }, request.metadata.name ?? "", errors);

    const found = bound && boundObject(api, bound, namespace);
    const pod = bound?.kind === "Pod" ? (found as Pod) : undefined;
    if (bound && bound.kind !== "Pod") throw notSimulated(`tokens that are bound to a ${bound.kind}; bind them to a Pod`);
    if (bound?.uid && bound.uid !== pod?.metadata.uid)
      throw conflict(
        { group: "", resource: "Pod" },
        bound.name ?? "",
        `the UID in the bound object reference (${bound.uid}) does not match the UID in record. The object might have been deleted and then recreated`,
      );

    const { token, expiresAt } = tokens.issue({ account, audiences: audiences ?? [], seconds, pod });
    const spec = { ...request.spec, audiences: audiences?.length ? audiences : [issuer], expirationSeconds: seconds };
    const { uid, creationTimestamp } = account.metadata;
    const metadata = { ...request.metadata, name, namespace, uid, creationTimestamp } as TokenRequest["metadata"];
    return { ...request, metadata, spec, status: { token, expirationTimestamp: formatTime(expiresAt) } };
  },
});

const plurals: Readonly<Record<string, string>> = { Pod: "pods", Secret: "secrets", Node: "nodes" };

/** The object that a token lasts no longer than. */
function boundObject(api: Api, { apiVersion = "v1", kind = "", name = "" }: BoundObjectReference, namespace: string): KubeObject {
  const plural = apiVersion.includes("/") ? undefined : plurals[kind];
  if (!plural) throw badRequest(`cannot bind token to object of type ${apiVersion.includes("/") ? "" : "/"}${apiVersion}, Kind=${kind}`);
  if (!name) throw badRequest("Name parameter required.");
  const found = api.get(plural, name, kind === "Node" ? undefined : namespace);
  if (!found) throw notFound({ group: "", resource: plural }, name);
  return found;
}

function* problems(seconds: number): Iterable<FieldError> {
  const path = ["spec", "expirationSeconds"];
  if (seconds < shortestSeconds) yield invalidValue(path, seconds, "may not specify a duration less than 10 minutes");
  if (seconds > longestSeconds) yield invalidValue(path, seconds, "may not specify a duration larger than 2^32 seconds");
}
