import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { play, scenario } from "./play.ts";

/** Scenarios that need something of another cluster, or whose commands this player does not know: the real kubectl plays them against the server. */
const notPlayed = new Set(["01-simple-pulled", "01-slow-pull", "13-security"]);

/** How much of a scenario must be as recorded: races of milliseconds, and how long a slow machine took, differ from run to run. */
const least = (name: string): number => ({ "06-delete-while-creating": 0.6, "05-grpc-probe": 0.9 })[name] ?? 0.95;

const names = readdirSync(new URL("../recorded/kubelet/", import.meta.url))
  .map((file) => file.replace(".json.gz", ""))
  .filter((name) => /^(0[1-6]|10|14-job-[is]|17-kubelet)/.test(name) && !notPlayed.has(name));

test.for(names)("%s is as real kubelets played it", async (name) => {
  const recording = scenario(name);
  if (recording.byHand) return;
  const { equal, of, differences } = await play(recording);
  expect(equal / of, JSON.stringify(differences, null, 1)).toBeGreaterThanOrEqual(least(name));
});
