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
  subresources: [token],
});
