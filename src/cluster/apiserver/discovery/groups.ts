import type { Registry, Resource } from "../registry.ts";

/** The built-in groups in the order in which an aggregator lists them; those of custom resources follow. */
const builtIn = [
  "apiregistration.k8s.io",
  "apps",
  "events.k8s.io",
  "authentication.k8s.io",
  "authorization.k8s.io",
  "autoscaling",
  "batch",
  "certificates.k8s.io",
  "networking.k8s.io",
  "policy",
  "rbac.authorization.k8s.io",
  "storage.k8s.io",
  "admissionregistration.k8s.io",
  "apiextensions.k8s.io",
  "scheduling.k8s.io",
  "coordination.k8s.io",
  "node.k8s.io",
  "discovery.k8s.io",
  "resource.k8s.io",
  "flowcontrol.apiserver.k8s.io",
];

/** A group and its versions, the preferred one first, each with its resources by name. */
export interface Group {
  readonly name: string;
  readonly versions: readonly { readonly version: string; readonly resources: readonly Resource[] }[];
}

/** All that is served, group by group; the core group is "". */
export function groupsOf(registry: Registry): readonly Group[] {
  const groups = Map.groupBy(registry.all(), (resource) => resource.gvk.group);
  const place = (name: string) => (name === "" ? -1 : builtIn.includes(name) ? builtIn.indexOf(name) : builtIn.length);
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
