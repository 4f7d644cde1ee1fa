import { type ControllerContext, defineController, TryAgain } from "#machinery/controller.ts";
import type { CertificateSigningRequest, SubjectAccessReview } from "#machinery/types.ts";
import { commonName } from "#machinery/x509/distinguished-name.ts";
import { has, requestIn, signerProblem, signers } from "./certificates/recognize.ts";

/**
 * Approves the client certificates of kubelets whose requesters may have them without being asked.
 * https://kubernetes.io/docs/reference/access-authn-authz/kubelet-tls-bootstrapping/#approval
 */
export const csrApprovingController = defineController<CertificateSigningRequest>({
  name: "csrapproving",
  watches: "certificatesigningrequests.certificates.k8s.io",

  async reconcile(request, context) {
    const { spec, status } = request;
    if (spec.signerName !== signers.kubeletClient || status.certificate || has(request, "Approved") || has(request, "Denied")) return;
    const asked = requestIn(request);
    if ("problem" in asked || signerProblem(spec.signerName, asked, spec.usages ?? [])) return;

    const isOwn = spec.username === commonName(asked.subject);
    const found = isOwn && (await mayCreate("selfnodeclient", request, context)) ? "self kubelet client" : undefined;
    const kind = found ?? ((await mayCreate("nodeclient", request, context)) ? "kubelet client" : undefined);
    if (!kind) throw new TryAgain(`recognized csr "${request.metadata.name}" but subject access review was not approved`);
    const approval = {
      type: "Approved",
      status: "True",
      reason: "AutoApproved",
      message: `Auto approving ${kind} certificate after SubjectAccessReview.`,
    };
    await context.api.updateSub("certificatesigningrequests.certificates.k8s.io", "approval", {
      ...request,
      status: { ...status, conditions: [...(status.conditions ?? []), approval] },
    });
  },
});

async function mayCreate(subresource: string, { spec }: CertificateSigningRequest, { api }: ControllerContext): Promise<boolean> {
  const { username = "", uid, groups, extra } = spec;
  const review = await api.create<SubjectAccessReview>("subjectaccessreviews.authorization.k8s.io", {
    apiVersion: "authorization.k8s.io/v1",
    kind: "SubjectAccessReview",
    metadata: {},
    spec: {
      user: username,
      ...(uid ? { uid } : {}),
      ...(groups ? { groups } : {}),
      ...(extra ? { extra } : {}),
      resourceAttributes: { group: "certificates.k8s.io", resource: "certificatesigningrequests", verb: "create", subresource, version: "*" },
    },
  });
  return review.status?.allowed ?? false;
}
