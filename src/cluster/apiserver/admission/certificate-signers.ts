import { quoted } from "#machinery/field-error.ts";
import { forbidden } from "#machinery/status.ts";
import type { CertificateSigningRequest } from "#machinery/types.ts";
import { DerError } from "#machinery/x509/der.ts";
import { valuesOf } from "#machinery/x509/distinguished-name.ts";
import { parseRequest } from "#machinery/x509/request.ts";
import { Authorizer } from "../authorization/authorizer.ts";
import { type AdmissionRequest, definePlugin } from "./plugin.ts";

type Request = AdmissionRequest<CertificateSigningRequest>;

/** Whoever approves or denies a request must be allowed to for its signer. */
export const certificateApproval = definePlugin<CertificateSigningRequest>({
  name: "CertificateApproval",
  operations: ["UPDATE"],
  resources: ["certificatesigningrequests.certificates.k8s.io/approval"],

  validate(request) {
    if (!mayFor(request, "approve")) throw refusal(request, "approve");
  },
});

/** Whoever hands out a certificate, or says that there will be none, must be allowed to for its signer. */
export const certificateSigning = definePlugin<CertificateSigningRequest>({
  name: "CertificateSigning",
  operations: ["UPDATE"],
  resources: ["certificatesigningrequests.certificates.k8s.io/status"],

  validate(request) {
    const [now, before] = [request.object.status, request.old?.status];
    const isSame = now.certificate === before?.certificate && JSON.stringify(now.conditions) === JSON.stringify(before?.conditions);
    if (!isSame && !mayFor(request, "sign")) throw refusal(request, "sign");
  },
});

const signerOf = ({ object, old }: Request) => (old ?? object).spec.signerName;

/** Roles name a signer, or all of a domain: `example.com/*`. */
function mayFor(request: Request, verb: string): boolean {
  const authorizer = new Authorizer(request.api);
  const signer = signerOf(request);
  return [signer, `${signer.split("/")[0]}/*`].some((name) => {
    const resource = { group: "certificates.k8s.io", plural: "signers", subresource: "", namespace: "", name };
    return authorizer.decide({ user: request.user, verb, path: "", resource }).allowed;
  });
}

const refusal = (request: Request, verb: string) =>
  forbidden(request.resource.on, request.name, `user not permitted to ${verb} requests with signerName ${quoted(signerOf(request))}`);

const clientSigner = "kubernetes.io/kube-apiserver-client";

/** Nobody becomes a master of the cluster by a certificate that one asks the API for. */
export const certificateSubjectRestriction = definePlugin<CertificateSigningRequest>({
  name: "CertificateSubjectRestriction",
  operations: ["CREATE"],
  resources: ["certificatesigningrequests.certificates.k8s.io"],

  validate({ object: { spec }, resource, name }) {
    if (spec.signerName !== clientSigner || !groupsOf(spec.request).includes("system:masters")) return;
    throw forbidden(resource.on, name, `use of ${clientSigner} signer with system:masters group is not allowed`);
  },
});

/** The organizations that a request names are groups to Kubernetes. What cannot be read asks for nothing that could be signed. */
function groupsOf(request: string): string[] {
  try {
    const parsed = parseRequest(atob(request));
    return parsed ? valuesOf(parsed.subject, "O") : [];
  } catch (error) {
    if (error instanceof DerError) return [];
    throw error;
  }
}
