import type { MutatingWebhook, ValidatingWebhook } from "#machinery/types.ts";

/** What both sorts of webhook have in common when nothing else is said. */
export function defaultWebhook(webhook: MutatingWebhook | ValidatingWebhook): void {
  webhook.failurePolicy ??= "Fail";
  webhook.matchPolicy ??= "Equivalent";
  webhook.namespaceSelector ??= {};
  webhook.objectSelector ??= {};
  webhook.timeoutSeconds ??= 10;
  for (const rule of webhook.rules ?? []) rule.scope ??= "*";
  if (webhook.clientConfig?.service) webhook.clientConfig.service.port ??= 443;
}
