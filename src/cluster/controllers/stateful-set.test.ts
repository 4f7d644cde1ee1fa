import { expect, test } from "vitest";
import type { Draft } from "#machinery/object.ts";
import type { ControllerRevision, PersistentVolumeClaim, Pod, StatefulSet } from "#machinery/types.ts";
import { type Playground, playground } from "../../../test/kit/cluster.ts";

const nodes = ["node-1", "node-2"].map((name) => ({ name, cpu: "4", memory: "8Gi", images: ["nginx:1.27", "nginx:1.28"] }));

function db(spec: Partial<StatefulSet["spec"]> = {}, container: object = {}): Draft<StatefulSet> {
  return {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: { name: "db", namespace: "default" },
    spec: {
      replicas: 3,
      serviceName: "db",
      selector: { matchLabels: { app: "db" } },
      template: {
        metadata: { name: "", labels: { app: "db" } },
        spec: { containers: [{ name: "nginx", image: "nginx:1.27", ...container }] },
      },
      ...spec,
    },
  };
}

const claims = [{ metadata: { name: "data" }, spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } } }];
const withClaims = (whenScaled: "Delete" | "Retain", whenDeleted: "Delete" | "Retain", spec: Partial<StatefulSet["spec"]> = {}) =>
  db({
    podManagementPolicy: "Parallel",
    volumeClaimTemplates: claims as unknown as PersistentVolumeClaim[],
    persistentVolumeClaimRetentionPolicy: { whenScaled, whenDeleted },
    ...spec,
  });

const setOf = ({ api }: Playground) => api.get<StatefulSet>("statefulsets.apps", "db", "default") as StatefulSet;
const podsOf = ({ api }: Playground) =>
  api.list<Pod>("pods", { namespace: "default" }).toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
const namesOf = (play: Playground) => podsOf(play).map(({ metadata }) => metadata.name);
const imagesOf = (play: Playground) => podsOf(play).map(({ spec }) => spec.containers[0]?.image);
const claimOwners = ({ api }: Playground) =>
  api
    .list<PersistentVolumeClaim>("persistentvolumeclaims")
    .filter(({ metadata }) => !metadata.deletionTimestamp)
    .map(({ metadata }) => `${metadata.name}: ${(metadata.ownerReferences ?? []).map(({ kind, name }) => `${kind} ${name}`).join(", ")}`);
const change = (play: Playground, spec: Partial<StatefulSet["spec"]>) =>
  play.does((api) => api.update<StatefulSet>("statefulsets.apps", { ...setOf(play), spec: { ...setOf(play).spec, ...spec } }));
const setImage = (play: Playground, image: string) => change(play, { template: db({}, { image }).spec?.template ?? {} });
const minute = 60_000;

test("pods come one after the other, each with a name, a host name and labels of its own", async () => {
  const play = await playground({ nodes });
  const seen: string[] = [];
  play.api.watch<Pod>("pods", ({ type, object, old }) => {
    if (type === "ADDED") seen.push(`${object.metadata.name} made`);
    const ready = (pod: Pod | undefined) => pod?.status.conditions?.some((condition) => condition.type === "Ready" && condition.status === "True");
    if (ready(object) && !ready(old)) seen.push(`${object.metadata.name} ready`);
  });
  await play.make(db());
  await play.rest(minute);
  expect(seen).toEqual(["db-0 made", "db-0 ready", "db-1 made", "db-1 ready", "db-2 made", "db-2 ready"]);

  const revision = setOf(play).status.currentRevision ?? "";
  expect(revision).toMatch(/^db-[bcdfghjklmnpqrstvwxz2456789]{6,10}$/);
  expect(podsOf(play)[1]).toMatchObject({
    metadata: {
      generateName: "db-",
      labels: { app: "db", "statefulset.kubernetes.io/pod-name": "db-1", "apps.kubernetes.io/pod-index": "1", "controller-revision-hash": revision },
    },
    spec: { hostname: "db-1", subdomain: "db" },
  });
  expect(setOf(play).status).toEqual({
    observedGeneration: 1,
    replicas: 3,
    readyReplicas: 3,
    currentReplicas: 3,
    updatedReplicas: 3,
    availableReplicas: 3,
    collisionCount: 0,
    currentRevision: revision,
    updateRevision: revision,
  });
  expect(play.events("db")).toEqual([0, 1, 2].map((i) => `Normal SuccessfulCreate: Create Pod db-${i} in StatefulSet db successful`));
});

