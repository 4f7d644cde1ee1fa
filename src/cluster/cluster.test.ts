import { expect, test } from "vitest";
import { bodyText } from "#base/http.ts";
import { Random } from "#base/random.ts";
import type { Deployment, Endpoints, Node, Pod, ReplicaSet, Service } from "#machinery/types.ts";
import { admin } from "#machinery/user.ts";
import { NetError } from "#shell/process.ts";
import { type Playground, playground, playOn, start, web, withImage } from "../../test/kit/cluster.ts";
import { Cluster } from "./cluster.ts";

test("a session of the default profile has what minikube has", async () => {
  const { api, cluster } = await playground({ profile: "minikube" });
  const pods = api.list<Pod>("pods", { namespace: "kube-system" });
  const names = pods.map(({ metadata }) => metadata.name.replace(/-[bcdfghjklmnpqrstvwxz2456789]{5}$/, ""));
  expect(names.map((name) => name.replace(/^(coredns)-\w+$/, "$1"))).toEqual([
    "coredns",
    "etcd-minikube",
    "kindnet",
    "kube-apiserver-minikube",
    "kube-controller-manager-minikube",
    "kube-proxy",
    "kube-scheduler-minikube",
    "storage-provisioner",
  ]);
  expect(cluster.summary()).toEqual({ nodes: [{ name: "minikube", ready: true }], pods: { total: 8, running: 8 } });
  const node = api.get<Node>("nodes", "minikube");
  expect(node?.status.addresses?.[0]).toEqual({ type: "InternalIP", address: "192.168.49.2" });
  expect(api.get<Service>("services", "kube-dns", "kube-system")?.spec.clusterIP).toBe("10.96.0.10");
  expect(api.get<Endpoints>("endpoints", "kube-dns", "kube-system")?.subsets?.[0]?.addresses).toHaveLength(1);
  expect(api.get("storageclasses.storage.k8s.io", "standard")).toBeDefined();
});

test("two sessions of a profile differ in their uids, names and times, and in nothing else", async () => {
  const texts = await Promise.all([
    playground({ profile: "minikube", seed: 1 }).then(({ cluster }) => cluster.journal.checkpoint()),
    playground({ profile: "minikube", seed: 2, now: start + 86_400_000 }).then(({ cluster }) => cluster.journal.checkpoint()),
  ]);
  expect(texts[0]).not.toEqual(texts[1]);
  const uids = texts.map((text) => new Set(text.match(/"uid":"[0-9a-f-]{36}"/g)));
  expect([...(uids[0] ?? [])].filter((uid) => uids[1]?.has(uid))).toEqual([]);
  const masks = [
    /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g,
    /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/g,
    /\b\d{13}(\.\d+)?\b/g,
    /[0-9a-f]{32,}/g,
  ];
  const names = /-(?:[bcdfghjklmnpqrstvwxz2456789]{5})\b/g;
  // A map's keys may stand in another order once their names are others.
  const [a, b] = texts.map((text) =>
    [...masks, names]
      .reduce((rest, mask) => rest.replace(mask, "…"), text)
      .split("\n")
      .sort(),
  );
  expect(a?.length).toBe(b?.length);
  expect(a?.filter((line, i) => line !== b?.[i])).toEqual([]);
});

test("nodes that were asked for take the place of the profile's", async () => {
  const nodes = [
    { name: "big", cpu: "16", memory: "64Gi", pods: 250, images: ["nginx:1.27"] },
    { name: "small", cpu: "500m", memory: "512Mi" },
  ];
  const { api } = await playground({ nodes });
  expect(
    api
      .list<Node>("nodes")
      .map(({ metadata, status }) => [metadata.name, status.allocatable?.["cpu"], status.allocatable?.["memory"], status.allocatable?.["pods"]]),
  ).toEqual([
    ["big", "16", "64Gi", "250"],
    ["small", "500m", "512Mi", "110"],
  ]);
});

test("an API server alone has no controllers", async () => {
  const play = await playground({ profile: "envtest" });
  await play.make(web());
  expect(play.api.list("replicasets.apps")).toEqual([]);
  expect(play.api.get("serviceaccounts", "default", "default")).toBeUndefined();
  expect(play.cluster.summary().nodes).toEqual([]);
});

