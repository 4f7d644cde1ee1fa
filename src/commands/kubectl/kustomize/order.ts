import { CommandError } from "../errors.ts";
import { type Id, type Item, idOf } from "./resource.ts";
import type { SortOptions } from "./shapes.ts";

const first = [
  ...["Namespace", "ResourceQuota", "StorageClass", "CustomResourceDefinition", "ServiceAccount", "PodSecurityPolicy", "Role", "ClusterRole"],
  ...["RoleBinding", "ClusterRoleBinding", "ConfigMap", "Secret", "Endpoints", "Service", "LimitRange", "PriorityClass", "PersistentVolume"],
  ...["PersistentVolumeClaim", "Deployment", "StatefulSet", "CronJob", "PodDisruptionBudget"],
];
const last = ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"];

/** The items as they are to be written: as they came, or what others need before them. */
export function inOrder(items: readonly Item[], { order = "", legacySortOptions }: SortOptions): readonly Item[] {
  if (order !== "fifo" && order !== "legacy") throw new CommandError("the field 'sortOptions.order' must be one of [fifo, legacy]");
  if (order === "fifo") {
    if (legacySortOptions)
      throw new CommandError("the field 'sortOptions.legacySortOptions' is set but the selected sort order is 'fifo', not 'legacy'");
    return items;
  }
  const [begin, end] = legacySortOptions ? [legacySortOptions.orderFirst ?? [], legacySortOptions.orderLast ?? []] : [first, last];
  const rank = (kind: string) => (end.includes(kind) ? end.indexOf(kind) + 1 : begin.includes(kind) ? begin.indexOf(kind) - begin.length : 0);
  const kindOf = ({ group, version, kind }: Id): string => `${group || "~G"}_${version || "~V"}_${kind}`;
  const placeOf = ({ name, namespace }: Id): string => `${namespace || "~X"}|${name || "~N"}`;
  const compare = (x: string, y: string): number => (x < y ? -1 : x > y ? 1 : 0);
  const ids = new Map(items.map((item) => [item, idOf(item.object)] as const));
  return [...ids]
    .sort(([, a], [, b]) => rank(a.kind) - rank(b.kind) || compare(kindOf(a), kindOf(b)) || compare(placeOf(a), placeOf(b)))
    .map(([item]) => item);
}
