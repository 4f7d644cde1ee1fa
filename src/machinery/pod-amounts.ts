import { addQuantities, compareQuantities, type Quantity, quantity, zero } from "./quantity.ts";
import type { Container, PodSpec } from "./types.ts";

type Amounts = Readonly<Record<string, string>>;

/**
 * What the containers need together: those that run at once are added up, sidecars among them; an init container needs its own and that of the
 * sidecars before it, and the most demanding moment counts.
 */
export function effective(spec: PodSpec, of: (container: Container) => Amounts | undefined): Map<string, Quantity> {
  const sum = new Map<string, Quantity>();
  const add = (to: Map<string, Quantity>, amounts: Amounts | undefined) => {
    for (const [name, amount] of Object.entries(amounts ?? {})) to.set(name, addQuantities(to.get(name) ?? zero, quantity(amount)));
  };
  for (const container of spec.containers ?? []) add(sum, of(container));

  const sidecars = new Map<string, Quantity>();
  const most = new Map<string, Quantity>();
  for (const container of spec.initContainers ?? []) {
    const moment = new Map(sidecars);
    add(moment, of(container));
    if (container.restartPolicy === "Always") {
      add(sum, of(container));
      add(sidecars, of(container));
    }
    for (const [name, amount] of moment) if (compareQuantities(amount, most.get(name) ?? zero) > 0) most.set(name, amount);
  }
  for (const [name, amount] of most) if (compareQuantities(amount, sum.get(name) ?? zero) > 0) sum.set(name, amount);
  return sum;
}
