import type { ControllerContext } from "#machinery/controller.ts";
import { formatTime, parseTime } from "#machinery/time.ts";
import type { Node, Taint } from "#machinery/types.ts";

type Effect = "NoSchedule" | "NoExecute";

const notReady = "node.kubernetes.io/not-ready";
const unreachable = "node.kubernetes.io/unreachable";
const unschedulable = "node.kubernetes.io/unschedulable";

/** Taints that stand for conditions: by type and status. */
const byCondition: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Ready: { False: notReady, Unknown: unreachable },
  MemoryPressure: { True: "node.kubernetes.io/memory-pressure" },
  DiskPressure: { True: "node.kubernetes.io/disk-pressure" },
  NetworkUnavailable: { True: "node.kubernetes.io/network-unavailable" },
  PIDPressure: { True: "node.kubernetes.io/pid-pressure" },
};

const managed: Readonly<Record<Effect, ReadonlySet<string>>> = {
  NoSchedule: new Set([...Object.values(byCondition).flatMap((byStatus) => Object.values(byStatus)), unschedulable]),
  NoExecute: new Set([notReady, unreachable]),
};

/** The keys of the taints that keep pods off a node as it is. */
export function noScheduleTaints({ spec, status }: Node): string[] {
  const keys = (status?.conditions ?? []).flatMap(({ type, status: value }) => byCondition[type]?.[value] ?? []);
  return spec.unschedulable ? [...keys, unschedulable] : keys;
}

/** Nodes lose their pods one after the other. */
const pace = 10_000;
const large = 50;

/**
 * The taints that drive the pods off a node, or will. A zone of which too much is gone is left as it is: it is likelier that the zone cannot be
 * reached than that all its nodes failed.
 */
export function nextNoExecute(node: Node, all: readonly Node[], now: number): { taints: string[]; again?: number } {
  const key = noExecuteKey(node);
  if (!key) return { taints: [] };
  const lost = all.filter((each) => noExecuteKey(each));
  if (lost.length === all.length) return { taints: [] };

  const has = (each: Node) => each.spec.taints?.find((taint) => taint.effect === "NoExecute" && managed.NoExecute.has(taint.key));
  if (has(node)) return { taints: [key] };
  if (lost.length > 2 && lost.length / all.length >= 0.55 && all.length <= large) return { taints: [] };
  const last = Math.max(...all.map((each) => parseTime(has(each)?.timeAdded ?? "")).filter((time) => !Number.isNaN(time)), Number.NEGATIVE_INFINITY);
  return last + pace > now ? { taints: [], again: last + pace } : { taints: [key] };
}

function noExecuteKey({ status }: Node): string | undefined {
  const ready = status?.conditions?.find(({ type }) => type === "Ready");
  return ready && byCondition["Ready"]?.[ready.status];
}

/** The node with just these of the taints that its conditions bring, written if that changed anything. */
export async function withTaints(node: Node, effect: Effect, keys: readonly string[], { api, clock }: ControllerContext): Promise<Node> {
  const now = node.spec.taints ?? [];
  const isManaged = (taint: Taint) => taint.effect === effect && managed[effect].has(taint.key);
  const missing = keys.filter((key) => !now.some((taint) => isManaged(taint) && taint.key === key));
  const staying = now.filter((taint) => !isManaged(taint) || keys.includes(taint.key));
  if (missing.length === 0 && staying.length === now.length) return node;

  const taints = [...staying, ...missing.map((key): Taint => ({ key, effect, timeAdded: formatTime(clock.now()) }))];
  const { taints: _, ...spec } = node.spec;
  return await api.update<Node>("nodes", { ...node, spec: taints.length > 0 ? { ...spec, taints } : spec });
}
