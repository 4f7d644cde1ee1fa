import type { Clock } from "#base/clock.ts";
import { defineFreeController } from "#machinery/controller.ts";
import type { HorizontalPodAutoscaler } from "#machinery/types.ts";
import { forget } from "./horizontal-pod-autoscaler/memory.ts";
import { reconcile, resource } from "./horizontal-pod-autoscaler/reconcile.ts";
import { keyOf, namesOf } from "./run.ts";

/** Metrics are asked for so often, whatever changes meanwhile. */
const period = 15_000;
/** Where much time passes at once, so much of it is lived through: more than any window that autoscalers have unless they are told otherwise. */
const lived = 900_000;

/** Gives workloads the size that their load asks for. https://kubernetes.io/docs/concepts/workloads/autoscaling/horizontal-pod-autoscale/ */
export const horizontalPodAutoscalerController = defineFreeController({
  name: "horizontal-pod-autoscaler",

  start({ api, clock }, queue) {
    const autoscalers = queue(async (key, context) => {
      const { namespace, name } = namesOf(key);
      const autoscaler = api.get<HorizontalPodAutoscaler>(resource, name, namespace);
      if (!autoscaler) return undefined;
      const isNew = await reconcile(autoscaler, context);
      return nextLook(clock, isNew);
    });
    for (const autoscaler of api.list<HorizontalPodAutoscaler>(resource)) autoscalers.addAt(keyOf(autoscaler), clock.now() + period);
    return api.watch<HorizontalPodAutoscaler>(resource, ({ type, object }) => {
      if (type === "ADDED") autoscalers.addAt(keyOf(object), clock.now() + period);
      else if (type === "DELETED") {
        autoscalers.forget(keyOf(object));
        forget(object.metadata.uid ?? "", clock);
      }
    });
  },
});

/** An autoscaler that found nothing new finds nothing new until somebody comes, or nearly. */
function nextLook(clock: Clock, isNew: boolean): number {
  const next = clock.now() + period;
  return isNew || clock.until === undefined ? next : Math.max(next, clock.until - lived);
}
