import { expect, test } from "vitest";
import { compareVersions } from "./groups.ts";

test("versions are ordered by how far they are, then by number", () => {
  const versions = ["v1alpha1", "v2", "foo10", "v1", "v11beta2", "v10", "v3beta1", "foo1", "v12alpha1", "v2beta10", "v2beta2"];
  const newestFirst = ["v10", "v2", "v1", "v11beta2", "v3beta1", "v2beta10", "v2beta2", "v12alpha1", "v1alpha1", "foo1", "foo10"];
  expect(versions.toSorted((a, b) => compareVersions(b, a))).toEqual(newestFirst);
});
