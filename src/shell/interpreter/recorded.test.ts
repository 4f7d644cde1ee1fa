import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { played, testMachine } from "../../../test/kit/shell.ts";
import { differences } from "../../../test/recorded/shell/differences.ts";

interface Recorded {
  topic: string;
  snippet: string;
  stdout: string;
  stderr: string;
  code: number;
}

const file = new URL("../../../test/recorded/shell/bash.json.gz", import.meta.url);
const recorded: Recorded[] = JSON.parse(gunzipSync(readFileSync(file)).toString());

/** Process numbers and times differ from run to run. */
const masked = (text: string) => text.replaceAll("/bin/bash:", "bash:").replace(/(line \d+:) +\d+ (Terminated|Killed)/g, "$1 PID $2");

const differs = (snippet: string) => Object.keys(differences).some((start) => snippet.startsWith(start));
const named = (one: Recorded, i: number) => [`${one.topic} ${i}: ${one.snippet.slice(0, 80).replaceAll("\n", " ")}`, one] as const;

async function outcome({ snippet, stdout, stderr, code }: Recorded) {
  const kit = testMachine();
  kit.machine.fs.mkdir("/root/t");
  const result = await played(kit, { args: ["/bin/bash", "-c", snippet], cwd: "/root/t", env: { HOME: "/root", LANG: "C.UTF-8" } });
  return {
    ours: { stdout: masked(result.out), stderr: masked(result.err), code: result.code },
    real: { stdout: masked(stdout), stderr: masked(stderr), code },
  };
}

test.for(recorded.map(named).filter(([, { snippet }]) => !differs(snippet)))("%s", async ([, one]) => {
  const { ours, real } = await outcome(one);
  expect(ours).toEqual(real);
});

test.for(recorded.map(named).filter(([, { snippet }]) => differs(snippet)))("still otherwise: %s", async ([, one]) => {
  const { ours, real } = await outcome(one);
  expect(ours).not.toEqual(real);
});

test("nearly all come out as recorded, and each difference is of one that is", () => {
  const different = recorded.filter(({ snippet }) => differs(snippet)).length;
  expect(recorded.length).toBeGreaterThanOrEqual(500);
  expect(different / recorded.length).toBeLessThanOrEqual(0.02);
  expect(Object.keys(differences).filter((start) => !recorded.some(({ snippet }) => snippet.startsWith(start)))).toEqual([]);
});
