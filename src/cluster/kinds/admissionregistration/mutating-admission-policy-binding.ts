import { defineKind } from "#cluster/apiserver/kind.ts";
import type { MutatingAdmissionPolicyBinding } from "#machinery/types.ts";
import { columnsOf } from "../shared/columns.ts";
import { validation } from "../shared/field.ts";
import { checkPolicyBinding } from "./binding.ts";
import { defaultMatchResources } from "./match-defaults.ts";
import { checkMutable } from "./mutations.ts";
import { paramText } from "./param-text.ts";

export const mutatingAdmissionPolicyBinding = defineKind<MutatingAdmissionPolicyBinding>({
  group: "admissionregistration.k8s.io",
  version: "v1",
  storageVersion: "v1beta1",
  kind: "MutatingAdmissionPolicyBinding",
  plural: "mutatingadmissionpolicybindings",
  categories: ["api-extensions"],
  scope: "Cluster",
  docs: "https://kubernetes.io/docs/reference/access-authn-authz/mutating-admission-policy/",

  columns: columnsOf<MutatingAdmissionPolicyBinding>("MutatingAdmissionPolicyBinding", [
    { name: "PolicyName", type: "string", cell: ({ spec }) => spec?.policyName ?? "" },
    { name: "ParamRef", type: "string", cell: ({ spec }) => paramText(spec?.paramRef) },
  ]),

  default({ spec }) {
    if (spec?.matchResources) defaultMatchResources(spec.matchResources);
  },
  validate: validation((field, { spec }) => {
    checkPolicyBinding(field.at("spec"), spec ?? {});
    checkMutable(field.at("spec", "matchResources"), spec?.matchResources);
  }),
  generation: (now, before) => now.spec !== before.spec,
});
