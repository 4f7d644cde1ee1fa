import { bytesOf } from "#base/streams.ts";

// RFC 3339 as Kubernetes reads and writes it: whole seconds in UTC for Time, six digits for MicroTime. Here a time is milliseconds since 1970,
// with a fraction where there are microseconds.

const dayMilliseconds = 86_400_000;

// Much is written down within one second: it shares one text.
let lastSecond = Number.NaN;
let lastText = "";

/** `2026-11-23T15:04:05Z`: metav1.Time. */
export function formatTime(milliseconds: number): string {
  const second = Math.floor(milliseconds / 1000);
  if (second !== lastSecond) [lastSecond, lastText] = [second, `${dateAndTime(second)}Z`];
  return lastText;
}

/** `2026-11-23T15:04:05.123456Z`: metav1.MicroTime. */
export function formatMicroTime(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  const micros = Math.floor((milliseconds - seconds * 1000) * 1000);
  return `${dateAndTime(seconds)}.${digits(micros, 6)}Z`;
}

/** Milliseconds since 1970 of a time that the server wrote; NaN if it is none. */
export function parseTime(text: string): number {
  const [, date, hour, minute, second] = (text.length === 20 && plainTime.exec(text)) || [];
  if (date) return startOf(date) + (Number(hour) * 3600 + Number(minute) * 60 + Number(second)) * 1000;
  const result = readTime(text, "time");
  return typeof result === "number" ? result : Number.NaN;
}

/** Nearly all times look like this. */
const plainTime = /^(\d{4}-\d\d-\d\d)T([01]\d|2[0-3]):([0-5]\d):([0-5]\d)Z$/;

// Most times read one after the other are of one day.
let lastRead = "";
let lastStart = Number.NaN;

/** When a day begins; NaN where there is none. */
function startOf(date: string): number {
  if (date === lastRead) return lastStart;
  const [year, month, day] = [Number(date.slice(0, 4)), Number(date.slice(5, 7)), Number(date.slice(8))];
  const exists = month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month);
  [lastRead, lastStart] = [date, exists ? daysSince1970(year, month, day) * dayMilliseconds : Number.NaN];
  return lastStart;
}

/** A time as a client sent it, or why it is none, in Go's words. */
export function readTime(text: string, type: "time" | "micro-time"): number | { problem: string } {
  const reader = new TimeReader(text, type === "time" ? "2006-01-02T15:04:05Z07:00" : "2006-01-02T15:04:05.000000Z07:00");
  try {
    const year = reader.number("2006", 4);
    reader.literal("-");
    const month = reader.number("01", 2, [1, 12, "month"]);
    reader.literal("-");
    const day = reader.number("02", 2);
    reader.literal("T");
    const hour = reader.number("15", 1, [0, 23, "hour"]);
    reader.literal(":");
    const minute = reader.number("04", 2, [0, 59, "minute"]);
    reader.literal(":");
    const second = reader.number("05", 2, [0, 59, "second"]);
    const fraction = reader.fraction(type === "micro-time" ? 6 : undefined);
    const offset = reader.zone();
    reader.end();
    if (day < 1 || day > daysIn(year, month)) throw new Unreadable(`parsing time ${timeQuoted(text)}: day out of range`);
    return daysSince1970(year, month, day) * dayMilliseconds + (hour * 3600 + minute * 60 + second - offset) * 1000 + fraction;
  } catch (error) {
    if (error instanceof Unreadable) return { problem: error.message };
    throw error;
  }
}

class Unreadable extends Error {}

class TimeReader {
  readonly #text: string;
  readonly #layout: string;
  #rest: string;

  constructor(text: string, layout: string) {
    this.#text = text;
    this.#layout = layout;
    this.#rest = text;
  }

