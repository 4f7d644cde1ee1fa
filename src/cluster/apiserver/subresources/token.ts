import { invalidValue, notSupported } from "#machinery/field-error.ts";
import { conflict, type FieldError, invalid, notFound } from "#machinery/status.ts";
import { formatTime } from "#machinery/time.ts";
import type { Pod, ServiceAccount, TokenRequest } from "#machinery/types.ts";
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
    const errors = [...problems(seconds, bound?.kind)];
    if (errors.length > 0) throw invalid({ group: "authentication.k8s.io", kind: "TokenRequest" }, request.metadata.name ?? "", errors);

    const pod = bound?.kind === "Pod" ? api.get<Pod>("pods", bound.name ?? "", namespace) : undefined;
    if (bound && !pod) throw notFound({ group: "", resource: "pods" }, bound.name ?? "");
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

function* problems(seconds: number, boundTo: string | undefined): Iterable<FieldError> {
  const path = ["spec", "expirationSeconds"];
  if (seconds < shortestSeconds) yield invalidValue(path, seconds, "may not specify a duration less than 10 minutes");
  if (seconds > longestSeconds) yield invalidValue(path, seconds, "may not specify a duration larger than 2^32 seconds");
  if (boundTo !== undefined && boundTo !== "Pod") yield notSupported(["spec", "boundObjectRef", "kind"], boundTo, ["Pod"]);
}
