import type { ValidatingWebhookConfiguration } from "#machinery/types.ts";
import { type AdmissionRequest, definePlugin } from "./plugin.ts";
import { Configurations } from "./webhooks/configurations.ts";
import { reviews } from "./webhooks/webhook.ts";

const configurations = new Configurations<ValidatingWebhookConfiguration>(
  "validatingwebhookconfigurations.admissionregistration.k8s.io",
  "ValidatingWebhookConfiguration",
);

/** Asks those who are to judge writes. https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/ */
export const validatingAdmissionWebhook = definePlugin({
  name: "ValidatingAdmissionWebhook",
  operations: ["CREATE", "UPDATE", "DELETE", "CONNECT"],
  subresources: true,

  validate(request) {
    const all = configurations.all(request.api);
    if (all.length > 0) return judge(all, request);
  },
});

async function judge(all: readonly ValidatingWebhookConfiguration[], request: AdmissionRequest): Promise<void> {
  for await (const _ of reviews(all, request));
}
