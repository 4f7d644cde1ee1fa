import type { Schedule } from "./cron.ts";

const minute = 60_000;
const day = 86_400_000;
/** Whoever finds no time within so many years has a schedule that never comes, such as the 31st of February. */
const farthest = 5 * 366 * day;

/** The next time that a schedule names after `after`, in a time zone; undefined if there is none. */
export function nextTime(schedule: Schedule, after: number, timeZone = "UTC"): number | undefined {
  if ("every" in schedule) return Math.floor((after + schedule.every) / 1000) * 1000;
  const zone = schedule.timeZone ?? timeZone;
  let time = (Math.floor(after / minute) + 1) * minute;
  while (time - after <= farthest) {
    const wall = wallTime(time, zone);
    if (!schedule.months.has(wall.getUTCMonth() + 1) || !isOnDay(schedule, wall)) time = startOfNextDay(time, zone);
    else if (!schedule.hours.has(wall.getUTCHours())) time += (60 - wall.getUTCMinutes()) * minute;
    else if (!schedule.minutes.has(wall.getUTCMinutes())) time += minutesUntil(schedule.minutes, wall.getUTCMinutes()) * minute;
    else return time;
  }
  return undefined;
}

/** Where day of month and day of week are both narrowed, either is enough. */
function isOnDay(schedule: Exclude<Schedule, { every: number }>, wall: Date): boolean {
  const byDate = schedule.days.has(wall.getUTCDate());
  const byWeekday = schedule.weekdays.has(wall.getUTCDay());
  return schedule.anyDay || schedule.anyWeekday ? byDate && byWeekday : byDate || byWeekday;
}

function minutesUntil(minutes: ReadonlySet<number>, from: number): number {
  for (let next = from + 1; next < 60; next++) if (minutes.has(next)) return next - from;
  return 60 - from;
}

/** The clock on the wall at a time, as a date whose UTC parts are what it shows. */
const wallTime = (time: number, zone: string): Date => new Date(time + offsetAt(time, zone));

/** Midnight comes an hour earlier or later where the clocks are changed in the night: the earlier of the two, which may still be of the same day. */
function startOfNextDay(time: number, zone: string): number {
  const offset = offsetAt(time, zone);
  const midnight = (Math.floor((time + offset) / day) + 1) * day;
  const [asNow, asThen] = [midnight - offset, midnight - offsetAt(midnight - offset, zone)];
  const earlier = Math.min(asNow, asThen);
  return earlier > time ? earlier : Math.max(asNow, asThen);
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** How far the clocks of a zone are ahead of UTC. */
export function offsetAt(time: number, zone: string): number {
  if (zone === "UTC" || zone === "" || zone === "Local") return 0;
  let format = formats.get(zone);
  if (!format) {
    const parts = { year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", second: "numeric" } as const;
    format = new Intl.DateTimeFormat("en-US", { timeZone: zone, hourCycle: "h23", era: "short", ...parts });
    formats.set(zone, format);
  }
  const shown: Record<string, number> = {};
  for (const { type, value } of format.formatToParts(time)) shown[type] = Number(value);
  const { year = 0, month = 1, day: date = 1, hour = 0, minute: minutes = 0, second = 0 } = shown;
  return Date.UTC(year, month - 1, date, hour, minutes, second) - Math.floor(time / 1000) * 1000;
}
