import { expect, test } from "vitest";
import type { Draft } from "#machinery/object.ts";
import type { Pod } from "#machinery/types.ts";
import { type Playground, playground } from "../../../test/kit/cluster.ts";

const nodes = [
  { name: "node-1", images: [] },
  { name: "node-2", images: ["busybox:1.36", "nginx:1.27"] },
];

const pod = (name: string, container: Partial<Pod["spec"]["containers"][number]>): Draft<Pod> => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, namespace: "default" },
  spec: { nodeName: "node-2", containers: [{ name: "main", image: "busybox:1.36", ...container }] },
});

const find = ({ api }: Playground, name: string) => api.get<Pod>("pods", name, "default");
const main = (play: Playground, name: string) => find(play, name)?.status.containerStatuses?.[0];

async function begun(...pods: readonly Draft<Pod>[]) {
  const play = await playground({ nodes });
  await play.cluster.tasks.run(async () => {
    for (const one of pods) await play.api.create("pods", one);
  });
  const machine = play.cluster.machines.nodes().find(({ name }) => name === "node-2");
  return {
    play,
    stop: () => play.cluster.tasks.run(async () => machine?.stopService("kubelet")),
    start: () => play.cluster.tasks.detach(async () => machine?.startService("kubelet")),
  };
}

test("a kubelet that was started anew has forgotten its back-offs", async () => {
  const { play, stop, start } = await begun(pod("crashes", { command: ["sh", "-c", "sleep 1; exit 1"] }));
  await play.rest(60_000);
  // The next restart would be 40 seconds and more after the last crash.
  const restarts = main(play, "crashes")?.restartCount ?? 0;
  expect(restarts).toBeGreaterThanOrEqual(3);
  await stop();
  await play.rest(1_000);
  start();
  await play.rest(4_000);
  expect(main(play, "crashes")?.restartCount).toBeGreaterThan(restarts);
});

const readinessProbe = { httpGet: { port: 80 }, periodSeconds: 5 };

test("its containers stay as ready as their pod was", async () => {
  const { play, stop, start } = await begun(pod("web", { image: "nginx:1.27", readinessProbe }));
  await play.rest(10_000);
  expect(main(play, "web")?.ready).toBe(true);
  const seen = new Set<boolean | undefined>();
  play.api.watch<Pod>("pods", ({ object }) => seen.add(object.status.containerStatuses?.[0]?.ready));
  await stop();
  await play.rest(5_000);
  start();
  await play.rest(10_000);
  expect([...seen]).not.toContain(false);
});

test("where the node was given up meanwhile, they are asked before they count as ready", async () => {
  const { play, stop, start } = await begun(pod("web", { image: "nginx:1.27", readinessProbe }));
  await play.rest(10_000);
  await stop();
  await play.rest(60_000);
  expect(find(play, "web")?.status.conditions?.find(({ type }) => type === "Ready")?.status).toBe("False");
  expect(main(play, "web")?.ready).toBe(true);
  start();
  await play.rest(10_000);
  expect(main(play, "web")?.ready).toBe(true);
  expect(find(play, "web")?.status.conditions?.find(({ type }) => type === "Ready")?.status).toBe("True");
});

test("a projected volume says everything that it misses", async () => {
  const { play } = await begun({
    ...pod("waits", {}),
    spec: {
      nodeName: "node-2",
      containers: [{ name: "main", image: "busybox:1.36", volumeMounts: [{ name: "v", mountPath: "/v" }] }],
      volumes: [{ name: "v", projected: { sources: [{ configMap: { name: "nope" } }, { secret: { name: "neither" } }] } }],
    },
  });
  await play.rest(1_000);
  expect(play.events("waits")).toContain(
    'Warning FailedMount: MountVolume.SetUp failed for volume "v" : [configmap "nope" not found, secret "neither" not found]',
  );
});
