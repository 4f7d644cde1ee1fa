import { expect, test } from "vitest";
import { Seat } from "../../../test/kit/seat.ts";

const seat = await Seat.boot("empty");

test.for([
  ["-I", "2026-11-23"],
  ["-Is", "2026-11-23T12:00:00+00:00"],
  ["-Iseconds", "2026-11-23T12:00:00+00:00"],
  ["--iso-8601=min", "2026-11-23T12:00+00:00"],
  ["-Ih", "2026-11-23T12+00:00"],
  ["--rfc-3339=s", "2026-11-23 12:00:00+00:00"],
  ["--rfc-3339=date", "2026-11-23"],
  ["-I +%H", "12"],
] as const)("date %s", async ([options, written]) => {
  expect(await seat.said(`date -d '2026-11-23 12:00:00' ${options}`)).toBe(written);
});

test("date names the words that it takes", async () => {
  expect(await seat.said("date -Ix")).toContain("date: invalid argument ‘x’ for ‘--iso-8601’\nValid arguments are:\n");
});
