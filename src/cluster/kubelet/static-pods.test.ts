import { expect, test } from "vitest";
import type { Pod } from "#machinery/types.ts";
import { type Playground, playground, playOn } from "../../../test/kit/cluster.ts";
import { Cluster } from "../cluster.ts";

const path = "/etc/kubernetes/manifests/static.json";

const manifest = (image: string) =>
  JSON.stringify({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "static-web", labels: { app: "static" } },
    spec: { containers: [{ name: "nginx", image }] },
  });

const disk = ({ cluster }: Playground) => {
  const node = cluster.nodeShell("node-1");
  if (!node) throw new Error("node-1 is off");
  return node.fs;
};

const mirror = ({ api }: Playground) => api.get<Pod>("pods", "static-web-node-1", "default");

async function begun(): Promise<Playground> {
  const play = await playground({ nodes: [{ name: "node-1", images: ["nginx:1.27", "nginx:1.28"] }] });
  disk(play).write(path, manifest("nginx:1.27"));
  await play.rest(3_000);
  return play;
}

test("a manifest that is written is run, and shown in the API as the node's own", async () => {
  const play = await begun();
  const pod = mirror(play);
  expect(pod?.status.phase).toBe("Running");
  expect(pod?.metadata.annotations?.["kubernetes.io/config.source"]).toBe("file");
  expect(pod?.metadata.ownerReferences).toMatchObject([{ kind: "Node", name: "node-1", controller: true }]);
  expect(play.events("static-web-node-1")).toEqual([
    'Normal Pulled: Container image "nginx:1.27" already present on machine and can be accessed by the pod',
    "Normal Created: Container created",
    "Normal Started: Container started",
  ]);
});

test("a mirror that is deleted comes back while its pod runs on", async () => {
  const play = await begun();
  const before = mirror(play);
  await play.cluster.tasks.run(() => play.api.delete("pods", "static-web-node-1", "default"));
  await play.rest(1_000);
  const after = mirror(play);
  expect(after?.metadata.uid).not.toBe(before?.metadata.uid);
  expect(after?.status.phase).toBe("Pending");
  await play.rest(15_000);
  expect(mirror(play)?.status.containerStatuses?.[0]?.containerID).toBe(before?.status.containerStatuses?.[0]?.containerID);
});

test("a changed manifest is another pod, which begins when the first has gone", async () => {
  const play = await begun();
  const hash = mirror(play)?.metadata.annotations?.["kubernetes.io/config.hash"];
  disk(play).write(path, manifest("nginx:1.28"));
  await play.rest(500);
  expect(play.events("static-web-node-1")).toContain("Normal Killing: Stopping container nginx");
  await play.rest(13_000);
  const pod = mirror(play);
  expect(pod?.spec.containers[0]?.image).toBe("nginx:1.28");
  expect(pod?.status.phase).toBe("Running");
  expect(pod?.metadata.annotations?.["kubernetes.io/config.hash"]).not.toBe(hash);
});

test("a manifest that is removed takes its pod and its mirror with it", async () => {
  const play = await begun();
  disk(play).remove(path);
  await play.rest(600);
  expect(mirror(play)?.status).toMatchObject({ phase: "Running", containerStatuses: [{ state: { terminated: { reason: "Completed" } } }] });
  await play.rest(3_000);
  expect(mirror(play)).toBeUndefined();
});

test.for([
  ["no YAML", "a: [b"],
  ["no pod", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n"],
  ["an unknown version", manifest("nginx:1.27").replace('"v1"', '"v2"')],
  ["no container", "apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec: {containers: []}\n"],
] as const)("a manifest that is %s runs nothing", async ([, text]) => {
  const play = await begun();
  disk(play).write(path, text);
  await play.rest(20_000);
  expect(play.api.list("pods")).toEqual([]);
});

test("static pods are as they were when the kubelet is built anew, and change with files that changed while it was stopped", async () => {
  const play = await begun();
  const id = mirror(play)?.status.containerStatuses?.[0]?.containerID;
  const again = async (from: Playground) =>
    playOn(await Cluster.restore({ checkpoint: from.cluster.journal.checkpoint(), pieces: [], now: from.cluster.clock.now(), seed: 3 }));
  const second = await again(play);
  await second.rest(20_000);
  expect(mirror(second)?.status.containerStatuses?.[0]?.containerID).toBe(id);

  const machine = () => second.cluster.machines.nodes()[0];
  await second.cluster.tasks.run(() => machine()?.stopService("kubelet"));
  disk(second).remove(path);
  await second.rest(5_000);
  expect(mirror(second)).toBeDefined();
  second.cluster.tasks.detach(async () => machine()?.startService("kubelet"));
  await second.rest(5_000);
  expect(mirror(second)).toBeUndefined();
});
