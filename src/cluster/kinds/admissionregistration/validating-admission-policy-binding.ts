import { defineKind } from "#cluster/apiserver/kind.ts";
import type { ValidatingAdmissionPolicyBinding } from "#machinery/types.ts";
import { columnsOf } from "../shared/columns.ts";
import { validation } from "../shared/field.ts";
import { checkActions, checkPolicyBinding } from "./binding.ts";
import { defaultMatchResources } from "./match-defaults.ts";
import { paramText } from "./param-text.ts";

export const validatingAdmissionPolicyBinding = defineKind<ValidatingAdmissionPolicyBinding>({
  group: "admissionregistration.k8s.io",
  version: "v1",
  kind: "ValidatingAdmissionPolicyBinding",
  plural: "validatingadmissionpolicybindings",
  categories: ["api-extensions"],
  updateNeedsVersion: true,
  scope: "Cluster",
  anyFinalizers: true,
  docs: "https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/",

  columns: columnsOf<ValidatingAdmissionPolicyBinding>("ValidatingAdmissionPolicyBinding", [
    { name: "PolicyName", type: "string", cell: ({ spec }) => spec?.policyName ?? "" },
    { name: "ParamRef", type: "string", cell: ({ spec }) => paramText(spec?.paramRef) },
  ]),

  default({ spec }) {
    if (spec?.matchResources) defaultMatchResources(spec.matchResources);
  },
  validate: validation((field, { spec }) => {
    checkPolicyBinding(field.at("spec"), spec ?? {});
    checkActions(field.at("spec", "validationActions"), spec?.validationActions);
  }),
  generation: (now, before) => now.spec !== before.spec,
});
