import { expect, test } from "vitest";
import type { Event, Node, Pod } from "#machinery/types.ts";
import { type Playground, playground, playOn } from "../../test/kit/cluster.ts";
import { Cluster } from "./cluster.ts";

const machine = ({ cluster }: Playground, name: string) => {
  const found = cluster.machines.nodes().find((one) => one.name === name);
  if (!found) throw new Error(`there is no machine ${name}`);
  return found;
};

const ready = ({ api }: Playground, name: string) => {
  const { status, reason, message } = api.get<Node>("nodes", name)?.status.conditions?.find(({ type }) => type === "Ready") ?? {};
  return [status, reason, message];
};

const pod = (name: string, nodeName: string, spec: Partial<Pod["spec"]> = {}) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, namespace: "default" },
  spec: { nodeSelector: { "kubernetes.io/hostname": nodeName }, containers: [{ name: "main", image: "nginx:1.27" }], ...spec },
});

const phase = ({ api }: Playground, name: string) => api.get<Pod>("pods", name, "default")?.status.phase;

const anew = async (play: Playground) =>
  playOn(await Cluster.restore({ checkpoint: play.cluster.journal.checkpoint(), pieces: [], now: play.cluster.clock.now(), seed: 2 }));

test("without its container runtime a node is not ready, what runs goes on, and nothing is started until it is back", async () => {
  const play = await playground();
  await play.make(pod("before", "node-2"));
  await play.cluster.tasks.run(() => machine(play, "node-2").stopService("containerd"));
  expect(machine(play, "node-2").services()).toEqual({ kubelet: "active", containerd: "inactive" });
  expect(machine(play, "node-2").runtime()).toBeUndefined();
  await play.rest(29_000);
  expect(ready(play, "node-2")).toEqual(["True", "KubeletReady", "kubelet is posting ready status"]);
  await play.rest(8_000);
  expect(ready(play, "node-2")).toEqual(["False", "KubeletNotReady", "container runtime is down"]);

  await play.make(pod("during", "node-2", { tolerations: [{ operator: "Exists" }] }));
  await play.rest(30_000);
  expect(play.api.get<Pod>("pods", "during", "default")?.status.containerStatuses).toBeUndefined();
  expect(phase(play, "before")).toBe("Running");
  const complaint = play.api.list<Event>("events").find(({ reason }) => reason === "ContainerGCFailed");
  expect(complaint?.message).toContain("connect: no such file or directory");

  const later = await anew(play);
  expect(ready(later, "node-2")).toEqual(["False", "KubeletNotReady", "container runtime is down"]);
  await later.cluster.tasks.detach(() => machine(later, "node-2").startService("containerd"));
  await later.rest(12_000);
  expect(ready(later, "node-2")).toEqual(["True", "KubeletReady", "kubelet is posting ready status"]);
  expect([phase(later, "before"), phase(later, "during")]).toEqual(["Running", "Running"]);
});

test("a machine that is switched off and on again starts its containers anew", async () => {
  const play = await playground();
  await play.make(pod("web", "node-2"));
  const before = play.api.get<Pod>("pods", "web", "default")?.status;
  play.cluster.tasks.detach(() => machine(play, "node-2").switchOff());
  await play.rest(5_000);
  expect(machine(play, "node-2").onSince()).toBeUndefined();
  expect(play.cluster.nodeShell("node-2")).toBeUndefined();
  play.cluster.tasks.detach(() => machine(play, "node-2").switchOn());
  await play.rest(20_000);
  const after = play.api.get<Pod>("pods", "web", "default")?.status;
  expect(after?.phase).toBe("Running");
  expect(after?.containerStatuses?.[0]?.restartCount).toBe((before?.containerStatuses?.[0]?.restartCount ?? 0) + 1);
  expect(play.events("web")).toContain("Normal SandboxChanged: Pod sandbox changed, it will be killed and re-created.");
});

test("a service that was disabled does not start with its machine", async () => {
  const play = await playground();
  machine(play, "node-2").enableService("kubelet", false);
  play.cluster.tasks.detach(async () => {
    await machine(play, "node-2").switchOff();
    await machine(play, "node-2").switchOn();
  });
  await play.rest(20_000);
  expect(machine(play, "node-2").service("kubelet")).toMatchObject({ active: false, enabled: false });
  expect(machine(play, "node-2").service("containerd")).toMatchObject({ active: true, enabled: true });
});

