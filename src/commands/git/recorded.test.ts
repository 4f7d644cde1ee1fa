import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { played, testMachine } from "../../../test/kit/shell.ts";
import { environment } from "../../../test/recorded/git/environment.ts";
import { git } from "./git.ts";

interface Recorded {
  topic: string;
  snippet: string;
  stdout: string;
  stderr: string;
  code: number;
}

const file = new URL("../../../test/recorded/git/git.json.gz", import.meta.url);
const recorded: Recorded[] = JSON.parse(gunzipSync(readFileSync(file)).toString());
const named = (one: Recorded, i: number) => [`${one.topic} ${i}: ${one.snippet.slice(0, 80).replaceAll("\n", " ")}`, one] as const;

test.for(recorded.map(named))("%s", async ([, { snippet, stdout, stderr, code }]) => {
  const kit = testMachine({ programs: new Map([["git", git]]) });
  kit.machine.fs.mkdir("/root/t");
  const env = { ...environment, HOME: "/root", GIT_EDITOR: "false" };
  const result = await played(kit, { args: ["/bin/bash", "-c", snippet], cwd: "/root/t", env });
  expect({ stdout: result.out, stderr: result.err.replaceAll("/bin/bash:", "bash:"), code: result.code }).toEqual({ stdout, stderr, code });
});
