import { expect, test } from "vitest";
import type { Draft, KubeObject } from "#machinery/object.ts";
import type { Deployment, ReplicaSet } from "#machinery/types.ts";
import { type Playground, playground, web } from "../../../test/kit/cluster.ts";

const kinds = ["deployments.apps", "replicasets.apps", "pods"];
const left = ({ api }: Playground) => kinds.map((resource) => api.list(resource, { namespace: "default" }).length);

test.for<["Background" | "Foreground" | "Orphan", number[]]>([
  ["Background", [0, 0, 0]],
  ["Foreground", [0, 0, 0]],
  ["Orphan", [0, 1, 2]],
])("deleting a deployment with propagation %s", async ([propagationPolicy, expected]) => {
  const play = await playground();
  await play.make(web({ replicas: 2 }));
  await play.does((api) => api.delete("deployments.apps", "web", "default", { propagationPolicy }));
  expect(left(play)).toEqual(expected);
  for (const { metadata } of play.api.list<ReplicaSet>("replicasets.apps", { namespace: "default" }))
    expect(metadata.ownerReferences).toBeUndefined();
});

test("in the foreground the owner goes last", async () => {
  const play = await playground();
  await play.make(web({ replicas: 2 }));
  const gone: string[] = [];
  for (const resource of kinds)
    play.api.watch(resource, ({ type }) => {
      if (type === "DELETED") gone.push(resource);
    });
  await play.does((api) => api.delete("deployments.apps", "web", "default", { propagationPolicy: "Foreground" }));
  expect(gone).toEqual(["pods", "pods", "replicasets.apps", "deployments.apps"]);
});

const map = (name: string, owners: readonly { name: string; uid: string }[] = []): Draft<KubeObject> => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, namespace: "default", ownerReferences: owners.map((owner) => ({ apiVersion: "v1", kind: "ConfigMap", ...owner })) },
});
const mapNames = ({ api }: Playground) =>
  api
    .list("configmaps", { namespace: "default" })
    .map(({ metadata }) => metadata.name)
    .filter((name) => name !== "kube-root-ca.crt");
const uidOf = ({ api }: Playground, name: string) => ({ name, uid: api.get("configmaps", name, "default")?.metadata.uid ?? "" });

test("what is made for an owner that is not there goes at once", async () => {
  const play = await playground();
  await play.make(map("lost", [{ name: "nobody", uid: "00000000-0000-4000-8000-000000000000" }]));
  expect(mapNames(play)).toEqual([]);
});

test("an owner of the same name under another uid is another", async () => {
  const play = await playground();
  await play.make(map("owner"));
  await play.make(map("lost", [{ name: "owner", uid: "00000000-0000-4000-8000-000000000000" }]));
  expect(mapNames(play)).toEqual(["owner"]);
});

test("what has several owners lives as long as one of them", async () => {
  const play = await playground();
  await play.make(map("a"), map("b"));
  await play.make(map("shared", [uidOf(play, "a"), uidOf(play, "b")]));
  await play.does((api) => api.delete("configmaps", "a", "default"));
  expect(play.api.get("configmaps", "shared", "default")?.metadata.ownerReferences?.map(({ name }) => name)).toEqual(["b"]);
  await play.does((api) => api.delete("configmaps", "b", "default"));
  expect(mapNames(play)).toEqual([]);
});

test("a foreign finalizer holds up whoever waits for it", async () => {
  const play = await playground();
  await play.make(map("owner"));
  const held = map("held", [{ ...uidOf(play, "owner") }]);
  held.metadata.finalizers = ["example.com/hold"];
  held.metadata.ownerReferences = held.metadata.ownerReferences?.map((owner) => ({ ...owner, blockOwnerDeletion: true })) ?? [];
  await play.make(held);
  await play.does((api) => api.delete("configmaps", "owner", "default", { propagationPolicy: "Foreground" }));
  expect(mapNames(play)).toEqual(["held", "owner"]);

  await play.does((api) => {
    const { finalizers: _, ...metadata } = api.get<Deployment>("configmaps", "held", "default")?.metadata ?? { name: "" };
    return api.update("configmaps", { apiVersion: "v1", kind: "ConfigMap", metadata } as KubeObject);
  });
  expect(mapNames(play)).toEqual([]);
});