const fetchPath = (cluster: Cluster, path: string) =>
  cluster.tasks.run(async () => bodyText(await cluster.client(admin).fetch({ method: "GET", url: path, headers: { accept: "application/json" } })));

test("what a kubelet would have renewed is there when somebody looks", async () => {
  const { cluster, rest } = await playground();
  await rest(3_600_000);
  const lease = JSON.parse(await fetchPath(cluster, "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/node-1"));
  const renewed = Date.parse(lease.spec.renewTime);
  expect(cluster.clock.now() - renewed).toBeGreaterThanOrEqual(0);
  expect(cluster.clock.now() - renewed).toBeLessThan(11_000);
  const node = JSON.parse(await fetchPath(cluster, "/api/v1/nodes/node-1"));
  for (const { lastHeartbeatTime } of node.status.conditions) expect(cluster.clock.now() - Date.parse(lastHeartbeatTime)).toBeLessThan(301_000);
});

// --- the machines

const begins = (cluster: Cluster, work: () => Promise<void>) => cluster.tasks.detach(work);

test("a cluster that is not there yet is started by its machines", async () => {
  const { cluster, rest, api } = await playground({ profile: "empty" });
  expect(cluster.machines.state()).toBe("absent");
  await expect(fetchPath(cluster, "/version")).rejects.toThrow(NetError);
  await expect(fetchPath(cluster, "/version")).rejects.toThrow("dial tcp 192.168.49.2:8443: connect: connection refused");

  begins(cluster, () => cluster.machines.start());
  await rest(60_000);
  expect(cluster.machines.state()).toBe("running");
  expect(cluster.summary().nodes).toEqual([{ name: "minikube", ready: true }]);
  expect(api.list("pods", { namespace: "kube-system" })).toHaveLength(8);
  expect(JSON.parse(await fetchPath(cluster, "/version")).gitVersion).toBe("v1.36.3");
});

test("what was stopped comes back, and what was removed does not", async () => {
  const play = await playground({ profile: "minikube" });
  const { cluster, rest, api } = play;
  await play.make(web({ replicas: 2 }));
  begins(cluster, () => cluster.machines.stop());
  await rest(60_000);
  expect(cluster.machines.state()).toBe("stopped");
  await expect(fetchPath(cluster, "/version")).rejects.toThrow(NetError);

  // Events still end an hour after they were written; that is all that happens.
  await rest(3_600_000);
  expect(api.list("events")).toEqual([]);
  expect(cluster.clock.next()).toBeUndefined();

  begins(cluster, () => cluster.machines.start());
  await rest(120_000);
  expect(cluster.summary().pods).toEqual({ total: 10, running: 10 });
  expect(api.get<Deployment>("deployments.apps", "web", "default")?.status.readyReplicas).toBe(2);

  begins(cluster, () => cluster.machines.remove());
  await rest(1_000);
  expect(cluster.machines.state()).toBe("absent");
  expect(api.contents()).toEqual([]);
  expect(cluster.records.keys("/node/")).toEqual([]);
});

test("a start with further nodes makes workers", async () => {
  const { cluster, rest } = await playground({ profile: "empty" });
  begins(cluster, () => cluster.machines.start({ nodes: 3 }));
  await rest(60_000);
  expect(cluster.summary().nodes).toEqual([
    { name: "minikube", ready: true },
    { name: "minikube-m02", ready: true },
    { name: "minikube-m03", ready: true },
  ]);
});

test("a start that was cut off in the middle leaves nothing, and can be made again", async () => {
  const { cluster } = await playground({ profile: "empty" });
  const checkpoint = cluster.journal.checkpoint();
  begins(cluster, () => cluster.machines.start());
  await cluster.clock.advance(cluster.clock.now() + 8_000);
  let pieces = [cluster.journal.take() ?? ""];
  // The cluster is made in one moment, and that moment is not over yet.
  cluster.records.put("/machines", { ...cluster.records.get<object>("/machines"), profile: "empty", state: "running", making: true });
  pieces = [...pieces, cluster.journal.take() ?? ""];
  const again = playOn(await Cluster.restore({ checkpoint, pieces, now: cluster.clock.now(), seed: 2 }));
  expect(again.cluster.machines.state()).toBe("absent");
  begins(again.cluster, () => again.cluster.machines.start());
  await again.rest(60_000);
  expect(again.cluster.summary().nodes).toEqual([{ name: "minikube", ready: true }]);
});

