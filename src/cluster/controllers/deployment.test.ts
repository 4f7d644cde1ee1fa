import { expect, test } from "vitest";
import { Random } from "#base/random.ts";
import type { Deployment, Pod, ReplicaSet } from "#machinery/types.ts";
import { type Playground, playground, web, withImage } from "../../../test/kit/cluster.ts";

const nodes = [{ name: "node-1", cpu: "32", memory: "64Gi", images: ["nginx:1.27", "nginx:1.28"] }];

const deploymentOf = ({ api }: Playground) => api.get<Deployment>("deployments.apps", "web", "default") as Deployment;
const setsOf = ({ api }: Playground) => api.list<ReplicaSet>("replicasets.apps", { namespace: "default" });
const isReady = ({ status }: Pod) => status.conditions?.some(({ type, status: value }) => type === "Ready" && value === "True") ?? false;
const setImage = (image: string) => async (play: Playground) => {
  await play.does((api) => api.update("deployments.apps", withImage(deploymentOf(play), image)));
};

test("a deployment is rolled out, and says so in its conditions and events", async () => {
  const play = await playground({ nodes });
  await play.make(web());
  const { status, metadata } = deploymentOf(play);
  expect(status).toMatchObject({
    replicas: 3,
    updatedReplicas: 3,
    readyReplicas: 3,
    availableReplicas: 3,
    terminatingReplicas: 0,
    observedGeneration: 1,
  });
  expect(status.conditions?.map(({ type, status: value, reason }) => `${type}=${value} ${reason}`)).toEqual([
    "Available=True MinimumReplicasAvailable",
    "Progressing=True NewReplicaSetAvailable",
  ]);
  expect(metadata.annotations).toEqual({ "deployment.kubernetes.io/revision": "1" });

  const [set] = setsOf(play);
  expect(set?.metadata.name).toMatch(/^web-[bcdfghjklmnpqrstvwxz2456789]{8,10}$/);
  expect(set?.metadata.annotations).toEqual({
    "deployment.kubernetes.io/desired-replicas": "3",
    "deployment.kubernetes.io/max-replicas": "4",
    "deployment.kubernetes.io/revision": "1",
  });
  expect(play.events("web")).toEqual([`Normal ScalingReplicaSet: Scaled up replica set ${set?.metadata.name} from 0 to 3`]);
});

test("a new image rolls out a step at a time, and an old one comes back as a new revision", async () => {
  const play = await playground({ nodes });
  await play.make(web());
  const [first] = setsOf(play);
  await setImage("nginx:1.28")(play);
  const second = setsOf(play).find(({ metadata }) => metadata.name !== first?.metadata.name);
  const [old, current] = [first?.metadata.name, second?.metadata.name];
  expect(play.events("web").slice(1)).toEqual([
    `Normal ScalingReplicaSet: Scaled up replica set ${current} from 0 to 1`,
    `Normal ScalingReplicaSet: Scaled down replica set ${old} from 3 to 2`,
    `Normal ScalingReplicaSet: Scaled up replica set ${current} from 1 to 2`,
    `Normal ScalingReplicaSet: Scaled down replica set ${old} from 2 to 1`,
    `Normal ScalingReplicaSet: Scaled up replica set ${current} from 2 to 3`,
    `Normal ScalingReplicaSet: Scaled down replica set ${old} from 1 to 0`,
  ]);

  await setImage("nginx:1.27")(play);
  const again = setsOf(play).find(({ metadata }) => metadata.name === old);
  expect(again?.metadata.annotations).toMatchObject({ "deployment.kubernetes.io/revision": "3", "deployment.kubernetes.io/revision-history": "1" });
  expect(deploymentOf(play).metadata.annotations).toMatchObject({ "deployment.kubernetes.io/revision": "3" });
  expect(setsOf(play)).toHaveLength(2);
});

test.for([1, 2, 3, 4, 5, 6])("a rolling update keeps to its bounds (seed %i)", async (seed) => {
  const random = new Random(seed);
  const replicas = random.between(1, 12);
  const [maxSurge, maxUnavailable] = [random.pick([0, 1, 3, "25%", "50%"]), random.pick([1, 2, "25%", "60%"])];
  const most = replicas + (typeof maxSurge === "number" ? maxSurge : Math.ceil((Number.parseInt(maxSurge, 10) * replicas) / 100));
  const gone = typeof maxUnavailable === "number" ? maxUnavailable : Math.floor((Number.parseInt(maxUnavailable, 10) * replicas) / 100);
  const least = replicas - Math.min(replicas, most === replicas && gone === 0 ? 1 : gone);

  const play = await playground({ nodes, seed });
  await play.make(web({ replicas, strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge, maxUnavailable } } }));
  const counts: { active: number; ready: number }[] = [];
  play.api.watch<Pod>("pods", () => {
    const pods = play.api.list<Pod>("pods", { namespace: "default" });
    const active = pods.filter(({ metadata }) => !metadata.deletionTimestamp);
    counts.push({ active: active.length, ready: active.filter(isReady).length });
  });
  await setImage("nginx:1.28")(play);
  expect(deploymentOf(play).status).toMatchObject({ updatedReplicas: replicas, availableReplicas: replicas });
  expect(Math.max(...counts.map(({ active }) => active))).toBeLessThanOrEqual(most);
  expect(Math.min(...counts.map(({ ready }) => ready))).toBeGreaterThanOrEqual(least);
});

