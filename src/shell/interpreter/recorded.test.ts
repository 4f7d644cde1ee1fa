import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { played, testMachine } from "../../../test/kit/shell.ts";

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

test.for(recorded.map((one, i) => [`${one.topic} ${i}: ${one.snippet.slice(0, 80).replaceAll("\n", " ")}`, one] as const))(
  "%s",
  async ([, { snippet, stdout, stderr, code }]) => {
    const kit = testMachine();
    kit.machine.fs.mkdir("/root/t");
    const result = await played(kit, { args: ["/bin/bash", "-c", snippet], cwd: "/root/t", env: { HOME: "/root", LANG: "C.UTF-8" } });
    expect({ stdout: masked(result.out), stderr: masked(result.err), code: result.code }).toEqual({
      stdout: masked(stdout),
      stderr: masked(stderr),
      code,
    });
  },
);