test("the revision of a template has the name that it has in any cluster", async () => {
  const play = await playground({ nodes });
  const probe = { ports: [{ containerPort: 80 }], readinessProbe: { httpGet: { path: "/", port: 80 }, periodSeconds: 2 } };
  await play.make(db({}, probe));
  await play.rest(minute);
  await change(play, { template: db({}, { ...probe, image: "nginx:1.28" }).spec?.template ?? {} });
  expect(play.api.list<ControllerRevision>("controllerrevisions.apps").map(({ metadata }) => metadata.name)).toEqual([
    "db-58795b6d48",
    "db-dc8bc6f59",
  ]);
  expect(setOf(play).status).toMatchObject({ currentRevision: "db-dc8bc6f59", updateRevision: "db-dc8bc6f59" });
});

test.for<[why: string, spec: Partial<StatefulSet["spec"]>, pods: string[]]>([
  ["as many as wanted", { replicas: 1 }, ["db-0"]],
  ["counted from where it says", { ordinals: { start: 5 } }, ["db-5", "db-6", "db-7"]],
  ["none", { replicas: 0 }, []],
])("ordinals: %s", async ([, spec, pods]) => {
  const play = await playground({ nodes });
  await play.make(db(spec));
  await play.rest(minute);
  expect(namesOf(play)).toEqual(pods);
});

test.for<[StatefulSet["spec"]["podManagementPolicy"], string[]]>([
  ["OrderedReady", ["db-0"]],
  ["Parallel", ["db-0", "db-1", "db-2"]],
])("pods that do not become ready: %s", async ([podManagementPolicy, pods]) => {
  const play = await playground({ nodes });
  await play.make(db({ ...(podManagementPolicy ? { podManagementPolicy } : {}) }, { readinessProbe: { httpGet: { path: "/no", port: 80 } } }));
  await play.rest(minute);
  expect(namesOf(play)).toEqual(pods);
});

test("the last ones go first, and one that was deleted comes back under its name", async () => {
  const play = await playground({ nodes });
  await play.make(db());
  await play.rest(minute);
  const first = podsOf(play)[1]?.metadata.uid;
  await play.does((api) => api.delete("pods", "db-1", "default"));
  await play.rest(minute);
  expect(namesOf(play)).toEqual(["db-0", "db-1", "db-2"]);
  expect(podsOf(play)[1]?.metadata.uid).not.toBe(first);
  await change(play, { replicas: 1 });
  await play.rest(minute);
  expect(namesOf(play)).toEqual(["db-0"]);
  expect(play.events("db").slice(-2)).toEqual([2, 1].map((i) => `Normal SuccessfulDelete: Delete Pod db-${i} in StatefulSet db successful`));
});

test("an update goes from the last to the first, down to the partition", async () => {
  const play = await playground({ nodes });
  await play.make(db({ updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: 2 } } }));
  await play.rest(minute);
  const old = setOf(play).status.currentRevision;
  await setImage(play, "nginx:1.28");
  await play.rest(minute);
  expect(imagesOf(play)).toEqual(["nginx:1.27", "nginx:1.27", "nginx:1.28"]);
  expect(setOf(play).status).toMatchObject({ currentRevision: old, currentReplicas: 2, updatedReplicas: 1, readyReplicas: 3 });

  // A pod below the partition is made again as it was.
  await play.does((api) => api.delete("pods", "db-0", "default"));
  await play.rest(minute);
  expect(imagesOf(play)[0]).toBe("nginx:1.27");

  await change(play, { updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: 0 } } });
  await play.rest(minute);
  expect(imagesOf(play)).toEqual(["nginx:1.28", "nginx:1.28", "nginx:1.28"]);
  const { status } = setOf(play);
  expect(status).toMatchObject({ currentRevision: status.updateRevision, currentReplicas: 3, updatedReplicas: 3 });
});

test("OnDelete leaves pods until somebody deletes them", async () => {
  const play = await playground({ nodes });
  await play.make(db({ updateStrategy: { type: "OnDelete" } }));
  await play.rest(minute);
  await setImage(play, "nginx:1.28");
  await play.rest(minute);
  await play.does((api) => api.delete("pods", "db-1", "default"));
  await play.rest(minute);
  expect(imagesOf(play)).toEqual(["nginx:1.27", "nginx:1.28", "nginx:1.27"]);
});

test("an update that never becomes ready stays where it is, also after it was taken back, until the pod is deleted", async () => {
  const play = await playground({ nodes });
  await play.make(db());
  await play.rest(minute);
  await setImage(play, "nginx:no-such");
  await play.rest(minute);
  await setImage(play, "nginx:1.27");
  await play.rest(minute);
  expect(imagesOf(play)).toEqual(["nginx:1.27", "nginx:1.27", "nginx:no-such"]);
  await play.does((api) => api.delete("pods", "db-2", "default"));
  await play.rest(minute);
  expect(imagesOf(play)).toEqual(["nginx:1.27", "nginx:1.27", "nginx:1.27"]);
  expect(play.api.list<ControllerRevision>("controllerrevisions.apps").map(({ revision }) => revision)).toEqual([2, 3]);
});

