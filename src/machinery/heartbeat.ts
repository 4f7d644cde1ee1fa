import { formatMicroTime, formatTime, parseTime } from "./time.ts";
import type { Lease, Node } from "./types.ts";

/**
 * Heartbeats in a closed form. A kubelet that runs renews its lease every ten seconds and reports its node every five minutes; as long as nothing
 * else changes, all of that follows from when it began. So none of it is stored and no timer ticks: a **standing** lease has no renewTime, and the
 * conditions of its node have no lastHeartbeatTime. Both are filled in when a client of the API reads them (`presentedLease`, `presentedNode`). A
 * kubelet that stops writes down how things stood last (`stoppedLease`, `stoppedConditions`): from then on the lease grows old like any other.
 */
const renewEvery = 10_000;
const reportEvery = 300_000;

/** Namespace of the leases of nodes, each named as its node. */
export const nodeLeases = "kube-node-lease";

/** The spec of a lease that its node's kubelet renews until it says otherwise. */
export const standingLeaseSpec = (node: string): NonNullable<Lease["spec"]> => ({ holderIdentity: node, leaseDurationSeconds: 40 });

/** Whether the lease is one of a kubelet that renews it now. */
export const isStanding = (lease: Lease | undefined): boolean =>
  lease?.metadata.namespace === nodeLeases && lease.spec?.renewTime === undefined && lease.spec?.holderIdentity === lease.metadata.name;

/** When a standing lease was renewed last, as of `now`. */
export function renewedAt(lease: Lease, now: number): number {
  const since = parseTime(lease.metadata.creationTimestamp ?? "");
  return Number.isNaN(since) ? now : lastBeat(since, now, renewEvery);
}

/** The lease as a client reads it at `now`. */
export const presentedLease = (lease: Lease, now: number): Lease => (isStanding(lease) ? stoppedLease(lease, now) : lease);

/** The lease with its last renewal written down: what a kubelet that stops at `now` leaves behind. */
export function stoppedLease(lease: Lease, now: number): Lease {
  return { ...lease, spec: { ...lease.spec, renewTime: formatMicroTime(renewedAt(lease, now)) } };
}

/** The node as a client reads it at `now`, given its lease. */
export function presentedNode(node: Node, lease: Lease | undefined, now: number): Node {
  if (!isStanding(lease)) return node;
  const conditions = stoppedConditions(node, now);
  return conditions === node.status?.conditions ? node : { ...node, status: { ...node.status, conditions } };
}

type Conditions = NonNullable<NonNullable<Node["status"]>["conditions"]>;

/** The conditions of a node with their last heartbeats written down, as of `now`. */
export function stoppedConditions(node: Node, now: number): Conditions | undefined {
  const conditions = node.status?.conditions;
  if (!conditions?.some((condition) => !condition.lastHeartbeatTime)) return conditions;
  const latest = Math.max(...conditions.map((condition) => parseTime(condition.lastTransitionTime ?? node.metadata.creationTimestamp ?? "")));
  const lastHeartbeatTime = formatTime(Number.isNaN(latest) ? now : lastBeat(latest, now, reportEvery));
  return conditions.map((condition) => (condition.lastHeartbeatTime ? condition : { ...condition, lastHeartbeatTime }));
}

const lastBeat = (since: number, now: number, period: number) => since + Math.max(0, Math.floor((now - since) / period)) * period;
