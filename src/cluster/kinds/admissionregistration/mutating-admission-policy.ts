import { defineKind } from "#cluster/apiserver/kind.ts";
import type { MutatingAdmissionPolicy } from "#machinery/types.ts";
import { columnsOf } from "../shared/columns.ts";
import { validation } from "../shared/field.ts";
import { defaultMatchResources } from "./match-defaults.ts";
import { checkMutatingPolicy } from "./mutations.ts";

export const mutatingAdmissionPolicy = defineKind<MutatingAdmissionPolicy>({
  group: "admissionregistration.k8s.io",
  version: "v1",
  storageVersion: "v1beta1",
  kind: "MutatingAdmissionPolicy",
  plural: "mutatingadmissionpolicies",
  categories: ["api-extensions"],
  scope: "Cluster",
  docs: "https://kubernetes.io/docs/reference/access-authn-authz/mutating-admission-policy/",

  columns: columnsOf<MutatingAdmissionPolicy>("MutatingAdmissionPolicy", [
    { name: "Mutations", type: "integer", cell: ({ spec }) => spec?.mutations?.length ?? 0 },
    {
      name: "ParamKind",
      type: "string",
      cell: ({ spec }) => (spec?.paramKind ? `${spec.paramKind.apiVersion ?? ""}/${spec.paramKind.kind ?? ""}` : "<unset>"),
    },
  ]),

  validate: validation((field, { spec }, old) => checkMutatingPolicy(field.at("spec"), spec ?? {}, old && (old.spec ?? {}))),
  generation: (now, before) => now.spec !== before.spec,
  default({ spec }) {
    if (!spec) return;
    spec.failurePolicy ??= "Fail";
    if (spec.matchConstraints) defaultMatchResources(spec.matchConstraints);
  },
});
