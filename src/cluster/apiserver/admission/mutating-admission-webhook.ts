import { textOf } from "#base/streams.ts";
import { applyJsonPatch, JsonPatchError, type JsonPatchOperation } from "#machinery/json-patch.ts";
import type { KubeObject } from "#machinery/object.ts";
import { internalError } from "#machinery/status.ts";
import type { MutatingWebhookConfiguration } from "#machinery/types.ts";
import { type AdmissionRequest, definePlugin } from "./plugin.ts";
import { Configurations } from "./webhooks/configurations.ts";
import { type Review, reviews, type Webhook } from "./webhooks/webhook.ts";

const configurations = new Configurations<MutatingWebhookConfiguration>(
  "mutatingwebhookconfigurations.admissionregistration.k8s.io",
  "MutatingWebhookConfiguration",
);

/** Asks those who may change what is written. https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/ */
export const mutatingAdmissionWebhook = definePlugin({
  name: "MutatingAdmissionWebhook",
  operations: ["CREATE", "UPDATE", "DELETE", "CONNECT"],
  subresources: true,

  mutate(request) {
    const all = configurations.all(request.api);
    if (all.length > 0) return change(all, request);
  },
});

async function change(all: readonly MutatingWebhookConfiguration[], request: AdmissionRequest): Promise<void> {
  for await (const { webhook, review } of reviews(all, request)) if (review.patch) request.object = patched(webhook, review, request);
}

function patched({ name }: Webhook, { patch = "", patchType }: Review, { resource, object, old }: AdmissionRequest): KubeObject {
  const wrong = (why: string) => internalError(`failed calling webhook ${JSON.stringify(name)}: received invalid webhook response: ${why}`);
  if (patchType !== "JSONPatch")
    throw wrong(`webhook returned response.patch but not response.patchType, or one that is not JSONPatch: ${patchType ?? ""}`);
  try {
    const operations = JSON.parse(textOf(Uint8Array.from(atob(patch), (c) => c.charCodeAt(0)))) as JsonPatchOperation[];
    return { ...resource.conform(applyJsonPatch(object, operations) as KubeObject, old) };
  } catch (error) {
    if (error instanceof JsonPatchError || error instanceof SyntaxError) throw wrong(error.message);
    throw error;
  }
}
