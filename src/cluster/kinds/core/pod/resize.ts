import { defineSubresource } from "#cluster/apiserver/kind.ts";
import type { Container, Pod, PodSpec, ResourceRequirements } from "#machinery/types.ts";
import { same } from "../../shared/checks.ts";
import type { Field } from "../../shared/field.ts";
import { qosClass } from "./resources.ts";

/** Gives the containers of a pod that runs more or less. */
export const resize = defineSubresource<Pod>({
  name: "resize",
  verbs: ["get", "patch", "update"],
  tracksWhole: true,
  part: (pod, old) => ({ ...old, metadata: pod.metadata, spec: resized(pod.spec, old.spec) }),
});

/** What of a spec a resize takes over; containers that are others than before go through, for validation to find. */
function resized(spec: PodSpec, old: PodSpec): PodSpec {
  const sameCount = spec.containers?.length === old.containers?.length && (spec.initContainers?.length ?? 0) === (old.initContainers?.length ?? 0);
  if (!sameCount) return spec;
  const { resources: _, ...rest } = old;
  return {
    ...rest,
    ...(spec.resources && { resources: spec.resources }),
    containers: resizedContainers(spec.containers ?? [], old.containers ?? []),
    ...(spec.initContainers && { initContainers: resizedContainers(spec.initContainers, old.initContainers ?? []) }),
  };
}

function resizedContainers(now: Container[], before: Container[]): Container[] {
  if (now.some(({ name }, i) => name !== before[i]?.name)) return now;
  return before.map((old, i) => {
    const { resources: _, resizePolicy: __, ...rest } = old;
    const { resources, resizePolicy } = now[i] ?? {};
    return { ...rest, ...(resources && { resources }), ...(resizePolicy && { resizePolicy }) };
  });
}

export function checkResize(field: Field, pod: Pod, old: Pod): void {
  const at = field.at("spec");
  if (old.spec.os?.name === "windows") {
    field.forbidden("windows pods cannot be resized");
    return;
  }
  if ((old.status.qosClass ?? qosClass(old.spec)) !== qosClass(pod.spec))
    at.invalid(pod.status.qosClass ?? "", "Pod QOS Class may not change as a result of resizing");
  const running = old.status.containerStatuses?.find((status) => status.state?.running);
  if (running && !running.resources) at.forbidden("Pod running on node without support for resize");

  checkPodLevel(at, pod.spec, old.spec);
  if (!checkOrder(at, pod.spec, old.spec)) return;
  for (const list of ["initContainers", "containers"] as const)
    for (const [i, before] of (old.spec[list] ?? []).entries()) {
      const now = pod.spec[list]?.[i];
      if (now && (list === "containers" || before.restartPolicy === "Always"))
        checkNothingRemoved(at.at(list, i, "resources"), now.resources, before.resources);
    }

  for (const [i, before] of (old.spec.containers ?? []).entries())
    if (!same(frozen(pod.spec.containers?.[i], before), before)) at.forbidden("only cpu and memory resources are mutable");
  for (const [i, before] of (old.spec.initContainers ?? []).entries()) {
    const now = pod.spec.initContainers?.[i];
    if (before.restartPolicy === "Always") {
      if (!same(frozen(now, before), before))
        at.at("initContainers", i).forbidden("only cpu and memory resources for init or sidecar containers are mutable");
    } else if (!same(now, before)) at.forbidden("resources for non-sidecar init containers are immutable");
  }
}

/** The container with the CPU and the memory that it had. */
function frozen(now: Container | undefined, before: Container): Container | undefined {
  if (!now) return undefined;
  const side = (part: "limits" | "requests") => {
    const { cpu: _, memory: __, ...others } = now.resources?.[part] ?? {};
    const { cpu, memory } = before.resources?.[part] ?? {};
    const amounts = { ...others, ...(cpu !== undefined && { cpu }), ...(memory !== undefined && { memory }) };
    return Object.keys(amounts).length > 0 ? { [part]: amounts } : {};
  };
  const { claims: _, ...none } = now.resources ?? {};
  const { limits: __, requests: ___, ...rest } = none;
  return { ...now, resources: { ...rest, ...side("limits"), ...side("requests") } };
}

const removed = (now: object | undefined, before: object | undefined) => Object.keys(before ?? {}).some((name) => !(name in (now ?? {})));

function checkNothingRemoved(field: Field, now: ResourceRequirements | undefined, before: ResourceRequirements | undefined): void {
  if (removed(now?.requests, before?.requests)) field.at("requests").forbidden("resource requests cannot be removed");
  if (removed(now?.limits, before?.limits)) field.at("limits").forbidden("resource limits cannot be removed");
}

function checkPodLevel(field: Field, { resources: now }: PodSpec, { resources: before }: PodSpec): void {
  if (!before) return;
  const at = field.at("resources");
  if (!now) {
    at.forbidden("pod-level resources cannot be removed");
    return;
  }
  if (removed(now.requests, before.requests)) at.at("requests").forbidden("pod-level resource requests cannot be removed");
  if (removed(now.limits, before.limits)) at.at("limits").forbidden("pod-level resource limits cannot be removed");
  const others = ({ cpu: _, memory: __, ...rest }: Readonly<Record<string, string>>) => rest;
  const fixed = (resources: ResourceRequirements) => [others(resources.requests ?? {}), others(resources.limits ?? {}), resources.claims];
  if (!same(fixed(now), fixed(before))) field.forbidden("only cpu and memory resources are mutable at pod-level");
}

/** The same containers in the same order. */
function checkOrder(field: Field, spec: PodSpec, old: PodSpec): boolean {
  const start = field.count;
  for (const list of ["containers", "initContainers"] as const) {
    const [now, before] = [spec[list] ?? [], old[list] ?? []];
    if (now.length !== before.length) field.at(list).forbidden(`${list} may not be added or removed on resize`);
    else
      for (const [i, { name }] of before.entries())
        if (now[i]?.name !== name) field.at(list, i, "name").forbidden(`${list} may not be renamed or reordered on resize`);
  }
  return field.count === start;
}
