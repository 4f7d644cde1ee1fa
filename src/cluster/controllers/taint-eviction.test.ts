import { expect, test } from "vitest";
import type { Draft } from "#machinery/object.ts";
import type { Node, Pod, Toleration } from "#machinery/types.ts";
import { type Playground, playground } from "../../../test/kit/cluster.ts";

const on2 = { "kubernetes.io/hostname": "node-2" };

function sleeper(name: string, tolerations: readonly Partial<Toleration>[] = []): Draft<Pod> {
  const containers = [{ name: "main", image: "busybox:1.36", command: ["sleep", "3600"] }];
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace: "default" },
    spec: { nodeSelector: on2, containers, tolerations },
  } as unknown as Draft<Pod>;
}

const forSeconds = (tolerationSeconds?: number): Partial<Toleration> => ({
  key: "maintenance",
  operator: "Exists",
  effect: "NoExecute",
  ...(tolerationSeconds === undefined ? {} : { tolerationSeconds }),
});

const taint = ({ cluster, api }: Playground, taints: Node["spec"]["taints"]) =>
  cluster.tasks.run(() => {
    const node = api.get<Node>("nodes", "node-2") as Node;
    return api.update("nodes", { ...node, spec: { ...node.spec, taints } });
  });

const make = ({ cluster, api }: Playground, ...pods: readonly Draft<Pod>[]) =>
  cluster.tasks.run(async () => {
    for (const pod of pods) await api.create("pods", pod);
  });

const stays = ({ api }: Playground, name: string) => {
  const pod = api.get<Pod>("pods", name, "default");
  return pod !== undefined && pod.metadata.deletionTimestamp === undefined;
};

test("pods leave a node that somebody taints when they have tolerated it for as long as they wanted", async () => {
  const play = await playground();
  await make(
    play,
    sleeper("none"),
    sleeper("other", [{ key: "elsewhere", operator: "Exists" }]),
    sleeper("ten", [forSeconds(10)]),
    // The shortest counts.
    sleeper("five", [forSeconds(5), forSeconds(60)]),
    sleeper("forever", [forSeconds()]),
  );
  await play.rest(5_000);
  await taint(play, [{ key: "maintenance", value: "now", effect: "NoExecute" }]);
  await play.rest(100);
  const gone = () => ["none", "other", "five", "ten", "forever"].filter((name) => !stays(play, name));
  expect(gone()).toEqual(["none", "other"]);
  await play.rest(6_000);
  expect(gone()).toEqual(["none", "other", "five"]);
  await play.rest(5_000);
  expect(gone()).toEqual(["none", "other", "five", "ten"]);
  expect(play.events("ten")).toContain("Normal TaintManagerEviction: Marking for deletion Pod default/ten");
  await play.rest(600_000);
  expect(stays(play, "forever")).toBe(true);
});

test("who comes to a tainted node stays for as long as it tolerates that, too", async () => {
  const play = await playground();
  await taint(play, [{ key: "maintenance", effect: "NoExecute" }]);
  await play.rest(60_000);
  await make(play, sleeper("late", [forSeconds(20)]));
  await play.rest(15_000);
  expect(stays(play, "late")).toBe(true);
  await play.rest(6_000);
  expect(stays(play, "late")).toBe(false);
});
