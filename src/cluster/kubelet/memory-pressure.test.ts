import { expect, test } from "vitest";
import type { Event, Node, Pod } from "#machinery/types.ts";
import { type Playground, playground } from "../../../test/kit/cluster.ts";

const nodes = [{ name: "node-1", cpu: "4", memory: "2Gi", images: ["polinux/stress", "nginx:1.27"] }];

const pod = (name: string, spec: Partial<Pod["spec"]>) => ({ apiVersion: "v1", kind: "Pod", metadata: { name, namespace: "default" }, spec });

const stress = (bytes: string, request?: string): Partial<Pod["spec"]> => ({
  containers: [
    {
      name: "main",
      image: "polinux/stress",
      command: ["stress", "--vm", "1", "--vm-bytes", bytes, "--vm-hang", "1"],
      ...(request ? { resources: { requests: { memory: request } } } : {}),
    },
  ],
});

const phases = ({ api }: Playground) =>
  Object.fromEntries(api.list<Pod>("pods").map(({ metadata, status }) => [metadata.name, [status.phase, status.reason]]));

const pressure = ({ api }: Playground) => {
  const node = api.get<Node>("nodes", "node-1");
  const { status, reason } = node?.status.conditions?.find(({ type }) => type === "MemoryPressure") ?? {};
  return [status, reason, (node?.spec.taints ?? []).map(({ key }) => key)];
};

test("where memory comes to its end, who uses more than it asked for goes first, and the node keeps others away for a while", async () => {
  const play = await playground({ nodes });
  await play.make(pod("modest", stress("700M", "800Mi")), pod("quiet", { containers: [{ name: "main", image: "nginx:1.27" }] }));
  expect(pressure(play)).toEqual(["False", "KubeletHasSufficientMemory", []]);
  await play.make(pod("greedy", stress("930M", "100Mi")));
  await play.rest(20_000);
  expect(phases(play)).toEqual({ greedy: ["Failed", "Evicted"], modest: ["Running", undefined], quiet: ["Running", undefined] });
  expect(pressure(play)).toEqual(["True", "KubeletHasInsufficientMemory", ["node.kubernetes.io/memory-pressure"]]);
  const evicted = play.api.get<Pod>("pods", "greedy", "default")?.status;
  expect(evicted?.message).toMatch(
    /^The node was low on resource: memory\. Threshold quantity: 100Mi, available: \d+Ki\. Container main was using \d+Ki, request is 100Mi, has larger consumption of memory\. $/,
  );
  expect(evicted?.conditions?.find(({ type }) => type === "DisruptionTarget")).toMatchObject({ status: "True", reason: "TerminationByKubelet" });
  const reasons = play.api.list<Event>("events").flatMap(({ involvedObject, reason }) => (involvedObject.kind === "Node" ? [reason] : []));
  expect(reasons).toEqual(expect.arrayContaining(["EvictionThresholdMet", "NodeHasInsufficientMemory"]));

  await play.make(pod("late", { containers: [{ name: "main", image: "nginx:1.27" }] }));
  expect(phases(play).late).toEqual(["Pending", undefined]);
  await play.rest(320_000);
  expect(pressure(play)).toEqual(["False", "KubeletHasSufficientMemory", []]);
  expect(phases(play).late).toEqual(["Running", undefined]);
});

test("who takes more at once than there is is killed by the kernel", async () => {
  const play = await playground({ nodes });
  await play.make(pod("modest", stress("700M", "800Mi")));
  await play.make(pod("monster", { ...stress("3G"), restartPolicy: "Never" }));
  await play.rest(20_000);
  const monster = play.api.get<Pod>("pods", "monster", "default")?.status;
  expect(monster?.phase).toBe("Failed");
  expect(monster?.containerStatuses?.[0]?.state?.terminated).toMatchObject({ reason: "OOMKilled", exitCode: 137 });
  expect(play.events("node-1").some((event) => event.startsWith("Warning SystemOOM: System OOM encountered, victim process: stress, pid: "))).toBe(
    true,
  );
  expect(phases(play).modest).toEqual(["Running", undefined]);
});

test("a kubelet's settings say how much is kept free, and for how long it says that it had too little; one that is started anew has forgotten it", async () => {
  const play = await playground({ nodes });
  await play.make(pod("quiet", { containers: [{ name: "main", image: "nginx:1.27" }] }));
  const { cluster } = play;
  const machine = cluster.machines.nodes()[0];
  const restart = async (config: string) => {
    await cluster.tasks.run(async () => machine?.stopService("kubelet"));
    cluster
      .nodeShell("node-1")
      ?.fs.write("/var/lib/kubelet/config.yaml", `kind: KubeletConfiguration\napiVersion: kubelet.config.k8s.io/v1beta1\n${config}`);
    cluster.tasks.detach(async () => machine?.startService("kubelet"));
    await play.rest(15_000);
  };
  await restart("evictionHard: {memory.available: 99.99%}\nevictionPressureTransitionPeriod: 40s\n");
  expect(pressure(play)).toEqual(["True", "KubeletHasInsufficientMemory", ["node.kubernetes.io/memory-pressure"]]);
  expect(phases(play)).toEqual({ quiet: ["Succeeded", undefined] });
  await restart("");
  expect(pressure(play)).toEqual(["False", "KubeletHasSufficientMemory", []]);
});
