import { expect, test } from "vitest";
import type { Draft } from "#machinery/object.ts";
import type { Pod } from "#machinery/types.ts";
import { playground } from "../kit/cluster.ts";

const sh = (command: string) => [{ name: "main", image: "busybox:1.36", command: ["sh", "-c", command] }];
const specs = {
  talks: { containers: sh("while true; do echo still here; sleep 5; done") },
  writes: { containers: sh("while true; do date >> /tmp/log; sleep 1; done") },
  crashes: { containers: sh("echo oh; exit 1") },
  absent: { containers: [{ name: "main", image: "nginx:9.9.9" }] },
  refuses: { containers: [{ name: "main", image: "nginx:1.27", readinessProbe: { httpGet: { port: 81 }, periodSeconds: 5 } }] },
  probed: {
    containers: [
      { name: "main", ...sh("touch /tmp/fine; sleep 1000000")[0], livenessProbe: { exec: { command: ["sh", "-c", "sleep 0.1; cat /tmp/fine"] } } },
    ],
  },
};

test("who comes back after a week finds that a week has passed", async () => {
  const nodes = [{ name: "node-1", cpu: "4", memory: "8Gi", images: ["busybox:1.36", "nginx:1.27"] }];
  const { cluster, api, make, rest } = await playground({ nodes });
  const { clock, records } = cluster;
  await make(
    ...Object.entries(specs).map(([name, spec]): Draft<Pod> => ({ apiVersion: "v1", kind: "Pod", metadata: { name, namespace: "default" }, spec })),
  );
  await rest(7 * 24 * 3600_000);

  const main = (name: string) => api.get<Pod>("pods", name, "default")?.status?.containerStatuses?.[0];
  const ago = (time: string | undefined) => (clock.now() - Date.parse(time ?? "")) / 1000;
  const crashed = main("crashes");
  expect(crashed?.restartCount).toBeGreaterThan(1900);
  expect(crashed?.restartCount).toBeLessThan(2020);
  expect(ago((crashed?.lastState ?? crashed?.state)?.terminated?.finishedAt)).toBeLessThan(601);
  expect(main("absent")?.state?.waiting?.reason).toMatch(/^(ErrImagePull|ImagePullBackOff)$/);
  expect(main("refuses")).toMatchObject({ ready: false, restartCount: 0 });
  for (const name of ["talks", "writes", "probed"]) expect(main(name)).toMatchObject({ ready: true, restartCount: 0 });

  const [log] = records.keys("/node/node-1/containers/").filter((key) => records.text(key).includes("still here"));
  const last = records
    .text(log ?? "")
    .trim()
    .split("\n")
    .at(-1);
  expect(clock.now() - Number(last?.split(" ")[0])).toBeLessThan(5001);
});
