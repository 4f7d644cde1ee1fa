import { describe, expect, test } from "vitest";
import type { Draft } from "#machinery/object.ts";
import type { PersistentVolume, PersistentVolumeClaim, Pod, StorageClass } from "#machinery/types.ts";
import { type Playground, playground } from "../../../test/kit/cluster.ts";

const claim = (spec: Partial<PersistentVolumeClaim["spec"]> = {}, name = "data"): Draft<PersistentVolumeClaim> => ({
  apiVersion: "v1",
  kind: "PersistentVolumeClaim",
  metadata: { name, namespace: "default" },
  spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } }, storageClassName: "", ...spec },
});

const volume = (name: string, spec: Partial<PersistentVolume["spec"]> = {}, labels: Record<string, string> = {}): Draft<PersistentVolume> => ({
  apiVersion: "v1",
  kind: "PersistentVolume",
  metadata: { name, labels },
  spec: { accessModes: ["ReadWriteOnce"], capacity: { storage: "1Gi" }, hostPath: { path: `/srv/${name}` }, ...spec },
});

const storageClass = (provisioner: string, more: Partial<StorageClass> = {}): Draft<StorageClass> => ({
  apiVersion: "storage.k8s.io/v1",
  kind: "StorageClass",
  metadata: { name: "local" },
  provisioner,
  volumeBindingMode: "WaitForFirstConsumer",
  ...more,
});

const pod = (command: string, name = "user", claimName = "data"): Draft<Pod> => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, namespace: "default" },
  spec: {
    restartPolicy: "Never",
    volumes: [{ name: "v", persistentVolumeClaim: { claimName } }],
    containers: [{ name: "main", image: "busybox", command: ["sh", "-c", command], volumeMounts: [{ name: "v", mountPath: "/v" }] }],
  },
});

const claimIn = ({ api }: Playground, name = "data") => api.get<PersistentVolumeClaim>("persistentvolumeclaims", name, "default");
const volumeIn = ({ api }: Playground, name: string) => api.get<PersistentVolume>("persistentvolumes", name);
const podIn = ({ api }: Playground, name = "user") => api.get<Pod>("pods", name, "default");
const phases = (play: Playground) =>
  play.api.list<PersistentVolume>("persistentvolumes").map(({ metadata, status }) => `${metadata.name} ${status.phase}`);
const gone = (play: Playground, resource: string, name: string) =>
  play.does((api) => api.delete(resource, name, resource === "persistentvolumes" ? undefined : "default"));

describe("a claim is given", () => {
  test.for<[what: string, spec: Partial<PersistentVolumeClaim["spec"]>, volumes: Draft<PersistentVolume>[], bound: string | undefined]>([
    [
      "the smallest that is large enough",
      {},
      [volume("big", { capacity: { storage: "5Gi" } }), volume("fits"), volume("small", { capacity: { storage: "1M" } })],
      "fits",
    ],
    [
      "one with its access modes, and few others",
      {},
      [volume("many", { accessModes: ["ReadWriteOnce", "ReadWriteMany"] }), volume("one", { capacity: { storage: "9Gi" } })],
      "one",
    ],
    ["none without its access mode", { accessModes: ["ReadWriteMany"] }, [volume("one")], undefined],
    ["one of its class", { storageClassName: "fast" }, [volume("plain"), volume("fast", { storageClassName: "fast" })], "fast"],
    ["one that its selector matches", { selector: { matchLabels: { tier: "db" } } }, [volume("web"), volume("db", {}, { tier: "db" })], "db"],
    ["the one that it names", { volumeName: "two" }, [volume("one"), volume("two", { capacity: { storage: "3Gi" } })], "two"],
    ["the one that is kept for it", {}, [volume("any"), volume("kept", { claimRef: { name: "data", namespace: "default" } })], "kept"],
    ["none that is kept for another", {}, [volume("kept", { claimRef: { name: "other", namespace: "default" } })], undefined],
    ["none of another mode", { volumeMode: "Block" }, [volume("files")], undefined],
  ])("%s", async ([, spec, volumes, bound]) => {
    const play = await playground();
    await play.make(...volumes);
    await play.make(claim(spec));
    expect(claimIn(play)?.spec.volumeName).toBe(bound);
    expect(claimIn(play)?.status.phase).toBe(bound ? "Bound" : "Pending");
    expect(phases(play)).toEqual(volumes.map(({ metadata }) => `${metadata.name} ${metadata.name === bound ? "Bound" : "Available"}`).sort());
  });

  test("a volume, and both say so", async () => {
    const play = await playground();
    await play.make(volume("pv"));
    await play.make(claim());
    expect(claimIn(play)).toMatchObject({
      metadata: { annotations: { "pv.kubernetes.io/bind-completed": "yes", "pv.kubernetes.io/bound-by-controller": "yes" } },
      spec: { volumeName: "pv" },
      status: { phase: "Bound", accessModes: ["ReadWriteOnce"], capacity: { storage: "1Gi" } },
    });
    expect(volumeIn(play, "pv")).toMatchObject({
      metadata: { annotations: { "pv.kubernetes.io/bound-by-controller": "yes" } },
      spec: { claimRef: { kind: "PersistentVolumeClaim", namespace: "default", name: "data", uid: claimIn(play)?.metadata.uid } },
    });
  });
});

