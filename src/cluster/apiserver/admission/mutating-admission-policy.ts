import { merged } from "#machinery/apply-merge.ts";
import { CelProblem } from "#machinery/cel/problem.ts";
import { jsonOf } from "#machinery/cel/values.ts";
import type { Api } from "#machinery/client.ts";
import { applyJsonPatch, JsonPatchError, type JsonPatchOperation } from "#machinery/json-patch.ts";
import type { KubeObject } from "#machinery/object.ts";
import { forbidden, invalid } from "#machinery/status.ts";
import type { MutatingAdmissionPolicy, MutatingAdmissionPolicyBinding, Mutation } from "#machinery/types.ts";
import { type AdmissionRequest, definePlugin } from "./plugin.ts";
import { concerns } from "./policies/match.ts";
import { Evaluation, isExempt, Policies, paramsOf } from "./policies/policies.ts";

type Bindings = Policies<MutatingAdmissionPolicy, MutatingAdmissionPolicyBinding>;
const known = new WeakMap<Api, Bindings>();

function policiesOf(api: Api): Bindings {
  let policies = known.get(api);
  if (!policies) {
    policies = new Policies(
      api,
      "mutatingadmissionpolicies.admissionregistration.k8s.io",
      "mutatingadmissionpolicybindings.admissionregistration.k8s.io",
    );
    known.set(api, policies);
  }
  return policies;
}

/** Changes what is written by expressions that somebody wrote. https://kubernetes.io/docs/reference/access-authn-authz/mutating-admission-policy/ */
export const mutatingAdmissionPolicy = definePlugin({
  name: "MutatingAdmissionPolicy",
  operations: ["CREATE", "UPDATE"],
  subresources: true,

  mutate(request) {
    const { bound } = policiesOf(request.api);
    if (bound.length === 0 || isExempt(request)) return;
    for (const { policy, bindings } of bound) {
      if (!concerns(policy.spec?.matchConstraints, request, true)) continue;
      for (const binding of bindings) if (concerns(binding.spec?.matchResources, request, false)) change(policy, binding, request);
    }
  },
});

function change(policy: MutatingAdmissionPolicy, binding: MutatingAdmissionPolicyBinding, request: AdmissionRequest): void {
  const fail = (why: string) => {
    if (policy.spec?.failurePolicy === "Ignore") return;
    const text = `policy '${policy.metadata.name}' with binding '${binding.metadata.name}' denied request: ${why}`;
    throw forbidden(request.resource.on, request.name || request.object.metadata.generateName || "", text);
  };
  const params = paramsOf(policy.spec?.paramKind, binding.spec?.paramRef, request);
  if (typeof params === "string") fail(params);
  for (const param of typeof params === "string" ? [] : params) {
    try {
      if (!new Evaluation(policy, request, param).matches) continue;
      // Each mutation sees what the one before made.
      for (const mutation of policy.spec?.mutations ?? []) request.object = mutated(mutation, new Evaluation(policy, request, param), request);
    } catch (error) {
      if (!(error instanceof CelProblem || error instanceof JsonPatchError)) throw error;
      fail(error.message);
    }
  }
}

function mutated({ applyConfiguration, jsonPatch }: Mutation, evaluation: Evaluation, { resource, object, old }: AdmissionRequest): KubeObject {
  const next = jsonPatch?.expression
    ? applyJsonPatch(object, jsonOf(evaluation.evaluate(jsonPatch.expression)) as JsonPatchOperation[])
    : merged(resource.schema, object, jsonOf(evaluation.evaluate(applyConfiguration?.expression ?? "Object{}")));
  const result = resource.conform(next as KubeObject, old);
  if (result.metadata?.name !== object.metadata.name) throw invalid(resource.gvk, object.metadata.name ?? "", []);
  return result === old ? result : { ...result };
}