test("each pod waits until the one before has been ready for minReadySeconds", async () => {
  const play = await playground({ nodes });
  const made: number[] = [];
  play.api.watch<Pod>("pods", ({ type }) => {
    if (type === "ADDED") made.push(play.cluster.clock.now());
  });
  await play.make(db({ minReadySeconds: 30 }));
  await play.rest(3 * minute);
  const [first = 0, second = 0, third = 0] = made;
  expect(Math.min(second - first, third - second)).toBeGreaterThanOrEqual(30_000);
  expect(setOf(play).status).toMatchObject({ readyReplicas: 3, availableReplicas: 3 });
});

test("pods that ended are replaced", async () => {
  const play = await playground({ nodes });
  await play.make(db({ replicas: 1 }));
  await play.rest(minute);
  const [pod] = podsOf(play);
  if (!pod) throw new Error("no pod");
  await play.does((api) => api.updateStatus<Pod>("pods", { ...pod, status: { ...pod.status, phase: "Failed", reason: "Evicted" } }));
  await play.rest(minute);
  expect(podsOf(play).map(({ status }) => status.phase)).toEqual(["Running"]);
  expect(podsOf(play)[0]?.metadata.uid).not.toBe(pod.metadata.uid);
});

test("claims are made before their pods, and the pods use them", async () => {
  const play = await playground({ nodes });
  await play.make(withClaims("Retain", "Retain", { replicas: 1 }));
  await play.rest(1000);
  expect(claimOwners(play)).toEqual(["data-db-0: "]);
  expect(play.api.list<PersistentVolumeClaim>("persistentvolumeclaims")[0]?.metadata.labels).toEqual({ app: "db" });
  expect(podsOf(play)[0]?.spec.volumes?.[0]).toEqual({ name: "data", persistentVolumeClaim: { claimName: "data-db-0" } });
  expect(play.events("db")).toEqual([
    "Normal SuccessfulCreate: Create Claim data-db-0 Pod db-0 in StatefulSet db success",
    "Normal SuccessfulCreate: Create Pod db-0 in StatefulSet db successful",
  ]);
});

test.for<[whenScaled: "Delete" | "Retain", whenDeleted: "Delete" | "Retain", before: string[], scaled: string[], deleted: string[]]>([
  ["Retain", "Retain", ["data-db-0: ", "data-db-1: "], ["data-db-0: ", "data-db-1: "], ["data-db-0: ", "data-db-1: "]],
  ["Retain", "Delete", ["data-db-0: StatefulSet db", "data-db-1: StatefulSet db"], ["data-db-0: StatefulSet db", "data-db-1: StatefulSet db"], []],
  ["Delete", "Retain", ["data-db-0: ", "data-db-1: "], ["data-db-0: "], ["data-db-0: "]],
  ["Delete", "Delete", ["data-db-0: StatefulSet db", "data-db-1: StatefulSet db"], ["data-db-0: StatefulSet db"], []],
])("claims when scaled: %s, when deleted: %s", async ([whenScaled, whenDeleted, before, scaled, deleted]) => {
  const play = await playground({ nodes });
  await play.make(withClaims(whenScaled, whenDeleted, { replicas: 2 }));
  await play.rest(1000);
  expect(claimOwners(play)).toEqual(before);
  await change(play, { replicas: 1 });
  await play.rest(minute);
  expect(claimOwners(play)).toEqual(scaled);
  await play.does((api) => api.delete("statefulsets.apps", "db", "default", { propagationPolicy: "Background" }));
  await play.rest(minute);
  expect(claimOwners(play)).toEqual(deleted);
});

test("what keeps a pod from being made is told, and tried again", async () => {
  const play = await playground({ nodes });
  const quota = { apiVersion: "v1", kind: "ResourceQuota", metadata: { name: "few", namespace: "default" }, spec: { hard: { pods: "1" } } };
  await play.make(quota);
  await play.make(db({ replicas: 2 }));
  await play.rest(minute);
  expect(namesOf(play)).toEqual(["db-0"]);
  expect(play.events("db").at(-1)).toBe(
    'Warning FailedCreate: Create Pod db-1 in StatefulSet db failed error: pods "db-1" is forbidden: exceeded quota: few, requested: pods=1, used: pods=1, limited: pods=1',
  );
  await play.does((api) => api.delete("resourcequotas", "few", "default"));
  await play.rest(20 * minute);
  expect(namesOf(play)).toEqual(["db-0", "db-1"]);
});
