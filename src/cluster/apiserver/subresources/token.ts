import type { Api } from "#machinery/client.ts";
import { invalidValue } from "#machinery/field-error.ts";
import type { KubeObject } from "#machinery/object.ts";
import { badRequest, conflict, type FieldError, invalid, notFound } from "#machinery/status.ts";
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
    const given = request.metadata.name;
    const errors = [...problems(seconds)];
    if (given && given !== name)
      throw invalid({ group: "authentication.k8s.io", kind: "TokenRequest" }, name, [
        invalidValue(["metadata", "name"], given, "must match the service account name if specified"),
      ]);
    if (errors.length > 0) throw invalid({ group: "authentication.k8s.io", kind: "TokenRequest" }, given ?? "", errors);

    const found = bound && boundObject(api, bound, namespace);
    if (bound?.uid && bound.uid !== found?.metadata.uid)
      throw conflict(
        { group: "", resource: bound.kind ?? "" },
        bound.name ?? "",
        `the UID in the bound object reference (${bound.uid}) does not match the UID in record. The object might have been deleted and then recreated`,
      );

    const { token, expiresAt } = tokens.issue({
      account,
      audiences: audiences ?? [],
      seconds,
      pod: bound?.kind === "Pod" ? (found as Pod) : undefined,
      secret: bound?.kind === "Secret" ? found : undefined,
      node: bound?.kind === "Node" ? found : undefined,
    });
    const spec = { ...request.spec, audiences: audiences?.length ? audiences : [issuer], expirationSeconds: seconds };
    const { uid, creationTimestamp } = account.metadata;
    const metadata = { ...request.metadata, name, namespace, uid, creationTimestamp } as TokenRequest["metadata"];
    return { ...request, metadata, spec, status: { token, expirationTimestamp: formatTime(expiresAt) } };
  },
});

const plurals: Readonly<Record<string, string>> = { Pod: "pods", Secret: "secrets", Node: "nodes" };

/** The object that a token lasts no longer than. */
function boundObject(api: Api, { apiVersion = "", kind = "", name = "" }: BoundObjectReference, namespace: string): KubeObject {
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
