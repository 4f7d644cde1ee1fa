import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { commandsIn, noCluster } from "../../../../test/kit/commands.ts";
import { kubectl } from "../kubectl.ts";

const recorded = readFileSync(new URL("../../../../test/recorded/kuberc/kuberc.txt", import.meta.url), "utf8");
const steps = recorded.split(/^\$ /m).slice(1);
const machine = commandsIn("/home/learner", {}, { kubectl: kubectl(noCluster) });

// What the real kubectl said; each line goes on with the files of those before it.
test.for(steps)("%s", async (step) => {
  const lines = step.trimEnd().split("\n");
  const end = lines.findIndex((line, i) => i > 0 && !line.startsWith("> "));
  const [typed, wanted] = end < 0 ? [lines, []] : [lines.slice(0, end), lines.slice(end)];
  const { stdout, exitCode } = await machine.run(`exec 2>&1\n${typed.map((line) => line.replace(/^> /, "")).join("\n")}`);
  const ended = stdout === "" || stdout.endsWith("\n") ? stdout : `${stdout}%\n`;
  const said = `${ended}${exitCode === 0 ? "" : `[${exitCode}]\n`}`.replaceAll("<dir>", "/home/learner");
  expect(said.split("\n").slice(0, -1)).toEqual(wanted);
});
