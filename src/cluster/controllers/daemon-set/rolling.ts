import type { ControllerContext } from "#machinery/controller.ts";
import type { DaemonSet, Node, Pod } from "#machinery/types.ts";
import { revisionHashLabel } from "../controller-revisions.ts";
import { availableAt, isActive } from "../pods.ts";
import { share } from "../share.ts";
import { isSurging, makePods, removePods } from "./manage.ts";
import { byNode, type Place } from "./place.ts";

/** Replaces pods of older templates, so many at a time as may be unavailable, or as may be there in addition. */
export async function rollOut(
  set: DaemonSet,
  nodes: readonly Node[],
  places: ReadonlyMap<string, Place>,
  hash: string,
  context: ControllerContext,
): Promise<void> {
  const wanted = nodes.filter(({ metadata }) => places.get(metadata.name)?.runs).map(({ metadata }) => metadata.name);
  const on = byNode(context.api.owned<Pod>("pods", set));
  const states = wanted.map((node) => stateOf(node, on.get(node) ?? [], set, hash, context.clock.now()));
  if (states.every(({ old }) => !old)) return;
  const { maxSurge, maxUnavailable = 1 } = set.spec.updateStrategy?.rollingUpdate ?? {};

  if (isSurging(set)) {
    const room = share(maxSurge, wanted.length, Math.ceil) - states.filter(({ old, current }) => old && current).length;
    await removePods(
      set,
      states.flatMap(({ old, current, currentIsAvailable }) => (old && current && currentIsAvailable ? [old] : [])),
      context,
    );
    await makePods(
      set,
      states
        .filter(({ old, current }) => old && !current)
        .slice(0, Math.max(0, room))
        .map(({ node }) => node),
      hash,
      context,
    );
    return;
  }

  const unavailable = states.filter(({ old, current, currentIsAvailable, oldIsAvailable }) =>
    current ? !currentIsAvailable : !old || !oldIsAvailable,
  ).length;
  const room = Math.max(0, Math.max(1, share(maxUnavailable, wanted.length, Math.ceil)) - unavailable);
  // Old pods that are of no use may go at once: nothing is lost by it.
  const useless = states.flatMap(({ old, current, oldIsAvailable }) => (old && !current && !oldIsAvailable ? [old] : []));
  const useful = states.flatMap(({ old, current, oldIsAvailable }) => (old && !current && oldIsAvailable ? [old] : []));
  await removePods(
    set,
    [...useless, ...useful.slice(0, room)].filter(({ metadata }) => !metadata.deletionTimestamp),
    context,
  );
}

interface State {
  node: string;
  old: Pod | undefined;
  oldIsAvailable: boolean;
  current: Pod | undefined;
  currentIsAvailable: boolean;
}

function stateOf(node: string, pods: readonly Pod[], set: DaemonSet, hash: string, now: number): State {
  const isAvailable = (pod: Pod | undefined) =>
    pod !== undefined && isActive(pod) && (availableAt(pod, set.spec.minReadySeconds ?? 0) ?? Number.POSITIVE_INFINITY) <= now;
  const current = pods.find(({ metadata }) => metadata.labels?.[revisionHashLabel] === hash);
  const old = pods.find((pod) => pod.metadata.labels?.[revisionHashLabel] !== hash);
  return { node, old, oldIsAvailable: isAvailable(old), current, currentIsAvailable: isAvailable(current) };
}
