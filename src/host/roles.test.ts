import { expect, test } from "vitest";
import { claimedRole, hashOf, isSessionId, mayActAs, newSessionId, newToken, sameHash } from "#host/roles.ts";

test.for(["owner", "editor", "viewer"] as const)("a token of the %s says so, and nothing else is one", (role) => {
  const token = newToken(role);
  expect(claimedRole(token)).toBe(role);
  for (const wrong of ["", token.slice(0, -1), `${token}x`, token.replace("_", "-"), token.slice(1), ` ${token}`])
    expect(claimedRole(wrong)).toBeUndefined();
});

test.for([
  ["owner", "owner", true],
  ["owner", "viewer", true],
  ["editor", "owner", false],
  ["editor", "editor", true],
  ["viewer", "editor", false],
  ["viewer", "viewer", true],
] as const)("the %s may act as %s: %s", ([role, wanted, may]) => {
  expect(mayActAs(role, wanted)).toBe(may);
});

test("ids and tokens are of the form that they are known by, and never the same", () => {
  const ids = new Set(Array.from({ length: 500 }, newSessionId));
  expect(ids.size).toBe(500);
  for (const id of ids) expect(isSessionId(id)).toBe(true);
  for (const wrong of ["", "abc", "A".repeat(16), "a".repeat(17), "../../../../etc/", "aaaaaaaaaaaaaaa1"]) expect(isSessionId(wrong)).toBe(false);
});

test("hashes are the same for the same token alone", async () => {
  const [a, b] = [newToken("owner"), newToken("owner")];
  expect(sameHash(await hashOf(a), await hashOf(a))).toBe(true);
  expect(sameHash(await hashOf(a), await hashOf(b))).toBe(false);
  expect(sameHash("", await hashOf(a))).toBe(false);
});
