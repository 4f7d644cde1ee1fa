import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { commandsIn, noCluster } from "../../../../test/kit/commands.ts";
import { kustomizeCases } from "../../../../test/kit/kustomize.ts";
import { kubectl } from "../kubectl.ts";

const recordings = new URL("../../../../test/recorded/kustomize/", import.meta.url);
const cases = kustomizeCases(readFileSync(new URL("cases.txt", recordings), "utf8"));
const recorded = JSON.parse(gunzipSync(readFileSync(new URL("kustomize.json.gz", recordings))).toString()) as {
  name: string;
  stdout: string;
  stderr: string;
  exitCode: number;
}[];
const answers = new Map(recorded.map(({ name, ...answer }) => [name, answer]));

// What the real kubectl v1.36.3 made of each.
test.for(cases)("$name", async ({ name, command, files }) => {
  const machine = commandsIn("/home/learner/k", files, { kubectl: kubectl(noCluster) });
  const { stdout, stderr, exitCode } = await machine.run(command);
  const plain = (text: string) => text.replaceAll(/\b0x[0-9a-f]{6,}/g, "<address>").replaceAll(/^I\d{4} [\d:.]+ +\d+ /gm, "<log> ");
  expect({ stdout, stderr: plain(stderr), exitCode }).toEqual(answers.get(name));
});
