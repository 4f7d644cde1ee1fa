import { defineKind } from "#cluster/apiserver/kind.ts";
import type { ValidatingWebhookConfiguration } from "#machinery/types.ts";
import { columnsOf } from "../shared/columns.ts";
import { validation } from "../shared/field.ts";
import { defaultWebhook } from "./webhook-defaults.ts";
import { checkWebhooks } from "./webhooks.ts";

export const validatingWebhookConfiguration = defineKind<ValidatingWebhookConfiguration>({
  group: "admissionregistration.k8s.io",
  version: "v1",
  kind: "ValidatingWebhookConfiguration",
  plural: "validatingwebhookconfigurations",
  categories: ["api-extensions"],
  scope: "Cluster",
  anyFinalizers: true,
  updateNeedsVersion: true,
  docs: "https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/",

  columns: columnsOf<ValidatingWebhookConfiguration>("ValidatingWebhookConfiguration", [
    { name: "Webhooks", type: "integer", cell: ({ webhooks }) => webhooks?.length ?? 0 },
  ]),

  default({ webhooks = [] }) {
    for (const webhook of webhooks) defaultWebhook(webhook);
  },
  validate: validation((field, { webhooks }, old) => checkWebhooks(field.at("webhooks"), webhooks, old && (old.webhooks ?? []))),
  generation: (now, before) => now.webhooks !== before.webhooks,
});
