import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { played, testMachine } from "../../../../test/kit/shell.ts";

interface Recorded {
  text: string;
  keys: string;
  written: string;
}

const recorded: Recorded[] = JSON.parse(gunzipSync(readFileSync(new URL("../../../../test/recorded/vi/vi.json.gz", import.meta.url))).toString());

const shown = (keys: string) => JSON.stringify(keys).slice(1, -1);

test.for(recorded.map((one, i) => [`${i} ${shown(one.keys)}`, one] as const))("as Vim: %s", async ([, { text, keys, written }]) => {
  const { machine, ...kit } = testMachine();
  machine.fs.mkdir("/root/t");
  machine.fs.write("/root/t/f", text);
  const stdin = `${keys}\x1bi|\x1b:wq!\r`;
  await played({ machine, ...kit }, { args: ["/usr/bin/vim", "-u", "NONE", "f"], cwd: "/root/t", env: { HOME: "/root", SHELL: "/bin/bash" }, stdin });
  expect(machine.fs.readText("/root/t/f")).toBe(written);
});
