import { milliUnits, wholeUnits } from "./quantity.ts";
import type { Container, Pod } from "./types.ts";

/** Amounts by resource: `cpu` in thousandths, everything else in whole units. */
export type Amounts = ReadonlyMap<string, number>;

/** A quantity of a resource as a number. */
export const unitsOf = (resource: string, quantity: string): number => (resource === "cpu" ? milliUnits(quantity) : wholeUnits(quantity));

const none: Amounts = new Map();

/**
 * What a pod needs at its greatest moment: all containers at once, or an init container with the sidecars started before it; and its overhead.
 * https://kubernetes.io/docs/concepts/workloads/pods/init-containers/#resource-sharing-within-containers
 */
export function requestsOf({ spec }: Pod): Amounts {
  if (isSimple(spec.containers) && !spec.initContainers?.length && !spec.overhead && !spec.resources) return none;
  const sum = new Map<string, number>();
  for (const container of spec.containers) add(sum, container.resources?.requests);

  const greatest = new Map<string, number>();
  const sidecars = new Map<string, number>();
  for (const { resources, restartPolicy } of spec.initContainers ?? []) {
    if (restartPolicy === "Always") {
      add(sidecars, resources?.requests);
      add(sum, resources?.requests);
      raise(greatest, sidecars);
    } else {
      const together = new Map(sidecars);
      add(together, resources?.requests);
      raise(greatest, together);
    }
  }
  raise(sum, greatest);
  for (const [resource, quantity] of Object.entries(spec.resources?.requests ?? {})) sum.set(resource, unitsOf(resource, quantity));
  add(sum, spec.overhead);
  return sum;
}

const isSimple = (containers: readonly Container[]) => containers.every(({ resources }) => !resources?.requests);

function add(sum: Map<string, number>, requests: Readonly<Record<string, string>> | undefined): void {
  for (const [resource, quantity] of Object.entries(requests ?? {})) sum.set(resource, (sum.get(resource) ?? 0) + unitsOf(resource, quantity));
}

function raise(least: Map<string, number>, to: Amounts): void {
  for (const [resource, amount] of to) if (amount > (least.get(resource) ?? 0)) least.set(resource, amount);
}
