// What the real OpenSSL 3.0 printed of the same files, played by ours.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { TimerQueue } from "#base/clock.ts";
import { Random } from "#base/random.ts";
import { Tasks } from "#base/tasks.ts";
import { machine } from "#shell/machine.ts";
import type { Net } from "#shell/process.ts";
import { runCommand } from "#shell/run-command.ts";
import { openssl } from "./openssl.ts";

interface Recorded {
  files: Record<string, string>;
  cases: { command: string; stdout: string; stderr: string; exitCode: number }[];
}

const path = join(import.meta.dirname, "../../../test/recorded/openssl/openssl.json.gz");
const { files, cases } = JSON.parse(gunzipSync(readFileSync(path)).toString()) as Recorded;

const tasks = new Tasks((error) => {
  throw error;
});
const here = machine({
  hostname: "here",
  tasks,
  clock: new TimerQueue(tasks, Date.UTC(2026, 10, 24)),
  random: new Random(1),
  net: {} as Net,
  base: "full",
  programs: new Map([["openssl", openssl]]),
  files: Object.fromEntries(Object.entries(files).map(([name, content]) => [`/work/${name}`, content])),
});

/** Library errors begin with the number of a thread; some say on which line of OpenSSL's own source they were raised. */
const plain = (text: string) => text.replace(/^[0-9A-F]{12,16}:error:.*\n/gm, "");

test.each(cases)("$command", async ({ command, stdout, stderr, exitCode }) => {
  const result = await runCommand({ machine: here, command, cwd: "/work" });
  expect({ stdout: plain(result.stdout), stderr: plain(result.stderr), exitCode: result.exitCode }).toEqual({
    stdout: plain(stdout),
    stderr: plain(stderr),
    exitCode,
  });
});

test("what stands before the first section of a configuration counts for all of them", async () => {
  const config = "prompt = no\ndistinguished_name = dn\n[ dn ]\nCN = jane\nO = dev\n";
  const command = `openssl genrsa -out k 512 2>/dev/null; printf '${config.replaceAll("\n", "\\n")}' > c; openssl req -new -config c -key k | openssl req -noout -subject`;
  expect((await runCommand({ machine: here, command, cwd: "/tmp" })).stdout).toBe("subject=CN = jane, O = dev\n");
});
