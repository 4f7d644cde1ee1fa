// As coreutils 9 writes the same numbers.
import { expect, test } from "vitest";
import { TimerQueue } from "#base/clock.ts";
import { Random } from "#base/random.ts";
import { Tasks } from "#base/tasks.ts";
import { machine } from "../machine.ts";
import type { Net } from "../process.ts";
import { runCommand } from "../run-command.ts";

const tasks = new Tasks((error) => {
  throw error;
});
const here = machine({ hostname: "here", tasks, clock: new TimerQueue(tasks, 0), random: new Random(1), net: {} as Net });

test.for([
  ["numfmt --to=iec 1500 1048576 999 1023 1025 1048575", "1.5K\n1.0M\n999\n1023\n1.1K\n1.0M\n", ""],
  ["numfmt --from=iec 1K 2.5M", "1024\n2621440\n", ""],
  ["numfmt --from=auto 1Ki 1K", "1024\n1000\n", ""],
  ["numfmt --from=iec-i 1K", "", "numfmt: missing 'i' suffix in input: '1K' (e.g Ki/Mi/Gi)\n"],
  ["numfmt --from=iec 1Ki", "", "numfmt: invalid suffix in input '1Ki': 'i'\n"],
  ["numfmt abc", "", "numfmt: invalid number: 'abc'\n"],
  ["numfmt 1K", "", "numfmt: rejecting suffix in input: '1K' (consider using --from)\n"],
  ["numfmt --to=iec --padding=10 4096", "      4.0K\n", ""],
  ["numfmt --to=si --round=nearest 1449 1450", "1.4K\n1.5K\n", ""],
  ["numfmt --suffix=B --to=si 4200", "4.2KB\n", ""],
  ["printf 'name  size\\na     2048\\nbb   10240\\n' | numfmt --header --field=2 --to=iec", "name  size\na     2.0K\nbb     10K\n", ""],
  ["printf 'a,2048,3\\n' | numfmt -d, --field=2- --to=iec", "a,2.0K,3\n", ""],
  ["echo 'a 2048' | numfmt --field=2 --to=iec-i --suffix=B", "a 2.0KiB\n", ""],
] as const)("%s", async ([command, stdout, stderr]) => {
  expect(await runCommand({ machine: here, command })).toMatchObject({ stdout, stderr });
});
