import { defineKind } from "#cluster/apiserver/kind.ts";
import { status } from "#cluster/apiserver/subresources/status.ts";
import type { ValidatingAdmissionPolicy } from "#machinery/types.ts";
import { columnsOf } from "../shared/columns.ts";
import { defaultMatchResources } from "./match-defaults.ts";

export const validatingAdmissionPolicy = defineKind<ValidatingAdmissionPolicy>({
  group: "admissionregistration.k8s.io",
  version: "v1",
  kind: "ValidatingAdmissionPolicy",
  plural: "validatingadmissionpolicies",
  categories: ["api-extensions"],
  updateNeedsVersion: true,
  scope: "Cluster",
  statusAlone: true,
  anyFinalizers: true,
  docs: "https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/",

  columns: columnsOf<ValidatingAdmissionPolicy>("ValidatingAdmissionPolicy", [
    { name: "Validations", type: "integer", cell: ({ spec }) => spec?.validations?.length ?? 0 },
    {
      name: "ParamKind",
      type: "string",
      cell: ({ spec }) => (spec?.paramKind ? `${spec.paramKind.apiVersion ?? ""}/${spec.paramKind.kind ?? ""}` : "<unset>"),
    },
  ]),

  subresources: [status],
  default({ spec }) {
    if (!spec) return;
    spec.failurePolicy ??= "Fail";
    if (spec.matchConstraints) defaultMatchResources(spec.matchConstraints);
  },
});
