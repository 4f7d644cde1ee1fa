import { defineKind } from "#cluster/apiserver/kind.ts";
import type { MutatingWebhookConfiguration } from "#machinery/types.ts";
import { columnsOf } from "../shared/columns.ts";
import { validation } from "../shared/field.ts";
import { defaultWebhook } from "./webhook-defaults.ts";
import { checkWebhooks } from "./webhooks.ts";

export const mutatingWebhookConfiguration = defineKind<MutatingWebhookConfiguration>({
  group: "admissionregistration.k8s.io",
  version: "v1",
  kind: "MutatingWebhookConfiguration",
  plural: "mutatingwebhookconfigurations",
  categories: ["api-extensions"],
  scope: "Cluster",
  anyFinalizers: true,
  updateNeedsVersion: true,
  docs: "https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/",

  columns: columnsOf<MutatingWebhookConfiguration>("MutatingWebhookConfiguration", [
    { name: "Webhooks", type: "integer", cell: ({ webhooks }) => webhooks?.length ?? 0 },
  ]),

  default({ webhooks = [] }) {
    for (const webhook of webhooks) {
      defaultWebhook(webhook);
      webhook.reinvocationPolicy ??= "Never";
    }
  },
  validate: validation((field, { webhooks }, old) => checkWebhooks(field.at("webhooks"), webhooks, old && (old.webhooks ?? []))),
  generation: (now, before) => now.webhooks !== before.webhooks,
});
