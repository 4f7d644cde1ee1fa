import { rangeProblems } from "#machinery/names.ts";
import type { Affinity, Container, NodeSelectorTerm, PodSpec, Toleration } from "#machinery/types.ts";
import { same } from "../../shared/checks.ts";
import { differenceText } from "../../shared/difference.ts";
import type { Field } from "../../shared/field.ts";
import { checkImagePadding } from "../../shared/pod-spec/containers.ts";
import { checkTolerations } from "../../shared/pod-spec/tolerations.ts";

const required = "requiredDuringSchedulingIgnoredDuringExecution";

const changeable = [
  "`spec.containers[*].image`",
  "`spec.initContainers[*].image`",
  "`spec.activeDeadlineSeconds`",
  "`spec.tolerations` (only additions to existing tolerations)",
  "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)",
].join(",");

/** A pod that is there changes in few things. `field` is its spec. */
export function checkPodChanges(field: Field, spec: PodSpec, old: PodSpec): void {
  for (const list of ["containers", "initContainers"] as const) {
    const [now, before] = [spec[list] ?? [], old[list] ?? []];
    if (now.length !== before.length) {
      field.at(list).forbidden("pod updates may not add or remove containers");
      return;
    }
    for (const [i, container] of now.entries()) {
      if (!container.image) field.at(list, i, "image").required();
      checkImagePadding(field.at(list, i), container);
    }
  }
  if (!checkDeadline(field.at("activeDeadlineSeconds"), spec.activeDeadlineSeconds, old.activeDeadlineSeconds)) return;
  checkOnlyAddedTolerations(field.at("tolerations"), spec.tolerations ?? [], old.tolerations ?? []);
  checkOnlyRemovedGates(field.at("schedulingGates"), spec, old);

  const allowed: PodSpec = { ...spec, ...pick(old, ["activeDeadlineSeconds", "schedulingGates", "tolerations"]) };
  allowed.containers = withOldImages(spec.containers ?? [], old.containers ?? []);
  if (spec.initContainers) allowed.initContainers = withOldImages(spec.initContainers, old.initContainers ?? []);
  if ((old.terminationGracePeriodSeconds ?? 0) < 0 && spec.terminationGracePeriodSeconds === 1)
    allowed.terminationGracePeriodSeconds = old.terminationGracePeriodSeconds as number;
  if (old.schedulingGates?.length) allowScheduling(field, allowed, spec, old);
  if (!same(allowed, old))
    field.forbidden(`pod updates may not change fields other than ${changeable}\n${differenceText("core.PodSpec", allowed, old)}`);
}

function pick<T extends object>(from: T, names: readonly (keyof T)[]): Partial<T> {
  return Object.fromEntries(names.map((name) => [name, from[name]])) as Partial<T>;
}

const withOldImages = (now: readonly Container[], before: readonly Container[]): Container[] =>
  now.map((container, i) => {
    const image = before[i]?.image;
    return container.image === image ? container : { ...container, ...(image !== undefined && { image }) };
  });

/** A deadline comes nearer or stays; false where nothing else is looked at. */
function checkDeadline(field: Field, now: number | undefined, before: number | undefined): boolean {
  if (now === undefined) {
    if (before !== undefined) field.invalid(null, "must not update from a positive integer to nil value");
    return true;
  }
  const problems = rangeProblems(now, 0, 2 ** 31 - 1);
  field.problems(now, problems);
  if (problems.length > 0) return false;
  if (before === undefined || before >= now) return true;
  field.invalid(now, "must be less than or equal to previous value");
  return false;
}

function checkOnlyAddedTolerations(field: Field, now: readonly Toleration[], before: readonly Toleration[]): void {
  if (now === before) return;
  const { tolerationSeconds: _, ...nothing }: Toleration = {};
  const without = ({ tolerationSeconds: _, ...rest }: Toleration) => ({ ...nothing, ...rest });
  const kept = before.every((old) => now.some((toleration) => same(without(toleration), without(old))));
  if (kept) checkTolerations(field, now);
  else field.forbidden("existing toleration can not be modified except its tolerationSeconds");
}

function checkOnlyRemovedGates(field: Field, { schedulingGates: now = [] }: PodSpec, { schedulingGates: before = [] }: PodSpec): void {
  const known = new Set(before.map((gate) => gate.name));
  for (const [i, { name }] of now.entries())
    if (!known.has(name)) field.at(i, "name").forbidden(`only deletion is allowed, but found new scheduling gate '${name}'`);
}

/** While a pod is gated, where it may run can be narrowed down. Mutates `allowed`. */
function allowScheduling(field: Field, allowed: PodSpec, spec: PodSpec, old: PodSpec): void {
  if (!same(spec.nodeSelector ?? {}, old.nodeSelector ?? {})) {
    const kept = Object.entries(old.nodeSelector ?? {}).every(([key, value]) => spec.nodeSelector?.[key] === value);
    if (!kept)
      field.at("nodeSelector").invalid(spec.nodeSelector ?? {}, "only additions to spec.nodeSelector are allowed (no mutations or deletions)");
  }
  Object.assign(allowed, pick(old, ["nodeSelector"]));

  if (same(spec.affinity?.nodeAffinity, old.affinity?.nodeAffinity)) return;
  checkNarrowed(field.at("affinity", "nodeAffinity", required, "nodeSelectorTerms"), spec.affinity, old.affinity);
  const rest = { ...spec.affinity, nodeAffinity: old.affinity?.nodeAffinity };
  const empty = Object.values(rest).every((part) => part === undefined);
  if (empty && !old.affinity) delete allowed.affinity;
  else allowed.affinity = rest as Affinity;
}

function checkNarrowed(field: Field, now: Affinity | undefined, before: Affinity | undefined): void {
  const old = before?.nodeAffinity?.[required]?.nodeSelectorTerms;
  if (!old) return;
  const terms = now?.nodeAffinity?.[required]?.nodeSelectorTerms ?? [];
  if (old.length > 0 && old.length !== terms.length) {
    field.invalid(terms, "no additions/deletions to non-empty NodeSelectorTerms list are allowed");
    return;
  }
  for (const [i, term] of old.entries())
    if (!onlyAdds(terms[i] ?? {}, term)) field.at(i).invalid(terms[i] ?? {}, "only additions are allowed (no mutations or deletions)");
}

/** A term without conditions selects nothing: giving it one would widen it. */
function onlyAdds(now: NodeSelectorTerm, before: NodeSelectorTerm): boolean {
  const count = ({ matchExpressions = [], matchFields = [] }: NodeSelectorTerm) => matchExpressions.length + matchFields.length;
  if (count(before) === 0) return count(now) === 0;
  return (["matchExpressions", "matchFields"] as const).every((part) => {
    const old = before[part] ?? [];
    return same((now[part] ?? []).slice(0, old.length), old);
  });
}
