import { expect, test } from "vitest";
import type { Draft } from "#machinery/object.ts";
import type { Pod } from "#machinery/types.ts";
import { playground } from "../../../test/kit/cluster.ts";

const pod = (images: Readonly<Record<string, string>>): Draft<Pod> => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "twins", namespace: "default" },
  spec: { containers: Object.entries(images).map(([name, image]) => ({ name, image })) },
});

test.for([
  ["two servers of one port: the second fails", { first: "httpd:2.4", second: "nginx:1.27" }, [0, 2]],
  ["nginx first", { first: "nginx:1.27", second: "httpd:2.4" }, [0, 2]],
  ["programs in Go too", { first: "traefik/whoami:v1.10", second: "traefik/whoami:v1.10" }, [0, 2]],
  ["different ports", { first: "nginx:1.27", second: "redis:7.4" }, [0, 0]],
] as const)("%s", async ([, images, [first, atLeast]]) => {
  const play = await playground();
  await play.cluster.tasks.run(async () => void (await play.api.create("pods", pod(images))));
  await play.rest(60_000);
  const restarts = play.api.get<Pod>("pods", "twins", "default")?.status.containerStatuses?.map(({ restartCount }) => restartCount);
  expect(restarts?.[0]).toBe(first);
  expect(restarts?.[1]).toBeGreaterThanOrEqual(atLeast);
  if (atLeast === 0) expect(restarts?.[1]).toBe(0);
});
