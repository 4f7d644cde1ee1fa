import type { Container, Job, JobSpec, PodTemplateSpec } from "#machinery/types.ts";
import { checkImmutable, same } from "../../shared/checks.ts";
import type { Field } from "../../shared/field.ts";

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
  for (const part of ["completionMode", "podFailurePolicy", "backoffLimitPerIndex", "managedBy", "successPolicy"] as const)
    checkImmutable(field.at(part), spec[part], old[part]);
}

function checkTemplateChanges(field: Field, { template }: JobSpec, oldJob: Job): void {
  const { spec: old, status } = oldJob;
  const waits = old.suspend === true && (!status.startTime || isTrue(oldJob, "Suspended")) && (status.active ?? 0) === 0;
  const allowed = waits ? withPlacementOf(old.template, template) : old.template;
  if (!waits) checkImmutable(field.at("template"), template, allowed);
  else if (!same(template.spec, withResourcesOf(allowed.spec, template.spec))) field.at("template.spec").invalid(template.spec, "field is immutable");
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
