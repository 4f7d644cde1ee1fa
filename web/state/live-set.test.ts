import { expect, test } from "vitest";
import { applied, type LiveSet, listed } from "./live-set.ts";
import type { KubeObject } from "./objects.ts";

const object = (name: string, resourceVersion: string): KubeObject => ({ metadata: { name, uid: `uid-${name}`, resourceVersion } });
const names = (set: LiveSet<KubeObject> | undefined) =>
  set && [...set.objects.values()].map(({ metadata }) => `${metadata.name}@${metadata.resourceVersion}`);

const start = listed({ metadata: { resourceVersion: "10" }, items: [object("a", "3"), object("b", "7")] });

test("a watch goes on from its list", () => {
  const next = applied(start, [
    { type: "ADDED", object: object("c", "11") },
    { type: "MODIFIED", object: object("a", "12") },
    { type: "DELETED", object: object("b", "13") },
    { type: "BOOKMARK", object: { metadata: { resourceVersion: "20" } } },
  ]);
  expect([names(next), next?.resourceVersion]).toEqual([["a@12", "c@11"], "20"]);
  expect(names(start)).toEqual(["a@3", "b@7"]);
});

test("an error means to list anew", () => {
  expect(applied(start, [{ type: "ERROR", object: { code: 410, message: "too old resource version" } }])).toBeUndefined();
});
