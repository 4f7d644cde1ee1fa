import { expect, test } from "vitest";
import { tolerates } from "./taints.ts";
import type { Taint, Toleration } from "./types.ts";

const taint: Taint = { key: "dedicated", value: "db", effect: "NoSchedule" };

test.for<[Toleration, Taint, boolean]>([
  [{ key: "dedicated", value: "db", effect: "NoSchedule" }, taint, true],
  [{ key: "dedicated", operator: "Equal", value: "db" }, taint, true],
  [{ key: "dedicated", value: "web" }, taint, false],
  [{ key: "dedicated" }, taint, false],
  [{ key: "dedicated", operator: "Exists" }, taint, true],
  [{ operator: "Exists" }, taint, true],
  [{ operator: "Exists", effect: "NoExecute" }, taint, false],
  [{ key: "other", operator: "Exists" }, taint, false],
  [{ value: "db" }, taint, false],
  [{ key: "size", operator: "Gt", value: "5" }, { key: "size", value: "7", effect: "NoSchedule" }, true],
  [{ key: "size", operator: "Lt", value: "5" }, { key: "size", value: "7", effect: "NoSchedule" }, false],
  [{ key: "size", operator: "Gt", value: "five" }, { key: "size", value: "7", effect: "NoSchedule" }, false],
])("%j tolerates %j: %s", ([toleration, of, expected]) => {
  expect(tolerates(toleration, of)).toBe(expected);
});
