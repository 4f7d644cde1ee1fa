import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { envtest } from "./envtest.ts";
import { type Result, recordedSuites, replay } from "./replay.ts";

// How many answers of each suite were equal to the real server's when that was last written down (`print.ts --ratchet`): never fewer.
const ratchet: Record<string, number> = JSON.parse(readFileSync(new URL("ratchet.json", import.meta.url), "utf8"));

const first = ({ failed }: Result) => failed.slice(0, 5).map(({ id, differences }) => ({ id, differences: differences.slice(0, 2) }));

describe("the API server answers what the real one answered", () => {
  const suites = recordedSuites();
  test.each(suites.map((suite) => [suite.name, suite] as const))("%s", async (name, suite) => {
    const result = await replay(suite, await envtest());
    if (result.equal < (ratchet[name] ?? 0)) expect(first(result), `${result.equal} of ${result.of} are equal, ${ratchet[name]} were`).toEqual([]);
  });
});
