import { expect, test } from "vitest";
import { MemoryStore } from "#cluster/store/memory-store.ts";
import { Addresses } from "./addresses.ts";

test("addresses are given in turn, and again only when all others were", () => {
  const { records } = new MemoryStore();
  const addresses = new Addresses(records, "/addresses", () => "10.244.3.0/29");
  expect(["a", "b", "c"].map((uid) => addresses.take(uid))).toEqual(["10.244.3.2", "10.244.3.3", "10.244.3.4"]);
  expect(addresses.take("a")).toBe("10.244.3.2");
  addresses.giveBack("a");
  expect(["d", "e", "f"].map((uid) => addresses.take(uid))).toEqual(["10.244.3.5", "10.244.3.6", "10.244.3.2"]);
  expect(() => addresses.take("g")).toThrow("no IP addresses available in range set");
});

test("who takes over the records goes on where they were", () => {
  const { records } = new MemoryStore();
  new Addresses(records, "/addresses", () => "10.244.0.0/24").take("a");
  expect(new Addresses(records, "/addresses", () => "10.244.0.0/24").take("b")).toBe("10.244.0.3");
});
