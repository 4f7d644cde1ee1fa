import { CelProblem } from "#machinery/cel/problem.ts";
import type { Api } from "#machinery/client.ts";
import { forbidden, StatusError } from "#machinery/status.ts";
import type { ValidatingAdmissionPolicy, ValidatingAdmissionPolicyBinding, Validation } from "#machinery/types.ts";
import { type AdmissionRequest, definePlugin } from "./plugin.ts";
import { concerns } from "./policies/match.ts";
import { Evaluation, isExempt, Policies, paramsOf } from "./policies/policies.ts";

type Bindings = Policies<ValidatingAdmissionPolicy, ValidatingAdmissionPolicyBinding>;
const known = new WeakMap<Api, Bindings>();

function policiesOf(api: Api): Bindings {
  let policies = known.get(api);
  if (!policies) {
    policies = new Policies(
      api,
      "validatingadmissionpolicies.admissionregistration.k8s.io",
      "validatingadmissionpolicybindings.admissionregistration.k8s.io",
    );
    known.set(api, policies);
  }
  return policies;
}

/** Judges writes by expressions that somebody wrote. https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/ */
export const validatingAdmissionPolicy = definePlugin({
  name: "ValidatingAdmissionPolicy",
  operations: ["CREATE", "UPDATE", "DELETE", "CONNECT"],
  subresources: true,

  validate(request) {
    const { bound } = policiesOf(request.api);
    if (bound.length === 0 || isExempt(request)) return;
    for (const { policy, bindings } of bound) {
      if (!concerns(policy.spec?.matchConstraints, request, true)) continue;
      for (const binding of bindings) if (concerns(binding.spec?.matchResources, request, false)) judge(policy, binding, request);
    }
  },
});

interface Verdict {
  message: string;
  reason: string;
}

function judge(policy: ValidatingAdmissionPolicy, binding: ValidatingAdmissionPolicyBinding, request: AdmissionRequest): void {
  const params = paramsOf(policy.spec?.paramKind, binding.spec?.paramRef, request);
  const verdicts =
    typeof params === "string" ? [failed(policy, params)] : params.flatMap((param) => verdictsOf(policy, new Evaluation(policy, request, param)));
  for (const verdict of verdicts) if (verdict) act(verdict, policy, binding, request);
}

/** What cannot be judged is refused, unless the policy lets it pass. */
const failed = ({ spec }: ValidatingAdmissionPolicy, message: string): Verdict | undefined =>
  spec?.failurePolicy === "Ignore" ? undefined : { message, reason: "Invalid" };

function verdictsOf(policy: ValidatingAdmissionPolicy, evaluation: Evaluation): readonly (Verdict | undefined)[] {
  try {
    if (!evaluation.matches) return [];
  } catch (error) {
    if (error instanceof CelProblem) return [failed(policy, `failed to evaluate match condition: ${error.message}`)];
    throw error;
  }
  return (policy.spec?.validations ?? []).map((validation) => {
    try {
      if (evaluation.evaluate(validation.expression) === true) return undefined;
    } catch (error) {
      if (error instanceof CelProblem) return failed(policy, `expression '${validation.expression}' resulted in error: ${error.message}`);
      throw error;
    }
    return { message: messageOf(validation, evaluation), reason: validation.reason ?? "Invalid" };
  });
}

function messageOf({ messageExpression, message, expression }: Validation, evaluation: Evaluation): string {
  if (messageExpression) {
    try {
      const text = evaluation.evaluate(messageExpression);
      if (typeof text === "string" && text.trim() && !text.includes("\n")) return text.trim();
    } catch (error) {
      if (!(error instanceof CelProblem)) throw error;
    }
  }
  return message?.trim() || `failed expression: ${expression.trim()}`;
}

const codes: Readonly<Record<string, number>> = { Forbidden: 403, Unauthorized: 401, RequestEntityTooLarge: 413 };

function act(
  { message, reason }: Verdict,
  policy: ValidatingAdmissionPolicy,
  binding: ValidatingAdmissionPolicyBinding,
  request: AdmissionRequest,
): void {
  const actions = binding.spec?.validationActions ?? [];
  const who = `ValidatingAdmissionPolicy '${policy.metadata.name}' with binding '${binding.metadata.name}'`;
  if (actions.includes("Deny")) {
    const why = `${who} denied request: ${message}`;
    const { message: text, status } = forbidden(request.resource.on, request.name || request.object.metadata.generateName || "", why);
    throw new StatusError(codes[reason] ?? 422, reason, text, { ...status.details, causes: [{ message: why }] });
  }
  if (actions.includes("Warn")) request.warn(`Validation failed for ${who}: ${message}`);
}
