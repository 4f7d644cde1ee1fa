import type { Registry, Resource } from "../registry.ts";

/** The built-in groups in the order in which an aggregator lists them, which is that of their priority; those of custom resources follow. */
const builtIn: Readonly<Record<string, number>> = {
  "": 18000,
  "apiregistration.k8s.io": 18000,
  apps: 17800,
  "events.k8s.io": 17750,
  "authentication.k8s.io": 17700,
  "authorization.k8s.io": 17600,
  autoscaling: 17500,
  batch: 17400,
  "certificates.k8s.io": 17300,
  "networking.k8s.io": 17200,
  policy: 17100,
  "rbac.authorization.k8s.io": 17000,
  "storage.k8s.io": 16800,
  "admissionregistration.k8s.io": 16700,
  "apiextensions.k8s.io": 16700,
  "scheduling.k8s.io": 16600,
  "coordination.k8s.io": 16500,
  "node.k8s.io": 16300,
  "discovery.k8s.io": 16200,
  "resource.k8s.io": 16200,
  "flowcontrol.apiserver.k8s.io": 16100,
};

const customPriority = { groupPriorityMinimum: 1000, versionPriority: 100 };

/** What an APIService says of the place of a group and version among the others. */
export function groupPriority(group: string, version: string): { groupPriorityMinimum: number; versionPriority: number } {
  const groupPriorityMinimum = builtIn[group];
  if (groupPriorityMinimum === undefined) return customPriority;
  const isLater = group === "flowcontrol.apiserver.k8s.io" || group === "resource.k8s.io";
  return { groupPriorityMinimum, versionPriority: group === "" ? 1 : version === "v2" ? 30 : isLater ? 21 : 15 };
}

/** A group and its versions, the preferred one first, each with its resources by name. */
export interface Group {
  readonly name: string;
  readonly versions: readonly { readonly version: string; readonly resources: readonly Resource[] }[];
}

/** All that is served, group by group; the core group is "". */
export function groupsOf(registry: Registry): readonly Group[] {
  const groups = Map.groupBy(registry.all(), (resource) => resource.gvk.group);
  const order = Object.keys(builtIn);
  const place = (name: string) => (name in builtIn ? order.indexOf(name) : order.length);
  return [...groups]
    .sort(([a], [b]) => place(a) - place(b) || (a < b ? -1 : 1))
    .map(([name, resources]) => {
      const versions = Map.groupBy(resources, (resource) => resource.gvk.version);
      const byName = (a: Resource, b: Resource) => (a.kind.plural < b.kind.plural ? -1 : 1);
      return {
        name,
        versions: [...versions].sort(([a], [b]) => compareVersions(b, a)).map(([version, all]) => ({ version, resources: all.toSorted(byName) })),
      };
    });
}

/** `v2` after `v1` after `v1beta1` after `v1alpha1`; anything else before them, by name. */
export function compareVersions(a: string, b: string): number {
  const [x, y] = [rankOf(a), rankOf(b)];
  for (let i = 0; i < 3; i++) if (x[i] !== y[i]) return (x[i] ?? 0) - (y[i] ?? 0);
  return a < b ? 1 : a > b ? -1 : 0;
}

const stages: Readonly<Record<string, number>> = { alpha: 1, beta: 2 };

function rankOf(version: string): readonly number[] {
  const [, major, stage, minor] = /^v([1-9]\d*)(?:(alpha|beta)([1-9]\d*))?$/.exec(version) ?? [];
  return major === undefined ? [0, 0, 0] : [stage ? (stages[stage] ?? 0) : 3, Number(major), Number(minor ?? 0)];
}
