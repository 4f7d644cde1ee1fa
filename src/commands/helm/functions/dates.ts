import { goDuration, parseGoDuration } from "#machinery/duration.ts";
import { takes, typed } from "../../go-template/functions.ts";
import { TemplateProblem } from "../../go-template/problem.ts";
import { GoObject, Int64, Method, type TemplateFunction, type Value, wholeOf } from "../../go-template/values.ts";
import { formatGoTime, parseGoTime } from "../go-time.ts";

/** A moment as templates see it. */
export class GoTime extends GoObject {
  readonly type = "time.Time";
  readonly at: number;
  readonly zone: string;

  constructor(at: number, zone = "UTC") {
    super();
    this.at = at;
    this.zone = zone;
  }

  field(name: string): Value | Method {
    const gives = (value: Value) => new Method(takes(0, 0, () => value));
    const part = (layout: string) => gives(BigInt(Number(formatGoTime(this.at, layout, this.zone))));
    switch (name) {
      case "Year":
        return part("2006");
      case "Day":
        return part("2");
      case "Hour":
        return part("15");
      case "Minute":
        return part("4");
      case "Second":
        return part("5");
      case "Month":
        return gives(formatGoTime(this.at, "January", this.zone));
      case "Weekday":
        return gives(formatGoTime(this.at, "Monday", this.zone));
      case "Unix":
        return gives(new Int64(Math.floor(this.at / 1000)));
      case "UnixMilli":
        return gives(new Int64(Math.floor(this.at)));
      case "UnixNano":
        return gives(new Int64(BigInt(Math.floor(this.at)) * 1_000_000n));
      case "UTC":
        return gives(new GoTime(this.at));
      case "Format":
        return new Method(typed(["string"], (layout) => formatGoTime(this.at, layout as string, this.zone)));
      case "IsZero":
        return gives(this.at === zeroTime);
      case "String":
        return gives(this.toGoString());
      default:
        return undefined;
    }
  }

  toGoString(): string {
    return formatGoTime(this.at, "2006-01-02 15:04:05.999999999 -0700 MST", this.zone);
  }
}

/** The year 1. */
const zeroTime = -62_135_596_800_000;

/** Functions on times; `now` is the machine's clock. */
export function dates(now: () => number): Readonly<Record<string, TemplateFunction>> {
  const momentOf = (value: Value): number => {
    if (value instanceof GoTime) return value.at;
    const whole = wholeOf(value);
    return whole === undefined ? now() : Number(whole) * 1000;
  };
  const shown = (layout: string, value: Value, zone: string) => formatGoTime(momentOf(value), layout, zone);
  const moved = (must: boolean) => (by: Value, date: Value) => {
    const change = parseGoDuration(by as string);
    if (!(date instanceof GoTime)) throw new TemplateProblem("wrong type for value; expected time.Time");
    if (typeof change === "number") return new GoTime(date.at + change, date.zone);
    if (must) throw new TemplateProblem(change.problem);
    return date;
  };
  const read = (must: boolean) => (layout: Value, text: Value) => {
    const parsed = parseGoTime(layout as string, text as string);
    if (typeof parsed === "number") return new GoTime(parsed);
    if (must) throw new TemplateProblem(parsed.problem);
    return new GoTime(zeroTime);
  };
  const inZone = typed(["string", "interface {}", "string"], (layout, value, zone) => shown(layout as string, value, zone as string));
  const modify = typed(["string", "interface {}"], moved(false));
  const mustModify = typed(["string", "interface {}"], moved(true));
  return {
    now: takes(0, 0, () => new GoTime(now())),
    date: typed(["string", "interface {}"], (layout, value) => shown(layout as string, value, "UTC")),
    dateInZone: inZone,
    date_in_zone: inZone,
    dateModify: modify,
    date_modify: modify,
    mustDateModify: mustModify,
    must_date_modify: mustModify,
    htmlDate: takes(1, 1, (value) => shown("2006-01-02", value, "UTC")),
    htmlDateInZone: typed(["interface {}", "string"], (value, zone) => shown("2006-01-02", value, zone as string)),
    toDate: typed(["string", "string"], read(false)),
    mustToDate: typed(["string", "string"], read(true)),
    unixEpoch: takes(1, 1, (value) => String(Math.floor(momentOf(value) / 1000))),
    ago: takes(1, 1, (value) => goDuration(Math.round((now() - momentOf(value)) / 1000) * 1000)),
    duration: takes(1, 1, (value) => {
      const seconds = typeof value === "string" ? (/^[+-]?\d+$/.test(value) ? Number(value) : 0) : value instanceof Int64 ? Number(value.value) : 0;
      return goDuration(seconds * 1000);
    }),
    durationRound: takes(1, 1, (value) => rounded(value, now)),
  };
}

function rounded(value: Value, now: () => number): string {
  let length = 0;
  if (typeof value === "string") {
    const parsed = parseGoDuration(value);
    if (typeof parsed === "number") length = parsed;
  } else if (value instanceof Int64) length = Number(value.value) / 1e6;
  else if (value instanceof GoTime) length = now() - value.at;
  const size = Math.abs(length);
  const hour = 3_600_000;
  const units = { y: hour * 24 * 365, mo: hour * 24 * 30, d: hour * 24, h: hour, m: 60_000, s: 1000 };
  for (const [name, unit] of Object.entries(units)) if (size > unit) return `${Math.floor(size / unit)}${name}`;
  return "0s";
}
