import { expect, test } from "vitest";
import type { Node, Pod } from "#machinery/types.ts";
import { playground } from "../../../test/kit/cluster.ts";

const withoutSuffix = ({ metadata }: Pod) => metadata.name.replace(/(-[bcdf0-9]{8,10})?-[bcdfghjklmnpqrstvwxz2456789]{5}$/, "");

const controlPlane = ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"].map((part) => `${part}-controlplane`);

test.for([
  ["kubeadm-1node", ["controlplane"], []],
  ["kubeadm-2node", ["controlplane", "node01"], ["node-role.kubernetes.io/control-plane:NoSchedule"]],
  ["three-node", ["controlplane", "node01", "node02", "node03"], ["node-role.kubernetes.io/control-plane:NoSchedule"]],
] as const)("%s has what kubeadm makes, and all of it runs", async ([profile, names, taints]) => {
  const { api, cluster, rest } = await playground({ profile });
  const nodes = api.list<Node>("nodes");
  expect(nodes.map(({ metadata }) => metadata.name)).toEqual(names);
  expect((nodes[0]?.spec.taints ?? []).map(({ key, effect }) => `${key}:${effect}`)).toEqual(taints);
  expect(nodes.map(({ spec }) => spec.podCIDR)).toEqual(names.map((_, i) => `10.244.${i}.0/24`));
  expect(nodes[0]?.metadata.labels?.["node-role.kubernetes.io/control-plane"]).toBe("");

  const pods = api.list<Pod>("pods");
  const each = (name: string) => names.map(() => name);
  expect(pods.map(withoutSuffix).sort()).toEqual(
    [...controlPlane, "coredns", "coredns", "local-path-provisioner", ...each("kindnet"), ...each("kube-proxy")].sort(),
  );
  for (const { metadata, status } of pods)
    expect([metadata.name, status.phase, status.containerStatuses?.every(({ ready, restartCount }) => ready && restartCount === 0)]).toEqual([
      metadata.name,
      "Running",
      true,
    ]);

  // A settled cluster does nothing.
  const { revision } = cluster;
  await rest(600_000);
  expect(cluster.revision).toBe(revision);
});
