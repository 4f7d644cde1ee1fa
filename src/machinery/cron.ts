import { parseGoDuration } from "./duration.ts";
import { quoted } from "./field-error.ts";

/** When a CronJob runs: at the minutes that all sets hold, or every so many milliseconds. */
export type Schedule = CalendarSchedule | { every: number };

export interface CalendarSchedule {
  minutes: ReadonlySet<number>;
  hours: ReadonlySet<number>;
  days: ReadonlySet<number>;
  months: ReadonlySet<number>;
  /** 0 is Sunday. */
  weekdays: ReadonlySet<number>;
  /** Every day of the month, or of the week: then the other one alone decides; otherwise one of both is enough. */
  anyDay: boolean;
  anyWeekday: boolean;
  /** The zone that the schedule itself names. */
  timeZone?: string;
}

interface Bounds {
  least: number;
  most: number;
  names?: readonly string[];
}

const monthNames = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const weekdayNames = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

const bounds = {
  minutes: { least: 0, most: 59 },
  hours: { least: 0, most: 23 },
  days: { least: 1, most: 31 },
  months: { least: 1, most: 12, names: monthNames },
  weekdays: { least: 0, most: 6, names: weekdayNames },
} satisfies Record<string, Bounds>;

/** What the short forms stand for. */
const descriptors: Readonly<Record<string, string>> = {
  "@yearly": "0 0 1 1 *",
  "@annually": "0 0 1 1 *",
  "@monthly": "0 0 1 * *",
  "@weekly": "0 0 * * 0",
  "@daily": "0 0 * * *",
  "@midnight": "0 0 * * *",
  "@hourly": "0 * * * *",
};

class ScheduleError extends Error {}

/** Reads a schedule as cron does: five fields, or `@daily` and its like, or `@every 5m`. `problem` says what is wrong with it. */
export function parseSchedule(text: string): Schedule | { problem: string } {
  try {
    return schedule(text);
  } catch (error) {
    if (error instanceof ScheduleError) return { problem: error.message };
    throw error;
  }
}

function schedule(text: string): Schedule {
  if (!text) throw new ScheduleError("empty spec string");
  if (!/^(CRON_)?TZ=/.test(text)) return zoneless(text);

  const space = text.indexOf(" ");
  if (space < 0) throw new ScheduleError("invalid schedule format: runtime error: slice bounds out of range [:-1]");
  const timeZone = text.slice(text.indexOf("=") + 1, space);
  const problem = timeZoneProblem(timeZone);
  if (problem) throw new ScheduleError(`provided bad location ${timeZone}: ${problem}`);
  const found = zoneless(text.slice(space).trim());
  return "every" in found ? found : { ...found, timeZone };
}

function zoneless(text: string): Schedule {
  if (text.startsWith("@every ")) return { every: interval(text) };
  const fields = descriptors[text] ?? text;
  if (fields.startsWith("@")) throw new ScheduleError(`unrecognized descriptor: ${text}`);

  const all = fields.split(/\s+/).filter(Boolean);
  const [minute = "", hour = "", day = "", month = "", weekday = ""] = all;
  if (all.length !== 5) throw new ScheduleError(`expected exactly 5 fields, found ${all.length}: [${all.join(" ")}]`);
  const found = {
    minutes: numbers(minute, bounds.minutes),
    hours: numbers(hour, bounds.hours),
    days: numbers(day, bounds.days),
    months: numbers(month, bounds.months),
    weekdays: numbers(weekday, bounds.weekdays),
  };
  return { ...found, anyDay: isAny(day), anyWeekday: isAny(weekday) };
}

/** The shortest interval is a second, and parts of one do not count. */
function interval(text: string): number {
  const length = parseGoDuration(text.slice("@every ".length));
  if (typeof length !== "number") throw new ScheduleError(`failed to parse duration ${text}: ${length.problem}`);
  return Math.max(1000, length - (length % 1000));
}

/** `*` with steps of more than one is a choice like any other. */
const isAny = (field: string) => field.split(",").some((part) => /^[*?][^/]*(\/0*1)?$/.test(part));

/** The numbers that a field stands for: `1,5-10,*\/15`. */
function numbers(field: string, of: Bounds): Set<number> {
  const result = new Set<number>();
  for (const part of field.split(",").filter(Boolean)) {
    const { start, end, step } = range(part, of);
    for (let number = start; number <= end; number += step) result.add(number);
  }
  return result;
}

function range(text: string, of: Bounds): { start: number; end: number; step: number } {
  const [span = "", stride, ...moreSteps] = text.split("/");
  const [low = "", high, ...moreEnds] = span.split("-");
  const anything = low === "*" || low === "?";
  const start = anything ? of.least : numberOf(low, of.names);
  if (!anything && moreEnds.length > 0) throw new ScheduleError(`too many hyphens: ${text}`);
  let end = anything ? of.most : high === undefined ? start : numberOf(high, of.names);
  if (moreSteps.length > 0) throw new ScheduleError(`too many slashes: ${text}`);
  const step = stride === undefined ? 1 : numberOf(stride);
  if (stride !== undefined && high === undefined) end = of.most;

  if (start < of.least) throw new ScheduleError(`beginning of range (${start}) below minimum (${of.least}): ${text}`);
  if (end > of.most) throw new ScheduleError(`end of range (${end}) above maximum (${of.most}): ${text}`);
  if (start > end) throw new ScheduleError(`beginning of range (${start}) beyond end of range (${end}): ${text}`);
  if (step === 0) throw new ScheduleError(`step of range should be a positive number: ${text}`);
  return { start, end, step };
}

function numberOf(text: string, names?: readonly string[]): number {
  const named = names?.indexOf(text.toLowerCase()) ?? -1;
  // Months count from one, days of the week from zero.
  if (named >= 0) return names === monthNames ? named + 1 : named;
  if (!/^[+-]?\d+$/.test(text)) throw notANumber(text, "invalid syntax");
  const value = Number(text);
  if (Math.abs(value) >= 2 ** 63) throw notANumber(text, "value out of range");
  if (value < 0) throw new ScheduleError(`negative number (${value}) not allowed: ${text}`);
  return value;
}

const notANumber = (text: string, why: string) =>
  new ScheduleError(`failed to parse int from ${text}: strconv.Atoi: parsing ${quoted(text)}: ${why}`);

/** Why there is no such time zone; undefined if there is. */
export function timeZoneProblem(name: string): string | undefined {
  if (name === "" || name === "UTC" || name === "Local") return undefined;
  const unknown = `unknown time zone ${name}`;
  if (name.includes("..") || name.startsWith("/") || name.includes("\\")) return "time: invalid location name";
  // The zones of a Linux machine are files: what is written otherwise is not found, and offsets are no names.
  if (!name.split("/").every((part) => /^[A-Z]/.test(part)) || (/[A-Z]{4}/.test(name) && name !== "NZ-CHAT")) return unknown;
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return undefined;
  } catch {
    return unknown;
  }
}