  literal(wanted: string): void {
    if (!this.#rest.startsWith(wanted)) throw this.#cannot(wanted);
    this.#rest = this.#rest.slice(wanted.length);
  }

  /** A number of four digits, of two, or (`least` 1) of one or two. */
  number(element: string, least: number, range?: [number, number, string]): number {
    const found = (least === 4 ? /^\d{4}/ : least === 2 ? /^\d\d/ : /^\d\d?/).exec(this.#rest)?.[0];
    if (found === undefined) throw this.#cannot(element);
    this.#rest = this.#rest.slice(found.length);
    const value = Number(found);
    if (range && (value < range[0] || value > range[1])) throw this.#wrong(`${range[2]} out of range`);
    return value;
  }

  /** Milliseconds of a fraction of a second: any number of digits, or exactly `exact`. */
  fraction(exact: number | undefined): number {
    const found = (exact === undefined ? /^[.,]\d+/ : new RegExp(`^[.,]\\d{${exact}}`)).exec(this.#rest)?.[0];
    if (found === undefined) {
      if (exact !== undefined) throw this.#cannot(`.${"0".repeat(exact)}`);
      return 0;
    }
    this.#rest = this.#rest.slice(found.length);
    return Number(`0.${found.slice(1)}`) * 1000;
  }

  /** Seconds east of Greenwich. */
  zone(): number {
    if (this.#rest.startsWith("Z")) {
      this.#rest = this.#rest.slice(1);
      return 0;
    }
    const found = /^([+-])(\d\d):(\d\d)/.exec(this.#rest);
    if (!found) throw this.#cannot("Z07:00");
    this.#rest = this.#rest.slice(found[0].length);
    const [hours, minutes] = [Number(found[2]), Number(found[3])];
    if (hours > 24) throw this.#wrong("time zone offset hour out of range");
    if (minutes > 60) throw this.#wrong("time zone offset minute out of range");
    return (found[1] === "-" ? -1 : 1) * (hours * 3600 + minutes * 60);
  }

  end(): void {
    if (this.#rest) throw this.#wrong(`extra text: ${timeQuoted(this.#rest)}`);
  }

  #cannot(element: string): Unreadable {
    return new Unreadable(
      `parsing time ${timeQuoted(this.#text)} as ${timeQuoted(this.#layout)}: cannot parse ${timeQuoted(this.#rest)} as ${timeQuoted(element)}`,
    );
  }

  #wrong(what: string): Unreadable {
    return new Unreadable(`parsing time ${timeQuoted(this.#text)}: ${what}`);
  }
}

/** A text in quotes as Go's time package writes it: byte by byte, what is not plain in hexadecimal. */
function timeQuoted(text: string): string {
  const escaped = text.replace(/["\\]|[^ -~]/gu, (char) =>
    char === '"' || char === "\\" ? `\\${char}` : [...bytesOf(char)].map((byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join(""),
  );
  return `"${escaped}"`;
}

const digits = (value: number, width: number) => String(value).padStart(width, "0");

function dateAndTime(seconds: number): string {
  const days = Math.floor(seconds / 86_400);
  const rest = seconds - days * 86_400;
  const time = `${digits(Math.floor(rest / 3600), 2)}:${digits(Math.floor(rest / 60) % 60, 2)}:${digits(rest % 60, 2)}`;
  return `${dateOf(days)}T${time}`;
}

// Most times written one after the other are of one day.
let lastDays = Number.NaN;
let lastDate = "";

function dateOf(days: number): string {
  if (days === lastDays) return lastDate;
  let year = 1970 + Math.floor(days / 365.2425);
  while (daysSince1970(year, 1, 1) > days) year--;
  while (daysSince1970(year + 1, 1, 1) <= days) year++;
  let rest = days - daysSince1970(year, 1, 1);
  let month = 1;
  while (rest >= daysIn(year, month)) rest -= daysIn(year, month++);
  lastDays = days;
  lastDate = `${digits(year, 4)}-${digits(month, 2)}-${digits(rest + 1, 2)}`;
  return lastDate;
}

const isLeap = (year: number) => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;

const daysIn = (year: number, month: number) => (month === 2 ? (isLeap(year) ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31);

function daysSince1970(year: number, month: number, day: number): number {
  const before = year - 1;
  const leaps = Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400) - 477;
  let days = (year - 1970) * 365 + leaps + day - 1;
  for (let m = 1; m < month; m++) days += daysIn(year, m);
  return days;
}
