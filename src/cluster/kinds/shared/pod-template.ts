import { asGiven } from "#machinery/conform.ts";
import { labelValueProblems, qualifiedNameProblems } from "#machinery/names.ts";
import { matcher } from "#machinery/selector.ts";
import type { LabelSelector, PodTemplateSpec } from "#machinery/types.ts";
import { checkAnnotations, checkLabels, checkSelector } from "./checks.ts";
import type { Field } from "./field.ts";
import { checkPodAnnotations, checkProfilesAgree } from "./pod-spec/annotations.ts";
import { withoutDisabledFields } from "./pod-spec/disabled.ts";
import { checkPodSpec } from "./pod-spec/pod-spec.ts";

/** A pod template, whoever makes pods of it. */
export function checkPodTemplate(field: Field, template: PodTemplateSpec): void {
  const spec = template.spec ?? { containers: [] };
  checkLabels(field.at("labels"), template.metadata?.labels);
  checkAnnotations(field.at("annotations"), template.metadata?.annotations);
  checkPodAnnotations(field.at("annotations"), template);
  checkPodSpec(field.at("spec"), spec);
  checkProfilesAgree(field.at("spec"), template);
  if (spec.ephemeralContainers?.length) field.at("spec", "ephemeralContainers").forbidden("ephemeral containers not allowed in pod template");
}

/** Takes what the server does not know yet from the template of an object that is to be written. */
export function dropDisabled(object: { spec: { template?: PodTemplateSpec } }): void {
  const { template } = object.spec;
  const known = template && withoutDisabled(template);
  if (known && known !== template) object.spec = { ...object.spec, template: known };
}

export function withoutDisabled(template: PodTemplateSpec): PodTemplateSpec {
  const spec = template.spec && withoutDisabledFields(template.spec);
  return spec && spec !== template.spec ? { ...template, spec } : template;
}

/** Whether a selector can be used at all: what is wrong with it is told elsewhere. */
export function isReadable(selector: LabelSelector | undefined): boolean {
  const value = (text: string) => labelValueProblems(text).length === 0;
  const key = (text: string) => qualifiedNameProblems(text).length === 0;
  return (
    Object.entries(selector?.matchLabels ?? {}).every(([name, text]) => key(name) && value(text)) &&
    (selector?.matchExpressions ?? []).every(({ key: name, operator, values = [] }) => {
      const listed = operator === "In" || operator === "NotIn";
      return (
        key(name) &&
        values.every(value) &&
        (listed ? values.length > 0 : (operator === "Exists" || operator === "DoesNotExist") && values.length === 0)
      );
    })
  );
}

export const isEmpty = (selector: LabelSelector | undefined): boolean =>
  !!selector && Object.keys(selector.matchLabels ?? {}).length + (selector.matchExpressions?.length ?? 0) === 0;

export const selects = (selector: LabelSelector | undefined, template: PodTemplateSpec): boolean => matcher(selector)(template.metadata?.labels);

export const mismatch = "`selector` does not match template `labels`";

/** What Deployments, ReplicaSets and their like have in common: pods that they select, and that always run. `field` is the spec. */
export function checkWorkload(
  field: Field,
  { selector, template }: { selector: LabelSelector | undefined; template: PodTemplateSpec },
  names: { kind: string; inErrors: string; unreadable: string },
  check: (field: Field, template: PodTemplateSpec) => void = checkPodTemplate,
): void {
  if (!selector) field.at("selector").required();
  else {
    checkSelector(field.at("selector"), selector);
    if (isEmpty(selector)) field.at("selector").invalid(selector, `empty selector is invalid for ${names.inErrors}`);
  }
  if (!isReadable(selector)) {
    field.at("selector").invalid(selector, names.unreadable);
    return;
  }

  const at = field.at("template");
  if (!isEmpty(selector) && !selects(selector, template)) at.at("metadata", "labels").invalid(asGiven(template.metadata, "labels") ?? null, mismatch);
  check(at, template);
  checkAlwaysRuns(at, template, names.kind);
}

/** Pods that are replaced when they end cannot end by themselves. `field` is the template. */
export function checkAlwaysRuns(field: Field, { spec }: PodTemplateSpec, kind: string): void {
  if (spec?.restartPolicy !== "Always") field.at("spec", "restartPolicy").notSupported(spec?.restartPolicy ?? "", ["Always"]);
  if (spec?.activeDeadlineSeconds !== undefined)
    field.at("spec", "activeDeadlineSeconds").forbidden(`activeDeadlineSeconds in ${kind} is not Supported`);
}
