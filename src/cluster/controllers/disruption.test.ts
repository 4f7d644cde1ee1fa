import { expect, test } from "vitest";
import type { Draft, KubeObject } from "#machinery/object.ts";
import type { Pod, PodDisruptionBudget } from "#machinery/types.ts";
import { type Playground, playground, web } from "../../../test/kit/cluster.ts";

const budget = (spec: Partial<PodDisruptionBudget["spec"]>): Draft<KubeObject> =>
  ({
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    metadata: { name: "guard", namespace: "default" },
    spec: { selector: { matchLabels: { app: "web" } }, ...spec },
  }) as Draft<KubeObject>;
const statusOf = ({ api }: Playground) => api.get<PodDisruptionBudget>("poddisruptionbudgets.policy", "guard", "default")?.status;

test.for<[spec: Partial<PodDisruptionBudget["spec"]>, desired: number, allowed: number]>([
  [{ minAvailable: 1 }, 1, 3],
  [{ minAvailable: 4 }, 4, 0],
  [{ minAvailable: "60%" }, 3, 1],
  [{ maxUnavailable: 1 }, 3, 1],
  [{ maxUnavailable: "30%" }, 2, 2],
  [{ maxUnavailable: 9 }, 0, 4],
])("of four pods, %j", async ([spec, desiredHealthy, disruptionsAllowed]) => {
  const play = await playground();
  await play.make(web({ replicas: 4 }), budget(spec));
  expect(statusOf(play)).toMatchObject({ expectedPods: 4, currentHealthy: 4, desiredHealthy, disruptionsAllowed, observedGeneration: 1 });
  expect(statusOf(play)?.conditions).toMatchObject([
    {
      type: "DisruptionAllowed",
      status: disruptionsAllowed > 0 ? "True" : "False",
      reason: disruptionsAllowed > 0 ? "SufficientPods" : "InsufficientPods",
    },
  ]);
});

test("a budget without pods says so", async () => {
  const play = await playground();
  await play.make(budget({ minAvailable: 1 }));
  expect(statusOf(play)).toMatchObject({ expectedPods: 0, disruptionsAllowed: 0 });
  expect(play.events("guard")).toEqual(["Normal NoPods: No matching pods found"]);
});

test("evictions are allowed as far as the budget goes, and again when the pods are back", async () => {
  const play = await playground();
  await play.make(web({ replicas: 2 }), budget({ maxUnavailable: 1 }));
  const [first, second] = play.api.list<Pod>("pods", { namespace: "default" }).map(({ metadata }) => metadata.name);
  const evict = (name = "") =>
    play.cluster.tasks.run(() =>
      play.api.createSub("pods", name, "default", "eviction", {
        apiVersion: "policy/v1",
        kind: "Eviction",
        metadata: { name, namespace: "default" },
      }),
    );
  await evict(first);
  await expect(evict(second)).rejects.toThrow("Cannot evict pod as it would violate the pod's disruption budget.");
  await play.rest();
  await evict(second);
  await play.rest();
  expect(statusOf(play)).toMatchObject({ currentHealthy: 2, disruptionsAllowed: 1 });
  expect(statusOf(play)?.disruptedPods).toBeUndefined();
});
