import { expect, test } from "vitest";
import type { Pod } from "#machinery/types.ts";
import { admin } from "#machinery/user.ts";
import { NetError } from "#shell/process.ts";
import { type Playground, playground, playOn, web } from "../../test/kit/cluster.ts";
import { Cluster } from "./cluster.ts";

const manifests = "/etc/kubernetes/manifests";

const fs = ({ cluster }: Playground) => {
  const node = cluster.nodeShell("minikube");
  if (!node) throw new Error("minikube is off");
  return node.fs;
};

/** Changes a manifest on the node's disk. */
const edit = (play: Playground, part: string, change: (text: string) => string) =>
  fs(play).write(`${manifests}/${part}.yaml`, change(fs(play).readText(`${manifests}/${part}.yaml`)));

const pods = ({ api }: Playground) =>
  api.list<Pod>("pods", { namespace: "default" }).map(({ spec, status }) => `${spec.nodeName ?? "-"} ${status.phase}`);

const answers = async ({ cluster }: Playground): Promise<boolean> => {
  try {
    const { status } = await cluster.client(admin).fetch({ method: "GET", url: "/api/v1/nodes", headers: {} });
    return status === 200;
  } catch (error) {
    if (error instanceof NetError) return false;
    throw error;
  }
};

const logOf = ({ cluster }: Playground, name: string) => {
  const runtime = cluster.machines.nodes()[0]?.runtime();
  const last = runtime?.containers().findLast((one) => one.name === name && one.state === "exited");
  const source = last && runtime?.logs(last.id, { follow: false, previous: false, timestamps: false });
  return source?.read();
};

const textOf = async (bytes: Promise<Uint8Array | undefined> | undefined) => new TextDecoder().decode(await bytes);

const anew = async (play: Playground) =>
  playOn(await Cluster.restore({ checkpoint: play.cluster.journal.checkpoint(), pieces: [], now: play.cluster.clock.now(), seed: 2 }));

test("without its manifest the scheduler does not run, and pods wait until it is back", async () => {
  const play = await playground({ profile: "minikube" });
  const text = fs(play).readText(`${manifests}/kube-scheduler.yaml`);
  fs(play).remove(`${manifests}/kube-scheduler.yaml`);
  await play.rest(5_000);
  expect(play.api.get("pods", "kube-scheduler-minikube", "kube-system")).toBeUndefined();
  await play.make(web({ replicas: 1 }));
  expect(pods(play)).toEqual(["- Pending"]);

  const later = await anew(play);
  await later.rest(60_000);
  expect(pods(later)).toEqual(["- Pending"]);
  fs(later).write(`${manifests}/kube-scheduler.yaml`, text);
  await later.rest(30_000);
  expect(pods(later)).toEqual(["minikube Running"]);
});

test("a controller manager with an unknown flag ends again and again, and says why", async () => {
  const play = await playground({ profile: "minikube" });
  edit(play, "kube-controller-manager", (text) => text.replace("--leader-elect=false", "--leader-select=false"));
  await play.rest(60_000);
  const mirror = play.api.get<Pod>("pods", "kube-controller-manager-minikube", "kube-system");
  expect(mirror?.status.containerStatuses?.[0]?.restartCount).toBeGreaterThan(1);
  expect(await textOf(logOf(play, "kube-controller-manager"))).toContain("Error: unknown flag: --leader-select\n");
  await play.make(web({ replicas: 1 }));
  expect(pods(play)).toEqual([]);
  edit(play, "kube-controller-manager", (text) => text.replace("--leader-select=false", "--leader-elect=false"));
  await play.rest(90_000);
  expect(pods(play)).toEqual(["minikube Running"]);
});

test.for([
  ["a flag that it does not know", "--allow-privileged=true", "--allow-privilege=true", "Error: unknown flag: --allow-privilege"],
  ["a mode that there is not", "Node,RBAC", "Node,RBACs", 'authorization-mode \\"RBACs\\" is not a valid mode'],
  ["an etcd where there is none", "https://127.0.0.1:2379", "https://127.0.0.1:23000", "error creating storage factory: context deadline exceeded"],
  ["a plugin that there is not", "NamespaceLifecycle,", "NamespaceLifecycl,", 'enable-admission-plugins plugin \\"NamespaceLifecycl\\" is unknown'],
  ["a file that is not there", "certs/ca.crt", "certs/nope.crt", "open /var/lib/minikube/certs/nope.crt: no such file or directory"],
] as const)("an API server with %s is away until its manifest is mended", async ([, right, wrong, says]) => {
  const play = await playground({ profile: "minikube" });
  expect(await answers(play)).toBe(true);
  edit(play, "kube-apiserver", (text) => text.replace(right, wrong));
  await play.rest(45_000);
  expect(await answers(play)).toBe(false);
  expect(await textOf(logOf(play, "kube-apiserver"))).toContain(says);

  edit(play, "kube-apiserver", (text) => text.replace(wrong, right));
  await play.rest(30_000);
  expect(await answers(play)).toBe(true);
  expect(play.api.get<Pod>("pods", "kube-apiserver-minikube", "kube-system")?.status.phase).toBe("Running");
  await play.make(web({ replicas: 1 }));
  expect(pods(play)).toEqual(["minikube Running"]);
});

test("without etcd nothing answers, and what runs goes on", async () => {
  const play = await playground({ profile: "minikube" });
  await play.make(web({ replicas: 1 }));
  fs(play).rename(`${manifests}/etcd.yaml`, "/root/etcd.yaml");
  await play.rest(5_000);
  expect(await answers(play)).toBe(false);
  await play.rest(120_000);
  fs(play).rename("/root/etcd.yaml", `${manifests}/etcd.yaml`);
  await play.rest(30_000);
  expect(await answers(play)).toBe(true);
  expect(pods(play)).toEqual(["minikube Running"]);
});