describe("a claim that waits says why", () => {
  test.for<[Partial<PersistentVolumeClaim["spec"]>, Draft<PersistentVolume | StorageClass>[], string]>([
    [{}, [], "Normal FailedBinding: no persistent volumes available for this claim and no storage class is set"],
    [{ storageClassName: "none" }, [], 'Warning ProvisioningFailed: storageclass.storage.k8s.io "none" not found'],
    [
      { storageClassName: "local" },
      [storageClass("kubernetes.io/no-provisioner")],
      "Normal WaitForFirstConsumer: waiting for first consumer to be created before binding",
    ],
    [
      { storageClassName: "local" },
      [storageClass("kubernetes.io/no-provisioner", { volumeBindingMode: "Immediate" })],
      "Warning ProvisioningFailed: no volume plugin matched name: kubernetes.io/no-provisioner",
    ],
    [
      { storageClassName: "local" },
      [storageClass("example.com/nfs", { volumeBindingMode: "Immediate" })],
      "Normal ExternalProvisioning: Waiting for a volume to be created either by the external provisioner 'example.com/nfs' or manually by the system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered.",
    ],
    [
      { volumeName: "small" },
      [volume("small", { capacity: { storage: "1Mi" } })],
      'Warning VolumeMismatch: Cannot bind to requested volume "small": requested PV is too small',
    ],
    [
      { volumeName: "ro" },
      [volume("ro", { accessModes: ["ReadOnlyMany"] })],
      'Warning VolumeMismatch: Cannot bind to requested volume "ro": incompatible accessMode',
    ],
    [
      { volumeName: "fast" },
      [volume("fast", { storageClassName: "fast" })],
      'Warning VolumeMismatch: Cannot bind to requested volume "fast": storageClassName does not match',
    ],
    [
      { volumeName: "taken" },
      [volume("taken", { claimRef: { name: "other", namespace: "default", uid: "1" } })],
      'Warning FailedBinding: volume "taken" already bound to a different claim.',
    ],
  ])("%o %#", async ([spec, objects, event]) => {
    const play = await playground();
    await play.make(...objects);
    await play.make(claim(spec));
    expect(play.events("data")).toEqual([event]);
    expect(claimIn(play)?.status.phase).toBe("Pending");
  });
});

