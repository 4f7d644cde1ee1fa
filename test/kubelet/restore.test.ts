import { expect, test } from "vitest";
import { Random } from "#base/random.ts";
import { Cluster } from "#cluster/cluster.ts";
import type { Draft } from "#machinery/object.ts";
import type { Pod } from "#machinery/types.ts";
import { admin } from "#machinery/user.ts";

const start = Date.UTC(2026, 10, 23, 13);
const shell = (name: string, script: string, spec: Partial<Pod["spec"]> = {}): Draft<Pod> => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, namespace: "default" },
  spec: { containers: [{ name: "main", image: "busybox:1.36", command: ["sh", "-c", script] }], ...spec },
});

/** Pods whose lives have much in them. */
const pods: readonly Draft<Pod>[] = [
  shell("counts", "i=0; while true; do i=$((i+1)); echo line $i; sleep 3; done"),
  shell("crashes", "echo starting; sleep 2; exit 1"),
  shell("ends", "sleep 7; echo done", { restartPolicy: "Never" }),
  shell("begins", "echo ready; sleep 600", { initContainers: [{ name: "init", image: "busybox:1.36", command: ["sleep", "4"] }] }),
  shell("pulls", "sleep 600", { containers: [{ name: "main", image: "nginx:1.29" }] }),
  shell("misses", "", { containers: [{ name: "main", image: "nginx:nosuch" }] }),
];

async function cluster(): Promise<Cluster> {
  const made = await Cluster.boot({ profile: "bare", nodes: [{ name: "node-1", images: ["busybox:1.36"] }], seed: 4, now: start });
  const api = made.api(admin);
  await made.tasks.run(async () => {
    for (const pod of pods) await api.create("pods", pod);
  });
  return made;
}

/** What a learner would see of the pods at the end. */
function seen(one: Cluster) {
  const logs = one.records
    .keys("/node/node-1/containers/")
    .filter((key) => key.endsWith("/log"))
    .map((key) => one.records.text(key).replace(/^\d+ /gm, ""))
    .sort();
  const states = one
    .api(admin)
    .list<Pod>("pods")
    .map(({ metadata, status }) => [metadata.name, status?.phase, status?.containerStatuses?.map(({ restartCount }) => restartCount)]);
  return { logs, states };
}

test("whenever the object goes away, the pods go on as if it had not", async () => {
  const end = start + 60_000;
  const whole = await cluster();
  await whole.clock.advance(end);
  const expected = seen(whole);

  const random = new Random(11);
  for (let round = 0; round < 3; round++) {
    let one = await cluster();
    while (one.clock.now() < end) {
      await one.clock.advance(Math.min(end, one.clock.now() + random.between(200, 9000)));
      const checkpoint = one.journal.checkpoint();
      await one.close();
      one = await Cluster.restore({ checkpoint, pieces: [], now: one.clock.now(), seed: random.bits() });
    }
    const { logs, states } = seen(one);
    // Chance decides when a crashed container is started again, and so how often within a minute.
    const steady = ({ states: all }: ReturnType<typeof seen>) => all.filter(([name]) => name !== "crashes");
    expect(steady({ logs, states })).toEqual(steady(expected));
    expect(logs.find((log) => log.includes("line 1\n"))).toBe(expected.logs.find((log) => log.includes("line 1\n")));
    expect(logs.filter((log) => log.includes("done"))).toEqual(expected.logs.filter((log) => log.includes("done")));
  }
});
