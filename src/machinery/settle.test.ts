import { expect, test } from "vitest";
import { schemaById } from "./schema.ts";
import { settled } from "./settle.ts";

const clusterRole = schemaById("api.rbac.v1.ClusterRole");

test("an empty list that is always written is null once it is stored", () => {
  expect(settled(clusterRole, { rules: [], metadata: { name: "a" } })).toEqual({ rules: null, metadata: { name: "a" } });
});

test("what needs no change is the same object", () => {
  const role = { rules: [{ verbs: ["get"] }], metadata: { name: "a", finalizers: [] } };
  expect(settled(clusterRole, role)).toBe(role);
});