test("a class that becomes the default later is the claim's too", async () => {
  const play = await playground();
  const { storageClassName: _, ...spec } = claim().spec ?? {};
  const without: Draft<PersistentVolumeClaim> = { ...claim(), spec };
  await play.make(without);
  await play.make({
    ...storageClass("example.com/nfs"),
    metadata: { name: "std", annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
  });
  await play.rest(400_000);
  expect(claimIn(play)?.spec.storageClassName).toBe("std");
});

describe("when its claim is gone, a volume", () => {
  test.for<[spec: Partial<PersistentVolume["spec"]>, phase: string | undefined, events: string[]]>([
    [{ persistentVolumeReclaimPolicy: "Retain" }, "Released", []],
    [{ persistentVolumeReclaimPolicy: "Delete", hostPath: { path: "/tmp/x" } }, undefined, []],
    [
      { persistentVolumeReclaimPolicy: "Delete" },
      "Failed",
      ["Warning VolumeFailedDelete: host_path deleter only supports /tmp/.+ but received provided /srv/pv"],
    ],
  ])("%o", async ([spec, phase, events]) => {
    const play = await playground();
    await play.make(volume("pv", spec));
    await play.make(claim());
    await gone(play, "persistentvolumeclaims", "data");
    expect(volumeIn(play, "pv")?.status.phase).toBe(phase);
    expect(play.events("pv")).toEqual(events);
  });

  test("is emptied by a pod, where it is recycled", async () => {
    const play = await playground();
    await play.make(volume("pv", { persistentVolumeReclaimPolicy: "Recycle" }));
    await play.make(claim());
    await play.make(pod("echo old > /v/file"));
    await gone(play, "pods", "user");
    await gone(play, "persistentvolumeclaims", "data");
    expect(volumeIn(play, "pv")).toMatchObject({ status: { phase: "Available" } });
    expect(volumeIn(play, "pv")?.spec.claimRef).toBeUndefined();
    expect(play.events("pv")).toContain("Normal VolumeRecycled: Volume recycled");
    expect(play.events("pv")).toContain("Normal RecyclerPod: Recycler pod: Container started");
    expect(podIn(play, "recycler-for-pv")).toBeUndefined();
    await play.make(claim());
    await play.make(pod("cat /v/file"));
    expect(podIn(play)?.status.phase).toBe("Failed");
  });
});

test("a claim whose volume is gone is lost", async () => {
  const play = await playground();
  await play.make(volume("pv"));
  await play.make(claim());
  await gone(play, "persistentvolumes", "pv");
  // It is in use, and stays until somebody takes the finalizer away.
  expect(volumeIn(play, "pv")).toMatchObject({ metadata: { finalizers: ["kubernetes.io/pv-protection"] }, status: { phase: "Bound" } });
  await play.does((api) => {
    const there = volumeIn(play, "pv");
    return there && api.update("persistentvolumes", { ...there, metadata: { ...there.metadata, finalizers: [] } });
  });
  expect(claimIn(play)?.status.phase).toBe("Lost");
  expect(play.events("data")).toEqual(["Warning ClaimLost: Bound claim has lost its PersistentVolume. Data on the volume is lost!"]);
});

test("a claim in use goes with the last pod that uses it", async () => {
  const play = await playground();
  await play.make(volume("pv"));
  await play.make(claim());
  await play.make(pod("sleep 10000"));
  await gone(play, "persistentvolumeclaims", "data");
  expect(claimIn(play)?.metadata.deletionTimestamp).toBeDefined();
  await gone(play, "pods", "user");
  expect(claimIn(play)).toBeUndefined();
});

describe("minikube's provisioner", () => {
  const standard = claim({ storageClassName: "standard" });

  test("makes volumes whose data outlive pods, and deletes them with their claims", async () => {
    const play = await playground({ profile: "minikube" });
    await play.make(standard);
    const name = `pvc-${claimIn(play)?.metadata.uid}`;
    expect(volumeIn(play, name)).toMatchObject({
      metadata: { annotations: { "pv.kubernetes.io/provisioned-by": "k8s.io/minikube-hostpath" } },
      spec: {
        hostPath: { path: "/tmp/hostpath-provisioner/default/data", type: "" },
        persistentVolumeReclaimPolicy: "Delete",
        storageClassName: "standard",
      },
      status: { phase: "Bound" },
    });
    expect(play.events("data")).toContain('Normal Provisioning: External provisioner is provisioning volume for claim "default/data"');
    expect(play.events("data")).toContain(`Normal ProvisioningSucceeded: Successfully provisioned volume ${name}`);

    await play.make(pod("echo kept > /v/file", "writer"));
    await gone(play, "pods", "writer");
    await play.make(pod("grep kept /v/file", "reader"));
    expect(podIn(play, "reader")?.status.phase).toBe("Succeeded");

    await gone(play, "pods", "reader");
    await gone(play, "persistentvolumeclaims", "data");
    expect(volumeIn(play, name)).toBeUndefined();
    await play.make(standard, pod("ls /v/file", "third"));
    expect(podIn(play, "third")?.status.phase).toBe("Failed");
  });
});

describe("a pod and its claims", () => {
  const local = (node: string): Draft<PersistentVolume> => {
    const { hostPath: _, ...spec } = volume("pv").spec ?? {};
    const terms = [{ matchExpressions: [{ key: "kubernetes.io/hostname", operator: "In" as const, values: [node] }] }];
    return {
      ...volume("pv"),
      spec: { ...spec, storageClassName: "local", local: { path: "/srv" }, nodeAffinity: { required: { nodeSelectorTerms: terms } } },
    };
  };
  const waiting = claim({ storageClassName: "local" });

  test("the pod goes where the volume is that waited for it", async () => {
    const play = await playground();
    await play.make(storageClass("kubernetes.io/no-provisioner"), local("node-2"), waiting);
    expect(claimIn(play)?.status.phase).toBe("Pending");
    await play.make(pod("echo x > /v/made"));
    expect(podIn(play)).toMatchObject({ spec: { nodeName: "node-2" }, status: { phase: "Succeeded" } });
    expect(claimIn(play)).toMatchObject({ spec: { volumeName: "pv" }, status: { phase: "Bound" } });
  });

  test.for<[what: string, objects: Draft<PersistentVolume | StorageClass | PersistentVolumeClaim>[], message: string]>([
    ["no such claim", [], '0/2 nodes are available: persistentvolumeclaim "data" not found. not found'],
    ["no volume", [claim()], "0/2 nodes are available: pod has unbound immediate PersistentVolumeClaims. not found"],
    [
      "no volume on any node",
      [storageClass("kubernetes.io/no-provisioner"), waiting],
      "0/2 nodes are available: 2 node(s) didn't find available persistent volumes to bind. no new claims to deallocate, preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.",
    ],
    [
      "a volume on a node that is not there",
      [storageClass("kubernetes.io/no-provisioner", { volumeBindingMode: "Immediate" }), local("node-9"), waiting],
      "0/2 nodes are available: 2 node(s) didn't match PersistentVolume's node affinity. no new claims to deallocate, preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.",
    ],
  ])("%s", async ([, objects, message]) => {
    const play = await playground();
    await play.make(...objects);
    await play.make(pod("true"));
    expect(play.events("user")).toEqual([`Warning FailedScheduling: ${message}`]);
  });

  test("a claim for one pod alone is not given to a second", async () => {
    const play = await playground();
    await play.make(volume("pv", { accessModes: ["ReadWriteOncePod"] }), claim({ accessModes: ["ReadWriteOncePod"] }));
    await play.make(pod("sleep 10000", "first"), pod("true", "second"));
    expect(play.events("second")[0]).toContain("2 node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode.");
    await gone(play, "pods", "first");
    expect(podIn(play, "second")?.status.phase).toBe("Succeeded");
  });

  test("a directory that must be there and is not keeps the pod waiting", async () => {
    const play = await playground();
    await play.make(volume("pv", { hostPath: { path: "/no/such", type: "Directory" } }), claim(), pod("true"));
    expect(play.events("user")).toContain(
      'Warning FailedMount: MountVolume.SetUp failed for volume "pv" : hostPath type check failed: /no/such is not a directory',
    );
  });

  test("a pod that is on its node already says of all its claims why they cannot be mounted", async () => {
    const play = await playground();
    const two = pod("true");
    const volumes = ["b", "a"].map((name) => ({ name, persistentVolumeClaim: { claimName: `claim-${name}` } }));
    const containers = two.spec?.containers.map((container) => ({ ...container, volumeMounts: [] })) ?? [];
    await play.make(claim({}, "claim-b"), { ...two, spec: { ...two.spec, containers, volumes, nodeName: "node-1" } } as Draft<Pod>);
    expect(play.events("user")).toEqual([
      'Warning FailedMount: Unable to attach or mount volumes: unmounted volumes=[a b], unattached volumes=[], failed to process volumes=[a b]: error processing PVC default/claim-b: PVC is not bound; error processing PVC default/claim-a: failed to fetch PVC from API server: persistentvolumeclaims "claim-a" not found',
    ]);
  });

  test("a claim of the pod's own comes and goes with it", async () => {
    const play = await playground({ profile: "minikube" });
    const own = pod("sleep 10000");
    const volumes = [{ name: "v", ephemeral: { volumeClaimTemplate: { spec: { ...waiting.spec, storageClassName: "standard" } } } }];
    await play.make({ ...own, spec: { ...own.spec, volumes, containers: own.spec?.containers ?? [] } } as Draft<Pod>);
    expect(claimIn(play, "user-v")).toMatchObject({ status: { phase: "Bound" }, metadata: { ownerReferences: [{ kind: "Pod", name: "user" }] } });
    expect(podIn(play)?.status.phase).toBe("Running");
    await gone(play, "pods", "user");
    expect(claimIn(play, "user-v")).toBeUndefined();
    expect(phases(play)).toEqual([]);
  });
});
