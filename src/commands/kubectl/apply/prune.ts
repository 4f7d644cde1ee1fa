import { pathOf, type Resource } from "../api/discovery.ts";
import type { Thing } from "../api/server.ts";
import type { Context } from "../command.ts";
import { lastApplied } from "../create/creation.ts";
import { CommandError } from "../errors.ts";
import { type DryRun, doneText } from "../print/name.ts";
import { targetsOf } from "../resources/find.ts";
import { type Target, targetPath } from "../resources/target.ts";
import type { Session } from "../session.ts";

/** What this run has applied. */
export interface Visited {
  uids: Set<string>;
  namespaces: Set<string>;
}

/** The kinds that are pruned unless an allow list says others, in order; after the dash those without a namespace. */
const usual = [
  "/v1/ConfigMap",
  "/v1/Endpoints",
  "/v1/Namespace",
  "/v1/PersistentVolumeClaim",
  "/v1/PersistentVolume",
  "/v1/Pod",
  "/v1/ReplicationController",
  "/v1/Secret",
  "/v1/Service",
  "batch/v1/Job",
  "batch/v1/CronJob",
  "networking.k8s.io/v1/Ingress",
  "apps/v1/DaemonSet",
  "apps/v1/Deployment",
  "apps/v1/ReplicaSet",
  "apps/v1/StatefulSet",
];

interface PruneOptions {
  readonly selector: string;
  readonly cascade: string;
  readonly "grace-period": number;
}

/** The resources that may be pruned. */
export async function prunableResources(kube: Session, allowed: readonly string[]): Promise<readonly Resource[]> {
  const discovery = await kube.discovery();
  return (allowed.length > 0 ? allowed : usual).map((text): Resource => {
    const parts = text.split("/");
    if (parts.length !== 3) throw new CommandError(`invalid GroupVersionKind format: ${text}, please follow <group/version/kind>`);
    const [group = "", version = "", kind = ""] = parts;
    const resource = discovery.ofKind({ group: group === "core" ? "" : group, version, kind });
    if (!resource)
      throw new CommandError(`no matches for kind ${JSON.stringify(kind)} in version ${JSON.stringify(group ? `${group}/${version}` : version)}`);
    return resource;
  });
}

/** What was applied once, matches the selector, and is in no file of this run, one kind and namespace after the other. */
export async function* prunable(kube: Session, resources: readonly Resource[], visited: Visited, selector: string): AsyncIterable<Target> {
  const scopes = [...visited.namespaces]
    .sort()
    .flatMap((namespace) => resources.filter(({ namespaced }) => namespaced).map((resource) => [resource, namespace] as const));
  for (const [resource, namespace] of [...scopes, ...resources.filter(({ namespaced }) => !namespaced).map((one) => [one, ""] as const)]) {
    const list: Thing = await kube.server.get(pathOf(resource, namespace), { query: { labelSelector: selector || undefined } });
    for (const target of targetsOf(resource, list)) {
      const { metadata } = target.object ?? {};
      if (metadata?.annotations?.[lastApplied] !== undefined && !visited.uids.has(metadata.uid ?? "")) yield target;
    }
  }
}

/** Deletes it. */
export async function prune(
  { kube, out, flags }: Context & { readonly flags: PruneOptions },
  resources: readonly Resource[],
  visited: Visited,
  dryRun: DryRun,
): Promise<void> {
  const propagationPolicy = { background: "Background", foreground: "Foreground", orphan: "Orphan" }[flags.cascade] ?? "Background";
  for await (const target of prunable(kube, resources, visited, flags.selector)) {
    const { object } = target;
    if (!object || object.metadata.deletionTimestamp) continue;
    if (dryRun !== "client") {
      const body = {
        kind: "DeleteOptions",
        apiVersion: "v1",
        ...(flags["grace-period"] >= 0 ? { gracePeriodSeconds: flags["grace-period"] } : {}),
        propagationPolicy,
        ...(dryRun === "server" ? { dryRun: ["All"] } : {}),
      };
      await kube.server.send("DELETE", targetPath(target), { body });
    }
    out.print(doneText(object, "pruned", dryRun));
  }
}
