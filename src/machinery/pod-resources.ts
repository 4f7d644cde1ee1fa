import { addQuantities, compareQuantities, type Quantity, quantity } from "./quantity.ts";
import type { Container, Pod } from "./types.ts";

export type Resources = Record<string, Quantity>;

/** What a pod asks for in all: its containers together, or its largest init container where that is more, and its overhead. */
export const podRequests = (pod: Pod): Resources => total(pod, "requests");

export const podLimits = (pod: Pod): Resources => total(pod, "limits");

function total({ spec }: Pod, which: "requests" | "limits"): Resources {
  const sum: Resources = {};
  for (const container of spec.containers) addAll(sum, of(container, which));

  // Sidecars run beside all that follows them; a plain init container beside the sidecars before it.
  const [sidecars, peak]: [Resources, Resources] = [{}, {}];
  for (const container of spec.initContainers ?? []) {
    const wants = of(container, which);
    if (container.restartPolicy === "Always") {
      addAll(sum, wants);
      addAll(sidecars, wants);
      maxAll(peak, sidecars);
    } else {
      const together = { ...sidecars };
      addAll(together, wants);
      maxAll(peak, together);
    }
  }
  maxAll(sum, peak);
  const whole = of(spec as unknown as Container, which);
  for (const [name, value] of Object.entries(whole)) sum[name] = value;
  for (const [name, value] of Object.entries(spec.overhead ?? {})) if (which === "requests" || sum[name]) addAll(sum, { [name]: quantity(value) });
  return sum;
}

const of = ({ resources }: Container, which: "requests" | "limits"): Resources =>
  Object.fromEntries(Object.entries(resources?.[which] ?? {}).map(([name, value]) => [name, quantity(value)]));

function addAll(to: Resources, more: Resources): void {
  for (const [name, value] of Object.entries(more)) to[name] = to[name] ? addQuantities(to[name], value) : value;
}

function maxAll(to: Resources, other: Resources): void {
  for (const [name, value] of Object.entries(other)) if (!to[name] || compareQuantities(to[name], value) < 0) to[name] = value;
}
