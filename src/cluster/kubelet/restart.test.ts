import { expect, test } from "vitest";
import type { Container, PodSpec } from "#machinery/types.ts";
import type { ContainerRecord } from "./record.ts";
import { nextBackOff, restartsAfter, waitsUntil } from "./restart.ts";

const s = 1000;
const min = 60 * s;

test.for([
  ["the first failure", undefined, 10 * s],
  ["doubles", { wait: 10 * s, updatedAt: 0 }, 20 * s],
  ["to five minutes at most", { wait: 160 * s, updatedAt: 0 }, 300 * s],
] as const)("back-off: %s", ([, before, wait]) => {
  expect(nextBackOff(before, 5 * s, 6 * s)).toEqual({ wait, updatedAt: 6 * s });
});

test("a back-off is forgotten after ten quiet minutes", () => {
  expect(nextBackOff({ wait: 80 * s, updatedAt: 0 }, 11 * min, 11 * min).wait).toBe(10 * s);
});

const ended = (finishedAt: number) => ({ finishedAt }) as ContainerRecord;

test.for([
  ["without a back-off nobody waits", ended(5 * s), undefined, 6 * s, undefined],
  ["within it one does", ended(5 * s), { wait: 10 * s, updatedAt: 5 * s }, 6 * s, 15 * s],
  ["until it is over", ended(5 * s), { wait: 10 * s, updatedAt: 5 * s }, 15 * s, undefined],
  ["a long run is forgiven", ended(11 * min), { wait: 80 * s, updatedAt: 0 }, 11 * min, undefined],
] as const)("%s", ([, last, backOff, now, until]) => {
  expect(waitsUntil(last, backOff, now)).toBe(until);
});

const restart = { action: "Restart", exitCodes: { operator: "In", values: [42] } };

test.for([
  ["Always", 0, {}, { restartPolicy: "Always" }, true],
  ["OnFailure leaves a success alone", 0, {}, { restartPolicy: "OnFailure" }, false],
  ["OnFailure after a failure", 1, {}, { restartPolicy: "OnFailure" }, true],
  ["Never", 1, {}, { restartPolicy: "Never" }, false],
  ["a container's own policy counts more", 1, { restartPolicy: "Never" }, { restartPolicy: "Always" }, false],
  ["a rule counts most", 42, { restartPolicy: "Never", restartPolicyRules: [restart] }, { restartPolicy: "Never" }, true],
  ["where it applies", 3, { restartPolicy: "Never", restartPolicyRules: [restart] }, { restartPolicy: "Never" }, false],
] as const)("%s", ([, code, container, pod, expected]) => {
  expect(restartsAfter(code, container as unknown as Container, pod as unknown as PodSpec)).toBe(expected);
});
