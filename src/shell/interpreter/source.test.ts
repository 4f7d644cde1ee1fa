import { expect, test } from "vitest";
import { played, testMachine } from "../../../test/kit/shell.ts";
import { isIncomplete } from "./source.ts";

test.for([
  ["f() {\n", true],
  ["f() { # does it\n", true],
  ["(\n  # a comment\n", true],
  ["{\n", true],
  ["if true; then # so\n", true],
  ["case a in\n", true],
  ["{ }\n", false],
  ["()\n", false],
  ["f() { echo; }\n", false],
] as const)("%j needs more lines: %s", ([text, more]) => {
  expect(isIncomplete(text)).toBe(more);
});

test("a script that comes through a pipe defines functions over several lines", async () => {
  const stdin = "f() {\n  # twice\n  echo a\n  (\n    echo b\n  )\n}\nf\n";
  const { out, err } = await played(testMachine(), { args: ["/bin/bash"], stdin });
  expect(err + out).toBe("a\nb\n");
});
