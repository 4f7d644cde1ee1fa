import { expect, test } from "vitest";
import { played, testMachine } from "../../../test/kit/shell.ts";

test("watch runs a command again and again, by the clock", async () => {
  const { out, code } = await played(testMachine(), { args: ["timeout", "5", "watch", "-t", "-n", "2", "date +%S"] });
  expect({ out, code }).toEqual({ out: "00\n02\n04\n", code: 124 });
});

test("its head says how often, what, where and when", async () => {
  const { out } = await played(testMachine(), { args: ["timeout", "1", "watch", "echo", "hi"] });
  expect(out).toBe("Every 2.0s: echo hi                            podyard: Mon Nov 23 12:00:00 2026\n\nhi\n");
});

test.for([
  ["watch -g -n1 'cat /tmp/f; date +%S > /tmp/f'", 0],
  ["watch -e -n1 false", 8],
  ["watch", 1],
] as const)("%s ends", async ([command, expected]) => {
  const { code } = await played(testMachine(), { args: ["bash", "-c", command], seconds: 60 });
  expect(code).toBe(expected);
});
