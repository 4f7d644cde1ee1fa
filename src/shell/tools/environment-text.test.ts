import { expect, test } from "vitest";
import { played, testMachine } from "../../../test/kit/shell.ts";

test.for([
  ["echo 'a $A ${B} $C.' | A=1 B=two envsubst", "a 1 two .\n"],
  ["echo '$A $B' | A=1 B=2 envsubst '$A'", "1 $B\n"],
  ["envsubst -v '$A x ${B}'", "A\nB\n"],
  ["uuidgen | grep -cE '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'", "1\n"],
] as const)("%s", async ([command, out]) => {
  expect((await played(testMachine({ base: "full" }), { args: ["bash", "-c", command] })).out).toBe(out);
});
