import { expect, test } from "vitest";
import type { Namespace } from "#machinery/types.ts";
import { playground, web } from "../../../test/kit/cluster.ts";

test("a namespace has its service account and the cluster's certificate", async () => {
  const { api, make } = await playground();
  await make({ apiVersion: "v1", kind: "Namespace", metadata: { name: "team" } });
  expect(api.get("serviceaccounts", "default", "team")).toBeDefined();
  expect(api.get("configmaps", "kube-root-ca.crt", "team")).toBeDefined();
});

test("both come back when they are deleted or changed", async () => {
  const { api, does } = await playground();
  await does(() => api.delete("serviceaccounts", "default", "default"));
  await does(() => api.delete("configmaps", "kube-root-ca.crt", "default"));
  expect(api.get("serviceaccounts", "default", "default")).toBeDefined();
  expect(api.get("configmaps", "kube-root-ca.crt", "default")).toBeDefined();
});

test("a namespace that is deleted is emptied, pods first, and goes", async () => {
  const { api, does, make } = await playground();
  await make({ apiVersion: "v1", kind: "Namespace", metadata: { name: "team" } });
  const deployment = web();
  await make({ ...deployment, metadata: { ...deployment.metadata, namespace: "team" } });
  const gone: string[] = [];
  api.watchAll(({ type, object }, resource) => {
    if (type === "DELETED" && (object.metadata.namespace === "team" || resource === "namespaces")) gone.push(resource);
  });
  await does(() => api.delete("namespaces", "team"));
  expect(api.get("namespaces", "team")).toBeUndefined();
  expect(api.contents("team")).toEqual([]);
  expect(gone.indexOf("deployments.apps")).toBeGreaterThan(gone.lastIndexOf("pods"));
  expect(gone.at(-1)).toBe("namespaces");
});

test("what has a finalizer is named for as long as it is there", async () => {
  const { api, does, make } = await playground();
  await make({ apiVersion: "v1", kind: "Namespace", metadata: { name: "team" } });
  await make({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "held", namespace: "team", finalizers: ["example.com/hold"] } });
  await does(() => api.delete("namespaces", "team"));
  const conditions = api.get<Namespace>("namespaces", "team")?.status.conditions ?? [];
  expect(conditions.filter(({ status }) => status === "True").map(({ type, reason, message }) => ({ type, reason, message }))).toEqual([
    {
      type: "NamespaceContentRemaining",
      reason: "SomeResourcesRemain",
      message: "Some resources are remaining: configmaps. has 1 resource instances",
    },
    {
      type: "NamespaceFinalizersRemaining",
      reason: "SomeFinalizersRemain",
      message: "Some content in the namespace has finalizers remaining: example.com/hold in 1 resource instances",
    },
  ]);
});
