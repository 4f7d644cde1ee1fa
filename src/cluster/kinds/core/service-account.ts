import { defineKind } from "#cluster/apiserver/kind.ts";
import { token } from "#cluster/apiserver/subresources/token.ts";
import type { ServiceAccount } from "#machinery/types.ts";

export const serviceAccount = defineKind<ServiceAccount>({
  group: "",
  version: "v1",
  kind: "ServiceAccount",
  plural: "serviceaccounts",
  shortNames: ["sa"],
  scope: "Namespaced",
  docs: "https://kubernetes.io/docs/concepts/security/service-accounts/",

  columns: [],
  deleteAnswers: "object",
  revalidatesMetadata: true,

  prepareCreate: cleanSecrets,
  prepareUpdate: cleanSecrets,
  *warnings({ metadata }, old) {
    if (metadata.annotations?.[mountable] !== undefined && old?.metadata.annotations?.[mountable] === undefined)
      yield `metadata.annotations[${mountable}]: deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets`;
  },
  subresources: [token],
});

const mountable = "kubernetes.io/enforce-mountable-secrets";

/** Secrets are known by their names alone. */
function cleanSecrets(account: ServiceAccount): void {
  if (account.secrets?.some((secret) => Object.keys(secret).some((key) => key !== "name")))
    account.secrets = account.secrets.map(({ name }) => (name === undefined ? {} : { name }));
}
