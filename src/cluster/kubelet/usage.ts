import type { ContainerUsage } from "#machinery/kubelet.ts";
import { milliUnits, wholeUnits } from "#machinery/quantity.ts";
import type { Pod } from "#machinery/types.ts";
import type { Kubelet } from "./kubelet.ts";
import { slice } from "./meter.ts";
import type { PodWorker } from "./pod-worker.ts";
import { running } from "./record.ts";

/** What a node's own services use, and how much more for each pod. */
const system = { cpu: 45, memory: wholeUnits("320Mi"), cpuOfPod: 1, memoryOfPod: wholeUnits("2Mi") };

type Amount = Omit<ContainerUsage, "name">;

/** What the containers of a pod use, as measured at `end`. A container must have run for a whole slice before. */
export function podUsage(kubelet: Kubelet, pod: Pod, end: number): ContainerUsage[] {
  const worker = kubelet.worker(pod);
  if (!worker) return [];
  const share = shareOf(kubelet, end);
  return demands(kubelet, worker, end).map(({ name, cpu, memory }) => ({ name, cpu: cpu * share, memory }));
}

/** What a machine uses in all. */
export function nodeUsage(kubelet: Kubelet, end: number): Amount {
  const { cpu, memory, pods } = totalOf(kubelet, end);
  return {
    cpu: Math.min(cpu + system.cpu + pods * system.cpuOfPod, capacityOf(kubelet)),
    memory: memory + system.memory + pods * system.memoryOfPod,
  };
}

function demands(kubelet: Kubelet, { record }: PodWorker, end: number): ContainerUsage[] {
  return running(record).flatMap(({ name, id, startedAt }) => {
    const container = startedAt <= end - slice ? kubelet.runtime.get(record.uid, id) : undefined;
    return container ? [{ name, ...container.used(end) }] : [];
  });
}

const totals = new WeakMap<Kubelet, { end: number; total: Amount & { pods: number } }>();

/** Added up once for each measurement. */
function totalOf(kubelet: Kubelet, end: number): Amount & { pods: number } {
  const known = totals.get(kubelet);
  if (known?.end === end) return known.total;
  const total = { cpu: 0, memory: 0, pods: 0 };
  for (const worker of kubelet.workers) {
    total.pods++;
    for (const { cpu, memory } of demands(kubelet, worker, end)) {
      total.cpu += cpu;
      total.memory += memory;
    }
  }
  totals.set(kubelet, { end, total });
  return total;
}

/** Where more is wanted than there is, each gets its part of it. */
function shareOf(kubelet: Kubelet, end: number): number {
  const { cpu } = totalOf(kubelet, end);
  return Math.min(1, Math.max(1, capacityOf(kubelet) - system.cpu) / Math.max(1, cpu));
}

const capacityOf = (kubelet: Kubelet): number => milliUnits(kubelet.capacity.cpu);
