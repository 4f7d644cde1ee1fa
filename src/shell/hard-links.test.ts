import { expect, test } from "vitest";
import { played, testMachine } from "../../test/kit/shell.ts";

test.for([
  ["what is written through one name is read by the other", "echo a > f; ln f g; echo b >> g; cat f", "a\nb\n"],
  ["each name counts", "echo a > f; ln f g; stat -c %h f g; ls -l f | cut -c12", "2\n2\n2\n"],
  ["a name that goes leaves the file", "echo a > f; ln f g; rm f; cat g; stat -c %h g", "a\n1\n"],
  ["a new name keeps the others", "echo a > f; ln f g; mv f h; echo b > h; cat g; stat -c %h h", "b\n2\n"],
  ["modes are the file's", "echo a > f; ln f g; chmod 600 g; stat -c %a f", "600\n"],
  ["one of the system's files", "ln /etc/hostname g && cat g", "podyard\n"],
  ["not of directories", "mkdir d; ln d e 2>&1", "ln: d: hard link not allowed for directory\n"],
  ["not over what is there", "echo a > f; echo b > g; ln f g 2>&1", "ln: failed to create hard link 'g': File exists\n"],
] as const)("%s", async ([, command, out]) => {
  const kit = testMachine();
  kit.machine.fs.mkdir("/root/t");
  expect((await played(kit, { args: ["/bin/bash", "-c", command], cwd: "/root/t" })).out).toBe(out);
});

test("names that share a file share it when it is stored and read back", async () => {
  const kit = testMachine();
  await played(kit, { args: ["/bin/bash", "-c", "echo a > f; ln f g; ln f a"], cwd: "/root" });
  const changes = JSON.parse(JSON.stringify(kit.machine.fs.changes()));
  const back = testMachine({ changes });
  expect((await played(back, { args: ["/bin/bash", "-c", "echo b > g; cat a f; stat -c %h f"], cwd: "/root" })).out).toBe("b\nb\n3\n");
});