// --- nothing is lost

/** What everybody would see in the end, whatever names chance gave. */
function seen({ api }: Playground) {
  const untimed = (text: string) => JSON.parse(text.replace(/"last(Update|Transition)Time":"[^"]*",?/g, "").replace(/,}/g, "}"));
  const pods = api.list<Pod>("pods", { namespace: "default" });
  return {
    deployment: untimed(JSON.stringify(api.get<Deployment>("deployments.apps", "web", "default")?.status)),
    sets: api
      .list<ReplicaSet>("replicasets.apps", { namespace: "default" })
      .map(({ metadata, spec, status }) => [
        metadata.name,
        metadata.annotations?.["deployment.kubernetes.io/revision"],
        spec.replicas,
        status.replicas,
        status.availableReplicas,
        status.terminatingReplicas,
      ]),
    pods: pods.map(({ metadata, status }) => `${metadata.labels?.["pod-template-hash"]} ${status.phase} ${metadata.deletionTimestamp}`).sort(),
    restarts: pods.map(({ status }) => status.containerStatuses?.[0]?.restartCount),
    endpoints: api
      .get<Endpoints>("endpoints", "web", "default")
      ?.subsets?.map(({ addresses, notReadyAddresses }) => [addresses?.length, notReadyAddresses?.length]),
  };
}

const service = {
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "web", namespace: "default" },
  spec: { selector: { app: "web" }, ports: [{ port: 80 }] },
};
const probed = web({
  replicas: 4,
  template: {
    metadata: { name: "", labels: { app: "web" } },
    spec: { containers: [{ name: "nginx", image: "nginx:1.27", readinessProbe: { httpGet: { path: "/", port: 80 }, periodSeconds: 2 } }] },
  },
});

test("a rollout that is killed at any moment ends as if nothing had been", async () => {
  const nodes = ["node-1", "node-2"].map((name) => ({ name, cpu: "8", memory: "16Gi", images: ["nginx:1.27", "nginx:1.28"] }));

  async function rollOut(killedAt: readonly number[]): Promise<ReturnType<typeof seen>> {
    let play = await playground({ nodes, seed: 7 });
    await play.make(service as never, probed);
    let checkpoint = play.cluster.journal.checkpoint();
    play.cluster.journal.take();
    let pieces: string[] = [];
    const begin = play.cluster.clock.now();
    await play.cluster.tasks.run(() =>
      play.api.update("deployments.apps", withImage(play.api.get<Deployment>("deployments.apps", "web", "default") as Deployment, "nginx:1.28")),
    );
    for (const at of killedAt) {
      // What happens is written now and then; what was not is lost.
      for (let until = play.cluster.clock.now(); until < begin + at; until += 137) {
        await play.cluster.clock.advance(Math.min(until + 137, begin + at));
        const piece = play.cluster.journal.take();
        if (piece !== undefined) pieces.push(piece);
      }
      const now = play.cluster.clock.now();
      play = playOn(await Cluster.restore({ checkpoint, pieces, now, seed: at }));
      if (pieces.length > 20) {
        checkpoint = play.cluster.journal.checkpoint();
        pieces = [];
      }
    }
    await play.rest();
    return seen(play);
  }

  const expected = await rollOut([]);
  expect(expected.deployment).toMatchObject({ updatedReplicas: 4, availableReplicas: 4 });
  const random = new Random(11);
  for (let round = 0; round < 12; round++) {
    const moments = Array.from({ length: random.between(1, 4) }, () => random.between(0, 12_000)).sort((a, b) => a - b);
    expect(await rollOut(moments), `killed at ${moments} ms`).toEqual(expected);
  }
});
