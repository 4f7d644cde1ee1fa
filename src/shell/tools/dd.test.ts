import { expect, test } from "vitest";
import { played, testMachine } from "../../../test/kit/shell.ts";

const sh = (command: string) => ["sh", "-c", command];

test.each([
  ["echo hello world | dd bs=4 conv=ucase status=none", "HELLO WORLD\n", ""],
  ["printf abcdef > f; dd if=f bs=2 skip=1 count=1 status=noxfer", "cd", "1+0 records in\n1+0 records out\n"],
  ["printf abcdef > f; printf XY | dd of=f bs=1 seek=2 conv=notrunc status=none; cat f", "abXYef", ""],
  ["printf abcdef > f; printf XY | dd of=f bs=1 seek=3 status=none; cat f", "abcXY", ""],
  ["printf abcde | dd bs=2 conv=swab status=none", "badce", ""],
  [
    "dd if=/dev/zero of=f bs=1000 count=3; wc -c f",
    "3000 f\n",
    "3+0 records in\n3+0 records out\n3000 bytes (3.0 kB, 2.9 KiB) copied, 0.0001521 s, 20 MB/s\n",
  ],
  ["dd if=absent; echo $?", "1\n", "dd: failed to open 'absent': No such file or directory\n"],
  ["dd banana; echo $?", "1\n", "dd: unrecognized operand ‘banana’\n"],
])("%s", async (command, out, err) => {
  expect(await played(testMachine(), { args: sh(command) })).toMatchObject({ out, err });
});

test("busybox counts in its own words", async () => {
  const { err } = await played(testMachine({ base: "busybox" }), { args: sh("dd if=/dev/zero of=/x bs=1M count=5") });
  expect(err).toMatch(/^5\+0 records in\n5\+0 records out\n5242880 bytes \(5\.0MB\) copied, 0\.\d{6} seconds, [\d.]+[MG]B\/s\n$/);
});
