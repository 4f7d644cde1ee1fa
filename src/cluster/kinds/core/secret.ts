import { defineKind } from "#cluster/apiserver/kind.ts";
import type { Secret } from "#machinery/types.ts";
import { checkImmutable } from "../shared/checks.ts";
import { columnsOf } from "../shared/columns.ts";
import { validation } from "../shared/field.ts";
import { checkSecret, checkSettled, secretWarnings } from "./secret/validate.ts";

export const secret = defineKind<Secret>({
  group: "",
  version: "v1",
  kind: "Secret",
  plural: "secrets",
  scope: "Namespaced",
  docs: "https://kubernetes.io/docs/concepts/configuration/secret/",

  columns: columnsOf<Secret>("Secret", [
    { name: "Type", type: "string", cell: (secret) => secret.type ?? "" },
    { name: "Data", type: "string", cell: (secret) => Object.keys(secret.data ?? {}).length },
  ]),

  default(secret) {
    secret.type ||= "Opaque";
    // What was written as plain text wins over what was encoded.
    if (secret.stringData) {
      const added = Object.entries(secret.stringData).map(([key, text]) => [key, base64(text)] as const);
      secret.data = { ...secret.data, ...Object.fromEntries(added) };
      delete secret.stringData;
    }
  },

  revalidatesMetadata: true,
  validate: validation((field, secret, old) => {
    if (old) {
      checkImmutable(field.at("type"), secret.type, old.type);
      checkSettled(field, secret, old, ["data"]);
    }
    checkSecret(field, secret);
  }),
  warnings: secretWarnings,

  selectable: { type: { value: (secret) => secret.type ?? "" } },
});

const base64 = (text: string) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));
