import { expect, test } from "vitest";
import { schemaOf } from "#machinery/schema.ts";
import { applyStrategicPatch } from "#machinery/strategic-patch.ts";
import { threeWayMergePatch, threeWayPatch } from "./strategic-diff.ts";

const schema = schemaOf({ group: "apps", version: "v1", kind: "Deployment" });
const deployment = (containers: object[], more: object = {}) => ({ spec: { template: { spec: { containers } }, ...more } });
const nginx = { name: "nginx", image: "nginx:1" };

test.for([
  ["nothing differs", deployment([nginx]), deployment([nginx]), deployment([{ ...nginx, imagePullPolicy: "Always" }]), {}],
  [
    "a changed image",
    deployment([nginx]),
    deployment([{ ...nginx, image: "nginx:2" }]),
    deployment([{ ...nginx, imagePullPolicy: "Always" }]),
    deployment([]).spec && { spec: { template: { spec: { $setElementOrder: 0 } } } },
  ],
] as const)("%s", ([name, original, modified, current]) => {
  if (!schema) throw new Error("no schema");
  const patch = threeWayPatch(schema, original, modified, current);
  if (name === "nothing differs") expect(patch).toEqual({});
  else
    expect(patch).toEqual({
      spec: { template: { spec: { "$setElementOrder/containers": [{ name: "nginx" }], containers: [{ image: "nginx:2", name: "nginx" }] } } },
    });
});

test("applying the patch gives the configuration, and keeps what others have set", () => {
  if (!schema) throw new Error("no schema");
  const original = deployment([nginx, { name: "old", image: "x" }], { replicas: 2, paused: true });
  const modified = deployment(
    [
      { name: "new", image: "y" },
      { ...nginx, env: [{ name: "A", value: "1" }] },
    ],
    { replicas: 2 },
  );
  const current = deployment(
    [
      { ...nginx, imagePullPolicy: "Always" },
      { name: "old", image: "x" },
      { name: "injected", image: "z" },
    ],
    { replicas: 5, paused: true },
  );
  const patch = threeWayPatch(schema, original, modified, current);
  expect(applyStrategicPatch(schema, current, patch)).toEqual(
    deployment(
      [
        { name: "injected", image: "z" },
        { name: "new", image: "y" },
        { ...nginx, imagePullPolicy: "Always", env: [{ name: "A", value: "1" }] },
      ].sort(byPlace),
      { replicas: 2 },
    ),
  );
});

const order = ["new", "nginx", "injected"];
const byPlace = (a: { name: string }, b: { name: string }) => order.indexOf(a.name) - order.indexOf(b.name);

test("without merge keys lists are replaced", () => {
  expect(threeWayMergePatch({ a: 1, b: 2 }, { a: 1, l: [1] }, { a: 1, b: 2, l: [2], c: 3 })).toEqual({ b: null, l: [1] });
});
