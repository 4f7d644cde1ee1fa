import { expect, test } from "vitest";
import type { CSINode } from "#machinery/types.ts";
import { playground } from "../../../test/kit/cluster.ts";

test("a node says which volume drivers it has, until it is gone", async () => {
  const play = await playground();
  const nodes = () => play.api.list<CSINode>("csinodes.storage.k8s.io").map(({ metadata }) => metadata.name);
  expect(nodes()).toEqual(["node-1", "node-2"]);
  await play.does((api) => api.delete("nodes", "node-2"));
  expect(nodes()).toEqual(["node-1"]);
});