test("a node is added, and removed", async () => {
  const play = await playground();
  play.cluster.tasks.detach(async () => {
    await play.cluster.machines.addNode();
  });
  await play.rest(15_000);
  expect(play.api.list<Node>("nodes").map(({ metadata }) => metadata.name)).toEqual(["node-1", "node-2", "node-3"]);
  expect(ready(play, "node-3")[0]).toBe("True");
  await play.make(pod("web", "node-3"));
  expect(phase(play, "web")).toBe("Running");
  play.cluster.tasks.detach(() => play.cluster.machines.removeNode("node-3"));
  await play.rest(60_000);
  expect(play.api.list<Node>("nodes").map(({ metadata }) => metadata.name)).toEqual(["node-1", "node-2"]);
  expect(play.cluster.machines.nodes().map(({ name }) => name)).toEqual(["node-1", "node-2"]);
  expect(phase(play, "web")).toBeUndefined();
});

test.for([
  [
    "a wrong path",
    "/usr/lib/systemd/system/kubelet.service.d/10-kubeadm.conf",
    "ExecStart=/usr/bin/kubelet ",
    "ExecStart=/usr/bin/local/kubelet ",
    "/usr/bin/local/kubelet",
  ],
  [
    "a flag that it does not know",
    "/var/lib/kubelet/kubeadm-flags.env",
    'ARGS="',
    'ARGS="--improve-speed ',
    "failed to parse kubelet flag: unknown flag: --improve-speed",
  ],
  [
    "an authority that is not there",
    "/var/lib/kubelet/config.yaml",
    "pki/ca.crt",
    "pki/wrong.crt",
    "unable to load client CA file /etc/kubernetes/pki/wrong.crt",
  ],
  ["settings of an unknown kind", "/var/lib/kubelet/config.yaml", "KubeletConfiguration", "KubeletConfig", 'no kind "KubeletConfig" is registered'],
] as const)("a kubelet with %s fails again and again until it is mended", async ([, path, right, wrong, says]) => {
  const play = await playground({ profile: "kubeadm-2node" });
  const disk = play.cluster.nodeShell("node01")?.fs;
  const edit = (from: string, to: string) => disk?.write(path, disk.readText(path).replace(from, to));
  edit(right, wrong);
  await play.rest(30_000);
  expect(ready(play, "node01")[0]).toBe("True");
  await play.cluster.tasks.run(() => machine(play, "node01").stopService("kubelet"));
  await play.cluster.tasks.run(() => machine(play, "node01").startService("kubelet"));
  expect(machine(play, "node01").service("kubelet").problem).toContain(says);
  await play.rest(60_000);
  expect(ready(play, "node01")[0]).toBe("Unknown");
  edit(wrong, right);
  await play.rest(15_000);
  expect(machine(play, "node01").service("kubelet").problem).toBeUndefined();
  expect(ready(play, "node01")[0]).toBe("True");
});

test("a kubelet that looks for the API server where it is not runs, and its node is lost", async () => {
  const play = await playground({ profile: "kubeadm-2node" });
  const disk = play.cluster.nodeShell("node01")?.fs;
  const path = "/etc/kubernetes/kubelet.conf";
  disk?.write(path, disk.readText(path).replace(":6443", ":6553"));
  const restart = async () => {
    await play.cluster.tasks.run(() => machine(play, "node01").stopService("kubelet"));
    play.cluster.tasks.detach(() => machine(play, "node01").startService("kubelet"));
    await play.rest(60_000);
  };
  await restart();
  expect(machine(play, "node01").service("kubelet")).toMatchObject({ active: true });
  expect(ready(play, "node01")[0]).toBe("Unknown");
  disk?.write(path, disk.readText(path).replace(":6553", ":6443"));
  await restart();
  expect(ready(play, "node01")[0]).toBe("True");
});

test("without a configuration of its network a node is not ready, and pods wait for it that need one", async () => {
  const play = await playground({ profile: "kubeadm-2node" });
  const disk = play.cluster.nodeShell("node01")?.fs;
  const [path = ""] = (disk?.list("/etc/cni/net.d") ?? []).map((name) => `/etc/cni/net.d/${name}`);
  disk?.rename(path, "/root/conf");
  await play.rest(5_000);
  const why =
    "container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized";
  expect(ready(play, "node01")).toEqual(["False", "KubeletNotReady", why]);
  const everywhere = { tolerations: [{ operator: "Exists" as const }] };
  await play.make(pod("waits", "node01", everywhere), pod("hosted", "node01", { ...everywhere, hostNetwork: true }));
  await play.rest(20_000);
  expect([phase(play, "waits"), phase(play, "hosted")]).toEqual(["Pending", "Running"]);
  expect(play.events("waits")).toContain(`Warning NetworkNotReady: network is not ready: ${why}`);

  const later = await anew(play);
  await later.rest(10_000);
  expect(phase(later, "waits")).toBe("Pending");
  later.cluster.nodeShell("node01")?.fs.rename("/root/conf", path);
  await later.rest(10_000);
  expect(ready(later, "node01")[0]).toBe("True");
  expect(phase(later, "waits")).toBe("Running");
});
