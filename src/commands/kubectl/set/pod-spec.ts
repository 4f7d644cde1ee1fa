import type { Container, PodSpec } from "#machinery/types.ts";
import type { Thing } from "../api/server.ts";
import { CommandError } from "../errors.ts";
import type { Changing } from "./setting.ts";

/** Where a kind keeps the spec of its pods; undefined where it has none. */
export function podSpecPath(object: Thing): readonly string[] | undefined {
  if (object.kind === "Pod") return ["spec"];
  if (object.kind === "CronJob") return ["spec", "jobTemplate", "spec", "template", "spec"];
  const template = (object["spec"] as { template?: { spec?: unknown } } | undefined)?.template;
  return ["Deployment", "ReplicaSet", "DaemonSet", "StatefulSet", "Job", "ReplicationController"].includes(object.kind) && template
    ? ["spec", "template", "spec"]
    : undefined;
}

/** The spec of a target's pods, or the error that it has none. */
export function podSpecOf({ resource, object }: Changing): PodSpec {
  const path = podSpecPath(object);
  if (!path) throw new CommandError(`the object is not a pod or does not have a pod template: *${resource.version}.${resource.kind}`);
  return path.reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], object) as PodSpec;
}

/** The object with another spec of its pods. */
export const withPodSpec = (object: Thing, spec: PodSpec): Thing => replaced(object, podSpecPath(object) ?? [], spec) as Thing;

function replaced(node: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value;
  const map = node as Record<string, unknown>;
  return { ...map, [key]: replaced(map[key], rest, value) };
}

/** The spec with some containers changed: plain ones first, then those that run before them. */
export function withContainers(spec: PodSpec, change: (container: Container) => Container): PodSpec {
  const containers = spec.containers.map(change);
  return { ...spec, containers, ...(spec.initContainers ? { initContainers: spec.initContainers.map(change) } : {}) };
}

/** The containers whose names fit a pattern, in which `*` stands for anything. */
export function selectedContainers(spec: PodSpec, pattern: string): Container[] {
  const source = pattern.split("*").map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, "\\$&"));
  const fits = new RegExp(`^${source.join(".*")}$`);
  return [...spec.containers, ...(spec.initContainers ?? [])].filter(({ name }) => fits.test(name));
}
