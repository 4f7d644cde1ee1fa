import { expect, test } from "vitest";
import type { Container, ContainerStatus, Pod } from "#machinery/types.ts";
import { type Playground, playground, playOn } from "../../../test/kit/cluster.ts";
import { Cluster } from "../cluster.ts";

const busybox = "busybox:1.36";
const nginx = "nginx:1.27";
const shell = (script: string, more: Partial<Container> = {}): Container => ({
  name: "main",
  image: busybox,
  command: ["sh", "-c", script],
  ...more,
});

/** What each pod has of its spec: all that a kubelet does for pods, and ends the same whenever it is looked at. */
const specs: Readonly<Record<string, Partial<Pod["spec"]>>> = {
  plain: { containers: [{ name: "main", image: nginx }] },
  done: {
    restartPolicy: "Never",
    initContainers: [
      shell("echo one; sleep 2", { name: "first" }),
      shell("while true; do sleep 1; done", {
        name: "side",
        restartPolicy: "Always",
        startupProbe: { exec: { command: ["true"] }, periodSeconds: 1 },
      }),
    ],
    containers: [shell("sleep 6")],
    terminationGracePeriodSeconds: 3,
  },
  failed: { restartPolicy: "Never", containers: [shell("echo no >&2; sleep 1; exit 4", { terminationMessagePolicy: "FallbackToLogsOnError" })] },
  hooks: {
    terminationGracePeriodSeconds: 20,
    containers: [
      { name: "main", image: nginx, lifecycle: { postStart: { exec: { command: ["sleep", "1"] } }, preStop: { exec: { command: ["sleep", "2"] } } } },
    ],
  },
  stubborn: { containers: [shell("trap '' TERM; sleep 600")], terminationGracePeriodSeconds: 4 },
  mounted: {
    containers: [shell("cat /v/a; sleep 600", { volumeMounts: [{ name: "v", mountPath: "/v" }] })],
    volumes: [{ name: "v", configMap: { name: "late" } }],
  },
  late: { activeDeadlineSeconds: 9, containers: [shell("sleep 600")], terminationGracePeriodSeconds: 1 },
  pulled: { containers: [{ name: "main", image: "redis:7" }] },
  unready: {
    containers: [shell("sleep 7; touch /tmp/up; sleep 600", { readinessProbe: { exec: { command: ["cat", "/tmp/up"] }, periodSeconds: 2 } })],
  },
};

const nodes = [{ name: "node-1", cpu: "8", memory: "16Gi", images: [nginx, busybox] }];

/** What is done meanwhile, and when. */
const deeds: readonly (readonly [at: number, deed: (play: Playground) => Promise<unknown>])[] = [
  [
    5_000,
    ({ api }) =>
      api.create("configmaps", { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "late", namespace: "default" }, data: { a: "x" } } as never),
  ],
  [12_000, ({ api }) => api.delete("pods", "hooks", "default")],
  [12_000, ({ api }) => api.delete("pods", "stubborn", "default")],
];

const length = 40_000;

/** Lives through it all, killed and built anew after every `stride`th event. */
async function live(stride: number, offset: number): Promise<Record<string, unknown>> {
  let play = await playground({ nodes, seed: 5 });
  const objects = Object.entries(specs).map(([name, spec]) => ({ apiVersion: "v1", kind: "Pod", metadata: { name, namespace: "default" }, spec }));
  await play.cluster.tasks.run(async () => {
    for (const object of objects) await play.api.create("pods", object as never);
  });
  const begin = play.cluster.clock.now();
  const left = [...deeds];
  let killedAt = begin;
  for (let count = 0; ; count++) {
    const deed = left[0];
    const next = Math.min(play.cluster.clock.next() ?? Number.POSITIVE_INFINITY, deed ? begin + deed[0] : Number.POSITIVE_INFINITY);
    if (next > begin + length) break;
    await play.cluster.clock.advance(next);
    if (deed && next >= begin + deed[0]) {
      left.shift();
      const now = play;
      await now.cluster.tasks.run(() => deed[1](now));
    }
    if (stride === 0 || count % stride !== offset || next <= killedAt) continue;
    killedAt = next;
    play = playOn(await Cluster.restore({ checkpoint: play.cluster.journal.checkpoint(), pieces: [], now: next, seed: count }));
  }
  await play.cluster.clock.advance(begin + length);
  return Object.fromEntries(play.api.list<Pod>("pods").map((pod) => [pod.metadata.name, seen(pod)]));
}

const seen = ({ status }: Pod) => ({
  phase: status.phase,
  reason: status.reason,
  conditions: status.conditions?.map(({ type, status: value, reason }) => [type, value, reason]),
  init: status.initContainerStatuses?.map(seenContainer),
  containers: status.containerStatuses?.map(seenContainer),
});

const seenContainer = ({ state, ready, restartCount }: ContainerStatus) => ({
  ready,
  restartCount,
  running: state?.running !== undefined,
  waiting: state?.waiting?.reason,
  ended: state?.terminated && [state.terminated.reason, state.terminated.exitCode, state.terminated.message],
});

test("pods come to the same end however often their kubelet is killed and built anew", async () => {
  const expected = await live(0, 0);
  expect(Object.keys(expected)).toEqual(["done", "failed", "late", "mounted", "plain", "pulled", "unready"]);
  expect(expected).toMatchObject({ done: { phase: "Succeeded" }, failed: { phase: "Failed" }, late: { reason: "DeadlineExceeded" } });
  for (const [stride, offset] of [
    [4, 2],
    [7, 0],
  ] as const)
    expect(await live(stride, offset), `killed after every event ${stride}n+${offset}`).toEqual(expected);
});
