import { expect, test } from "vitest";
import { goDuration, humanDuration, parseGoDuration } from "./duration.ts";

const s = 1000;
const m = 60 * s;
const h = 60 * m;
const d = 24 * h;

test.for([
  [-2 * s, "<invalid>"],
  [0, "0s"],
  [119 * s, "119s"],
  [120 * s, "2m"],
  [130 * s, "2m10s"],
  [10 * m + 5 * s, "10m"],
  [179 * m, "179m"],
  [3 * h, "3h"],
  [3 * h + 5 * m, "3h5m"],
  [8 * h + 5 * m, "8h"],
  [47 * h, "47h"],
  [51 * h, "2d3h"],
  [8 * d + 3 * h, "8d"],
  [729 * d, "729d"],
  [760 * d, "2y30d"],
  [3000 * d, "8y"],
] as const)("an age of %d ms is %s", ([milliseconds, text]) => {
  expect(humanDuration(milliseconds)).toBe(text);
});

test.for([
  [0, "0s"],
  [300, "300ms"],
  [1500, "1.5s"],
  [10 * m, "10m0s"],
  [h, "1h0m0s"],
  [25 * h + 61 * s, "25h1m1s"],
  [0.5, "500µs"],
] as const)("%d ms is %s to Go, and back", ([milliseconds, text]) => {
  expect(goDuration(milliseconds)).toBe(text);
  expect(parseGoDuration(text)).toBe(milliseconds);
});

test.for([
  ["5", 'time: missing unit in duration "5"'],
  ["", 'time: invalid duration ""'],
  ["5x", 'time: unknown unit "x" in duration "5x"'],
  ["s", 'time: invalid duration "s"'],
] as const)("%s is no duration", ([text, problem]) => {
  expect(parseGoDuration(text)).toEqual({ problem });
});
