import type { Container, Job, JobSpec, PodTemplateSpec } from "#machinery/types.ts";
import { checkImmutable } from "../../shared/checks.ts";
import type { Field } from "../../shared/field.ts";
import { checkSame } from "../../shared/go-value.ts";

const isTrue = ({ status }: Job, type: string) =>
  status.conditions?.some((condition) => condition.type === type && condition.status === "True") === true;

/** What a job does cannot be changed; where its pods run can, until it starts. */
export function checkJobChanges(field: Field, { spec }: Job, oldJob: Job): void {
  const old = oldJob.spec;
  if (spec.completionMode !== "Indexed") checkImmutable(field.at("completions"), spec.completions, old.completions);
  else if (spec.completions !== undefined && spec.completions !== old.completions && spec.completions !== spec.parallelism)
    field.at("completions").invalid(spec.completions, "can only be modified in tandem with spec.parallelism");
  checkImmutable(field.at("selector"), spec.selector, old.selector);
  checkTemplateChanges(field, spec, oldJob);
  checkImmutable(field.at("completionMode"), spec.completionMode, old.completionMode);
  checkSame(field.at("podFailurePolicy"), "*batch.PodFailurePolicy", spec.podFailurePolicy, old.podFailurePolicy);
  checkImmutable(field.at("backoffLimitPerIndex"), spec.backoffLimitPerIndex, old.backoffLimitPerIndex);
  checkImmutable(field.at("managedBy"), spec.managedBy, old.managedBy);
  checkSame(field.at("successPolicy"), "*batch.SuccessPolicy", spec.successPolicy, old.successPolicy);
}

function checkTemplateChanges(field: Field, { template }: JobSpec, oldJob: Job): void {
  const { spec: old, status } = oldJob;
  const waits = old.suspend === true && (!status.startTime || isTrue(oldJob, "Suspended")) && (status.active ?? 0) === 0;
  const allowed = waits ? withPlacementOf(old.template, template) : old.template;
  if (!waits) checkSame(field.at("template"), "core.PodTemplateSpec", template, allowed);
  else checkSame(field.at("template.spec"), "core.PodSpec", template.spec, withResourcesOf(allowed.spec, template.spec));
}

type Spec = PodTemplateSpec["spec"];

/** What decides where pods run, of another template. */
function withPlacementOf(template: PodTemplateSpec, other: PodTemplateSpec): PodTemplateSpec {
  const { nodeAffinity: _, ...kept } = template.spec?.affinity ?? {};
  const { nodeSelector, tolerations, schedulingGates, affinity } = other.spec ?? {};
  const moved = affinity?.nodeAffinity ? { ...kept, nodeAffinity: affinity.nodeAffinity } : kept;
  const isNone = Object.keys(moved).length === 0 && !affinity;
  const spec = { ...template.spec, nodeSelector, tolerations, schedulingGates, affinity: isNone ? undefined : moved } as Spec;
  return { ...template, metadata: other.metadata, spec } as PodTemplateSpec;
}

function withResourcesOf(spec: Spec, other: Spec): Spec {
  if (!spec || !other) return spec;
  const merged = (old: readonly Container[] = [], next: readonly Container[] = []) =>
    old.length !== next.length ? old : old.map((each, i) => (each.name === next[i]?.name ? { ...each, resources: next[i]?.resources } : each));
  const { initContainers } = spec;
  return {
    ...spec,
    containers: merged(spec.containers, other.containers),
    ...(initContainers ? { initContainers: merged(initContainers, other.initContainers) } : {}),
  } as Spec;
}
