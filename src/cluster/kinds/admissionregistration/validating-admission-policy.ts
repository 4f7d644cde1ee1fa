import { defineKind } from "#cluster/apiserver/kind.ts";
import { status } from "#cluster/apiserver/subresources/status.ts";
import type { ValidatingAdmissionPolicy } from "#machinery/types.ts";
import { columnsOf } from "../shared/columns.ts";
import { checkConditions } from "../shared/conditions.ts";
import { validation } from "../shared/field.ts";
import { defaultMatchResources } from "./match-defaults.ts";
import { checkValidatingPolicy } from "./policy.ts";

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

  validate: validation((field, { metadata, spec, status }, old, { subresource }) => {
    if (subresource !== "status") {
      checkValidatingPolicy(field.at("spec"), metadata.name ?? "", spec ?? {}, old && (old.spec ?? {}));
      return;
    }
    for (const [i, { warning, fieldRef }] of (status?.typeChecking?.expressionWarnings ?? []).entries()) {
      const at = field.at("status", "typeChecking", "expressionWarnings", i);
      if (!warning) at.at("warning").required();
      if (!fieldRef?.trim()) at.at("fieldRef").required();
    }
    checkConditions(field.at("status", "conditions"), status?.conditions);
  }),
  subresources: [status],
  default({ spec }) {
    if (!spec) return;
    spec.failurePolicy ??= "Fail";
    if (spec.matchConstraints) defaultMatchResources(spec.matchConstraints);
  },
});
