import { expect, test } from "vitest";
import { dateOf } from "./date-text.ts";

const now = Date.UTC(2026, 10, 24, 2, 30, 10);
const noon = Date.UTC(2026, 10, 23, 12);

test.for([
  ["Nov 23 12:00:00 2026 GMT", noon],
  ["Mon Nov 23 12:00:00 UTC 2026", noon],
  ["Mon, 23 Nov 2026 12:00:00 +0000", noon],
  ["Mon, 23 Nov 2026 12:00:00 -0500", noon + 5 * 3_600_000],
  ["23 November 2026 12:00", noon],
  ["Nov 23, 2026 12:00 PM", noon],
  ["Nov 23", Date.UTC(2026, 10, 23)],
  ["Nov 23 2026 +1 month", Date.UTC(2026, 11, 23)],
  ["Nov  3 12:00:00 2027 GMT", Date.UTC(2027, 10, 3, 12)],
  ["2026-11-23 12:00", noon],
  ["next mon", Date.UTC(2026, 10, 30)],
  ["2 months ago", Date.UTC(2026, 8, 24, 2, 30, 10)],
  ["November", undefined],
  ["Nov 3rd, 2026", undefined],
] as const)("%s", ([text, at]) => {
  expect(dateOf(text, now)).toBe(at);
});
