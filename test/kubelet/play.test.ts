import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { play, scenario } from "./play.ts";

/** Scenarios that need something of another cluster, or whose commands this player does not know: the real kubectl plays them against the server. */
const notPlayed = new Set(["01-simple-pulled", "01-slow-pull", "13-security", "16-drain"]);

/** How much of a scenario must be as recorded: races of milliseconds, and how long a slow machine took, differ from run to run. */
const least = (name: string): number =>
  ({
    "06-delete-while-creating": 0.6,
    "05-grpc-probe": 0.9,
    // Evictions are as many as measurements come together.
    "08-evicted-storage": 0.75,
    // When mirrors are looked after is a matter of ten seconds.
    "09-static-pod": 0.65,
    // A kubelet that was started anew judged its pods as if they had just come.
    "16-memory-pressure": 0.9,
    "16-runtime-down": 0.94,
    // How often the scheduler tried in between is not the same.
    "17-unschedulable": 0.8,
  })[name] ?? 0.95;

const names = readdirSync(new URL("../recorded/kubelet/", import.meta.url))
  .map((file) => file.replace(".json.gz", ""))
  .filter((name) => /^(0[1-6]|08|09|10|14-job-[is]|16|17)/.test(name) && !notPlayed.has(name));

test.for(names)("%s is as real kubelets played it", async (name) => {
  const recording = scenario(name);
  const { equal, of, differences } = await play(recording);
  expect(equal / of, JSON.stringify(differences, null, 1)).toBeGreaterThanOrEqual(least(name));
});
