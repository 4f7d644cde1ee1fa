import { expect, test } from "vitest";
import { formatMicroTime, formatTime, parseTime, readTime } from "./time.ts";

test.for([
  [0, "1970-01-01T00:00:00Z"],
  [951_782_400_000, "2000-02-29T00:00:00Z"],
  [1_795_446_245_999, "2026-11-23T15:04:05Z"],
  [4_107_542_399_000, "2100-02-28T23:59:59Z"],
  [4_107_542_400_000, "2100-03-01T00:00:00Z"],
  [-1000, "1969-12-31T23:59:59Z"],
] as const)("%d is %s", ([milliseconds, text]) => {
  expect(formatTime(milliseconds)).toBe(text);
  expect(parseTime(text)).toBe(Math.floor(milliseconds / 1000) * 1000);
});

test("each day of four centuries is itself again", () => {
  for (let day = -30_000; day < 120_000; day += 7) expect(parseTime(formatTime(day * 86_400_000))).toBe(day * 86_400_000);
});

test("microseconds are kept", () => {
  expect(formatMicroTime(1_795_446_245_123.456)).toBe("2026-11-23T15:04:05.123456Z");
  expect(readTime("2026-11-23T15:04:05.500000+09:00", "micro-time")).toBe(parseTime("2026-11-23T06:04:05Z") + 500);
});

test.for([
  ["Not_Valid/At all!", "time", 'parsing time "Not_Valid/At all!" as "2006-01-02T15:04:05Z07:00": cannot parse "Not_Valid/At all!" as "2006"'],
  ["", "micro-time", 'parsing time "" as "2006-01-02T15:04:05.000000Z07:00": cannot parse "" as "2006"'],
  ["2026-13-01T00:00:00Z", "time", 'parsing time "2026-13-01T00:00:00Z": month out of range'],
  ["2026-02-30T00:00:00Z", "time", 'parsing time "2026-02-30T00:00:00Z": day out of range'],
  ["2026-01-01 00:00:00Z", "time", 'parsing time "2026-01-01 00:00:00Z" as "2006-01-02T15:04:05Z07:00": cannot parse " 00:00:00Z" as "T"'],
  ["2026-01-01T00:00:00", "time", 'parsing time "2026-01-01T00:00:00" as "2006-01-02T15:04:05Z07:00": cannot parse "" as "Z07:00"'],
  ["2026-01-01T00:00:00Zx", "time", 'parsing time "2026-01-01T00:00:00Zx": extra text: "x"'],
  ["2026-01-01T00:00:00Z", "micro-time", 'parsing time "2026-01-01T00:00:00Z" as "2006-01-02T15:04:05.000000Z07:00": cannot parse "Z" as ".000000"'],
] as const)("%s as %s is refused", ([text, type, problem]) => {
  expect(readTime(text, type)).toEqual({ problem });
});
