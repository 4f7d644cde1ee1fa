import { expect, test } from "vitest";
import { parseSchedule, type Schedule } from "./cron.ts";
import { nextTime } from "./cron-next.ts";

const iso = (time: number | undefined) => (time === undefined ? undefined : new Date(time).toISOString().replace(".000Z", "Z").replace(":00Z", "Z"));

/** The next three times. */
function next(text: string, after: string, zone?: string): (string | undefined)[] {
  const schedule = parseSchedule(text) as Schedule;
  const times: (string | undefined)[] = [];
  for (let time: number | undefined = Date.parse(after); time !== undefined && times.length < 3; ) {
    time = nextTime(schedule, time, zone);
    times.push(iso(time));
  }
  return times;
}

// Worked out by hand; those of New York are what the library of the real controller has in its own tests.
test.for<[schedule: string, after: string, zone: string | undefined, times: (string | undefined)[]]>([
  ["*/15 * * * *", "2026-07-09T14:45:00Z", undefined, ["2026-07-09T15:00Z", "2026-07-09T15:15Z", "2026-07-09T15:30Z"]],
  ["20-35/15 * * * *", "2026-07-09T14:45:30Z", undefined, ["2026-07-09T15:20Z", "2026-07-09T15:35Z", "2026-07-09T16:20Z"]],
  ["@hourly", "2026-12-31T22:59:59Z", undefined, ["2026-12-31T23:00Z", "2027-01-01T00:00Z", "2027-01-01T01:00Z"]],
  ["@weekly", "2026-11-23T00:00:00Z", undefined, ["2026-11-29T00:00Z", "2026-12-06T00:00Z", "2026-12-13T00:00Z"]],
  ["30 3 * * mon-fri", "2026-11-27T04:00:00Z", undefined, ["2026-11-30T03:30Z", "2026-12-01T03:30Z", "2026-12-02T03:30Z"]],
  ["0 0 13 * 5", "2026-11-01T00:00:00Z", undefined, ["2026-11-06T00:00Z", "2026-11-13T00:00Z", "2026-11-20T00:00Z"]],
  ["0 0 */2 * 5", "2026-11-01T00:00:00Z", undefined, ["2026-11-03T00:00Z", "2026-11-05T00:00Z", "2026-11-06T00:00Z"]],
  ["0 0 29 2 *", "2026-01-01T00:00:00Z", undefined, ["2028-02-29T00:00Z", "2032-02-29T00:00Z", "2036-02-29T00:00Z"]],
  ["59 23 31 2 *", "2026-01-01T00:00:00Z", undefined, [undefined]],
  ["@every 90s", "2026-01-01T00:00:00.5Z", undefined, ["2026-01-01T00:01:30Z", "2026-01-01T00:03Z", "2026-01-01T00:04:30Z"]],
  ["0 9 * * *", "2026-03-07T12:00:00Z", "America/New_York", ["2026-03-07T14:00Z", "2026-03-08T13:00Z", "2026-03-09T13:00Z"]],
  ["0 0 * * *", "2026-06-01T00:00:00Z", "Asia/Tokyo", ["2026-06-01T15:00Z", "2026-06-02T15:00Z", "2026-06-03T15:00Z"]],
  ["30 12 * * *", "2026-06-01T00:00:00Z", "Asia/Kathmandu", ["2026-06-01T06:45Z", "2026-06-02T06:45Z", "2026-06-03T06:45Z"]],
  ["30 2 * * *", "2026-03-07T12:00:00Z", "America/New_York", ["2026-03-09T06:30Z", "2026-03-10T06:30Z", "2026-03-11T06:30Z"]],
  ["30 1 * * *", "2026-10-31T12:00:00Z", "America/New_York", ["2026-11-01T05:30Z", "2026-11-01T06:30Z", "2026-11-02T06:30Z"]],
  ["0 * * * *", "2026-11-01T04:30:00Z", "America/New_York", ["2026-11-01T05:00Z", "2026-11-01T06:00Z", "2026-11-01T07:00Z"]],
  ["0 0 * * *", "2018-11-02T12:00:00Z", "America/Sao_Paulo", ["2018-11-03T03:00Z", "2018-11-05T02:00Z", "2018-11-06T02:00Z"]],
])("%s after %s in %s", ([schedule, after, zone, times]) => {
  expect(next(schedule, after, zone)).toEqual(times);
});
