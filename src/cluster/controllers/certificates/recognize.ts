import type { CertificateSigningRequest } from "#machinery/types.ts";
import { commonName, valuesOf } from "#machinery/x509/distinguished-name.ts";
import { subjectAltNamesIn } from "#machinery/x509/extensions.ts";
import { type CertificateRequest, parseRequest } from "#machinery/x509/request.ts";

export const signers = {
  client: "kubernetes.io/kube-apiserver-client",
  kubeletClient: "kubernetes.io/kube-apiserver-client-kubelet",
  kubeletServing: "kubernetes.io/kubelet-serving",
} as const;

const signing = "digital signature";
const enciphering = "key encipherment";

/** What a request asks for; or why it cannot be read. */
export function requestIn({ spec }: CertificateSigningRequest): CertificateRequest | { problem: string } {
  try {
    return parseRequest(atob(spec.request)) ?? { problem: "PEM block type must be CERTIFICATE REQUEST" };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

/**
 * Why a signer does not sign what is asked of it.
 * https://kubernetes.io/docs/reference/access-authn-authz/certificate-signing-requests/#kubernetes-signers
 */
export function signerProblem(signer: string, asked: CertificateRequest, usages: readonly string[]): string | undefined {
  switch (signer) {
    case signers.client:
      return clientProblem(usages);
    case signers.kubeletClient:
      return nodeProblem(asked) ?? kubeletClientNames(asked) ?? usageProblem(usages, ["client auth", signing, enciphering]);
    case signers.kubeletServing:
      return nodeProblem(asked) ?? kubeletServingNames(asked) ?? usageProblem(usages, [signing, enciphering, "server auth"]);
    default:
      return undefined;
  }
}

function clientProblem(usages: readonly string[]): string | undefined {
  const allowed = [signing, enciphering, "client auth"];
  const other = usages.find((usage) => !allowed.includes(usage));
  if (other !== undefined) return `invalid usage for client certificate: ${other}`;
  return usages.includes("client auth") ? undefined : "missing required usage for client certificate: client auth";
}

/** Exactly these, of which enciphering keys may be left out: not every sort of key can. */
function usageProblem(usages: readonly string[], wanted: readonly string[]): string | undefined {
  const asked = new Set(usages);
  const missing = wanted.filter((usage) => !asked.has(usage) && usage !== enciphering);
  return missing.length === 0 && [...asked].every((usage) => wanted.includes(usage)) ? undefined : `usages did not match [${wanted.join(" ")}]`;
}

function nodeProblem({ subject }: CertificateRequest): string | undefined {
  const organizations = valuesOf(subject, "O");
  if (organizations.length !== 1 || organizations[0] !== "system:nodes") return "subject organization is not system:nodes";
  return undefined;
}

const nameProblem = ({ subject }: CertificateRequest): string | undefined =>
  commonName(subject).startsWith("system:node:") ? undefined : "subject common name does not begin with system:node:";

function kubeletClientNames(asked: CertificateRequest): string | undefined {
  const types = new Set((subjectAltNamesIn(asked.extensions) ?? []).map(({ type }) => type));
  if (types.has("dns")) return "DNS subjectAltNames are not allowed";
  if (types.has("email")) return "Email subjectAltNames are not allowed";
  if (types.has("ip")) return "IP subjectAltNames are not allowed";
  return types.has("uri") ? "URI subjectAltNames are not allowed" : nameProblem(asked);
}

function kubeletServingNames(asked: CertificateRequest): string | undefined {
  const types = new Set((subjectAltNamesIn(asked.extensions) ?? []).map(({ type }) => type));
  if (!types.has("dns") && !types.has("ip")) return "DNS or IP subjectAltName is required";
  if (types.has("email")) return "Email subjectAltNames are not allowed";
  return types.has("uri") ? "URI subjectAltNames are not allowed" : nameProblem(asked);
}

export const has = ({ status }: CertificateSigningRequest, type: string): boolean => status.conditions?.some((each) => each.type === type) ?? false;
