import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { envtest } from "./envtest.ts";
import { type Result, recordedSuites, replay } from "./replay.ts";

// How many answers of each suite differed from the real server's when that was last written down (`print.ts --ratchet`): never more, none where
// nothing is written.
const ratchet: Record<string, number> = JSON.parse(readFileSync(new URL("ratchet.json", import.meta.url), "utf8"));

const first = ({ failed }: Result) => failed.slice(0, 5).map(({ id, differences }) => ({ id, differences: differences.slice(0, 2) }));

describe("the API server answers what the real one answered", () => {
  const suites = recordedSuites();
  test.each(suites.map((suite) => [suite.name, suite] as const))("%s", async (name, suite) => {
    const result = await replay(suite, await envtest());
    const [differ, allowed] = [result.of - result.equal, ratchet[name] ?? 0];
    if (differ > allowed) expect(first(result), `${differ} of ${result.of} differ, ${allowed} did`).toEqual([]);
  });
});
