import { bytesOf } from "#base/streams.ts";
import { defineController } from "#machinery/controller.ts";
import type { CertificateSigningRequest } from "#machinery/types.ts";
import { base64Of } from "#machinery/x509/pem.ts";
import { issueFor } from "./certificates/issue.ts";
import { has, requestIn, signerProblem, signers } from "./certificates/recognize.ts";

const served: ReadonlySet<string> = new Set(Object.values(signers));

/**
 * Signs what was approved and is for one of Kubernetes' own signers.
 * https://kubernetes.io/docs/reference/access-authn-authz/certificate-signing-requests/
 */
export const csrSigningController = defineController<CertificateSigningRequest>({
  name: "csrsigning",
  watches: "certificatesigningrequests.certificates.k8s.io",

  async reconcile(request, { api, clock, random }) {
    const { spec, status } = request;
    if (!has(request, "Approved") || has(request, "Denied") || has(request, "Failed") || status.certificate || !served.has(spec.signerName)) return;
    const usages = spec.usages ?? [];
    const asked = requestIn(request);
    const message = "problem" in asked ? asked.problem : signerProblem(spec.signerName, asked, usages);
    if (message !== undefined || "problem" in asked) {
      const failure = { type: "Failed", status: "True", reason: "SignerValidationFailure", message: message ?? "" };
      await api.updateStatus("certificatesigningrequests.certificates.k8s.io", {
        ...request,
        status: { ...status, conditions: [...(status.conditions ?? []), failure] },
      });
      return;
    }
    const certificate = base64Of(bytesOf(issueFor(asked, usages, spec.expirationSeconds, clock.now(), random)));
    await api.updateStatus("certificatesigningrequests.certificates.k8s.io", { ...request, status: { ...status, certificate } });
  },
});
