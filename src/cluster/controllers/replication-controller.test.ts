import { expect, test } from "vitest";
import type { Draft } from "#machinery/object.ts";
import type { Pod, ReplicationController } from "#machinery/types.ts";
import { playground } from "../../../test/kit/cluster.ts";

test("a replication controller keeps its number of pods", async () => {
  const { api, does, make, events } = await playground();
  const rc: Draft<ReplicationController> = {
    apiVersion: "v1",
    kind: "ReplicationController",
    metadata: { name: "web", namespace: "default" },
    spec: {
      replicas: 2,
      selector: { app: "web" },
      template: { metadata: { name: "", labels: { app: "web" } }, spec: { containers: [{ name: "nginx", image: "nginx:1.27" }] } },
    },
  };
  await make(rc);
  const status = () => api.get<ReplicationController>("replicationcontrollers", "web", "default")?.status;
  expect(status()).toEqual({ replicas: 2, fullyLabeledReplicas: 2, readyReplicas: 2, availableReplicas: 2, observedGeneration: 1 });
  const [pod] = api.list<Pod>("pods", { namespace: "default" });
  await does(() => api.delete("pods", pod?.metadata.name ?? "", "default"));
  expect(status()).toMatchObject({ replicas: 2, readyReplicas: 2 });
  expect(events("web").every((line) => line.startsWith("Normal SuccessfulCreate: Created pod: web-"))).toBe(true);
});