test("an image that does not exist stops the update before anything is lost, and the deadline passes", async () => {
  const play = await playground({ nodes });
  await play.make(web({ progressDeadlineSeconds: 60 }));
  await play.cluster.tasks.run(() => play.api.update("deployments.apps", withImage(deploymentOf(play), "nginx:9.99")));
  await play.rest(300_000);
  const { status } = deploymentOf(play);
  expect(status).toMatchObject({ replicas: 4, updatedReplicas: 1, availableReplicas: 3, unavailableReplicas: 1 });
  expect(status.conditions?.find(({ type }) => type === "Progressing")).toMatchObject({
    status: "False",
    reason: "ProgressDeadlineExceeded",
    message: expect.stringMatching(/^ReplicaSet "web-\w+" has timed out progressing\.$/),
  });
});

test("recreating lets no old pod live beside a new one", async () => {
  const play = await playground({ nodes });
  await play.make(web({ strategy: { type: "Recreate" } }));
  const mixed: number[] = [];
  play.api.watch<Pod>("pods", () => {
    const living = play.api
      .list<Pod>("pods", { namespace: "default" })
      .filter(({ status }) => status.phase === "Pending" || status.phase === "Running");
    mixed.push(new Set(living.map(({ metadata }) => metadata.labels?.["pod-template-hash"])).size);
  });
  await setImage("nginx:1.28")(play);
  expect(Math.max(...mixed)).toBe(1);
  expect(deploymentOf(play).status).toMatchObject({ updatedReplicas: 3, availableReplicas: 3 });
});

test("while it is paused a deployment is scaled but not rolled out", async () => {
  const play = await playground({ nodes });
  await play.make(web());
  await play.does((api) => api.update("deployments.apps", { ...deploymentOf(play), spec: { ...deploymentOf(play).spec, paused: true } }));
  await setImage("nginx:1.28")(play);
  expect(deploymentOf(play).status.conditions?.find(({ type }) => type === "Progressing")).toMatchObject({
    status: "Unknown",
    reason: "DeploymentPaused",
  });
  expect(setsOf(play)).toHaveLength(1);

  await play.does((api) => api.update("deployments.apps", { ...deploymentOf(play), spec: { ...deploymentOf(play).spec, replicas: 5 } }));
  expect(deploymentOf(play).status).toMatchObject({ replicas: 5, availableReplicas: 5 });

  await play.does((api) => api.update("deployments.apps", { ...deploymentOf(play), spec: { ...deploymentOf(play).spec, paused: false } }));
  expect(setsOf(play)).toHaveLength(2);
  expect(deploymentOf(play).status).toMatchObject({ updatedReplicas: 5, availableReplicas: 5 });
});

test("old replica sets are kept up to the limit", async () => {
  const play = await playground({ nodes });
  await play.make(web({ replicas: 1, revisionHistoryLimit: 1 }));
  for (const image of ["nginx:1.28", "nginx:1.29", "nginx:1.27-alpine"]) await setImage(image)(play);
  const revisions = setsOf(play).map(({ metadata }) => metadata.annotations?.["deployment.kubernetes.io/revision"]);
  expect(revisions.sort()).toEqual(["3", "4"]);
});

test("a change of size in the middle of a rollout is shared by the sets in proportion", async () => {
  const play = await playground({ nodes });
  await play.make(web({ replicas: 10, strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 3, maxUnavailable: 2 } } }));
  await play.cluster.tasks.run(() => play.api.update("deployments.apps", withImage(deploymentOf(play), "nginx:9.99")));
  await play.rest(30_000);
  const sizes = () =>
    setsOf(play)
      .map(({ spec }) => spec.replicas)
      .sort((a = 0, b = 0) => b - a);
  expect(sizes()).toEqual([8, 5]);
  await play.cluster.tasks.run(() =>
    play.api.update("deployments.apps", { ...deploymentOf(play), spec: { ...deploymentOf(play).spec, replicas: 15 } }),
  );
  await play.rest(5_000);
  expect(sizes()).toEqual([11, 7]);
});

test("pods that match and are nobody's are adopted, and those that no longer match are let go", async () => {
  const play = await playground({ nodes });
  await play.make(web({ replicas: 2 }));
  const [pod] = play.api.list<Pod>("pods", { namespace: "default" });
  if (!pod) throw new Error("no pod");
  await play.does((api) => api.update("pods", { ...pod, metadata: { ...pod.metadata, labels: { own: "true" } } }));
  expect(play.api.get<Pod>("pods", pod.metadata.name, "default")?.metadata.ownerReferences).toBeUndefined();
  expect(play.api.list("pods", { namespace: "default" })).toHaveLength(3);

  const free = play.api.get<Pod>("pods", pod.metadata.name, "default");
  if (!free) throw new Error("no pod");
  await play.does((api) => api.update("pods", { ...free, metadata: { ...free.metadata, labels: pod.metadata.labels ?? {} } }));
  expect(play.api.list("pods", { namespace: "default" })).toHaveLength(2);
});
