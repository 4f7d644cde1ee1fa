// Times as Go writes them: by an example of the moment 2006-01-02 15:04:05 -0700 MST.

const months = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
const days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

const parts =
  /January|Jan|Monday|Mon|MST|2006|-07:00:00|-070000|-07:00|-0700|-07|Z07:00:00|Z070000|Z07:00|Z0700|Z07|__2|002|_2|_2006|15|01|02|03|04|05|06|PM|pm|[.,]0+(?!\d)|[.,]9+(?!\d)|1|2|3|4|5/g;

const pad = (value: number, width: number, by = "0"): string => String(value).padStart(width, by);

interface Moment {
  date: Date;
  offsetMinutes: number;
  zone: string;
}

/** A moment's clock and calendar in a time zone; a zone that is not known is UTC. */
function momentIn(at: number, zone: string): Moment {
  if (zone === "UTC" || zone === "Local" || zone === "") return { date: new Date(at), offsetMinutes: 0, zone: "UTC" };
  try {
    const named = (timeZoneName: "longOffset" | "short") =>
      new Intl.DateTimeFormat("en-US", { timeZone: zone, timeZoneName }).formatToParts(new Date(at)).find(({ type }) => type === "timeZoneName")
        ?.value ?? "";
    const [, sign = "+", hours = "0", minutes = "0"] = /GMT([+-])(\d+):?(\d*)/.exec(named("longOffset")) ?? [];
    const offsetMinutes = (Number(hours) * 60 + Number(minutes || 0)) * (sign === "-" ? -1 : 1);
    const short = named("short");
    const numeric = `${sign}${pad(Number(hours), 2)}${Number(minutes || 0) ? pad(Number(minutes), 2) : ""}`;
    return { date: new Date(at + offsetMinutes * 60_000), offsetMinutes, zone: short.startsWith("GMT") && short !== "GMT" ? numeric : short };
  } catch {
    return { date: new Date(at), offsetMinutes: 0, zone: "UTC" };
  }
}

function offset(minutes: number, form: string): string {
  if (form.startsWith("Z") && minutes === 0) return "Z";
  const size = Math.abs(minutes);
  const [h, m] = [pad(Math.floor(size / 60), 2), pad(size % 60, 2)];
  const colon = form.includes(":") ? ":" : "";
  const digits = form.replace(/\D/g, "").length;
  return (minutes < 0 ? "-" : "+") + h + (digits > 2 ? colon + m : "") + (digits > 4 ? `${colon}00` : "");
}

/** A moment (milliseconds since 1970) in a layout of Go's. */
export function formatGoTime(at: number, layout: string, zone = "UTC"): string {
  const moment = momentIn(at, zone);
  const { date } = moment;
  const year = date.getUTCFullYear();
  const nanos = pad(Math.round((((at % 1000) + 1000) % 1000) * 1e6), 9);
  return layout.replace(parts, (part) => {
    if (/^[.,]0+$/.test(part)) return part[0] + nanos.slice(0, part.length - 1);
    if (/^[.,]9+$/.test(part)) {
      const digits = nanos.slice(0, part.length - 1).replace(/0+$/, "");
      return digits ? part[0] + digits : "";
    }
    if (part.startsWith("-") || part.startsWith("Z")) return offset(moment.offsetMinutes, part);
    switch (part) {
      case "January":
        return months[date.getUTCMonth()] ?? "";
      case "Jan":
        return (months[date.getUTCMonth()] ?? "").slice(0, 3);
      case "Monday":
        return days[date.getUTCDay()] ?? "";
      case "Mon":
        return (days[date.getUTCDay()] ?? "").slice(0, 3);
      case "MST":
        return moment.zone;
      case "2006":
        return pad(year, 4);
      case "_2006":
        return `_${pad(year, 4)}`;
      case "06":
        return pad(year % 100, 2);
      case "01":
        return pad(date.getUTCMonth() + 1, 2);
      case "1":
        return String(date.getUTCMonth() + 1);
      case "02":
        return pad(date.getUTCDate(), 2);
      case "2":
        return String(date.getUTCDate());
      case "_2":
        return pad(date.getUTCDate(), 2, " ");
      case "002":
      case "__2": {
        const day = Math.floor((Date.UTC(year, date.getUTCMonth(), date.getUTCDate()) - Date.UTC(year, 0, 1)) / 86_400_000) + 1;
        return pad(day, 3, part === "002" ? "0" : " ");
      }
      case "15":
        return pad(date.getUTCHours(), 2);
      case "03":
        return pad(date.getUTCHours() % 12 || 12, 2);
      case "3":
        return String(date.getUTCHours() % 12 || 12);
      case "04":
        return pad(date.getUTCMinutes(), 2);
      case "4":
        return String(date.getUTCMinutes());
      case "05":
        return pad(date.getUTCSeconds(), 2);
      case "5":
        return String(date.getUTCSeconds());
      case "PM":
        return date.getUTCHours() >= 12 ? "PM" : "AM";
      case "pm":
        return date.getUTCHours() >= 12 ? "pm" : "am";
      default:
        return part;
    }
  });
}

const patterns: Readonly<Record<string, string>> = {
  "2006": "(?<year>\\d{4})",
  "06": "(?<shortYear>\\d\\d)",
  January: `(?<monthName>${months.join("|")})`,
  Jan: `(?<monthName>${months.map((name) => name.slice(0, 3)).join("|")})`,
  Monday: `(?:${days.join("|")})`,
  Mon: `(?:${days.map((name) => name.slice(0, 3)).join("|")})`,
  "01": "(?<month>\\d\\d)",
  "1": "(?<month>\\d\\d?)",
  "02": "(?<day>\\d\\d)",
  "2": "(?<day>\\d\\d?)",
  _2: "(?<day>[ \\d]?\\d)",
  "15": "(?<hour>\\d\\d)",
  "03": "(?<hour>\\d\\d)",
  "3": "(?<hour>\\d\\d?)",
  "04": "(?<minute>\\d\\d)",
  "4": "(?<minute>\\d\\d?)",
  "05": "(?<second>\\d\\d(?:\\.\\d+)?)",
  "5": "(?<second>\\d\\d?(?:\\.\\d+)?)",
  PM: "(?<half>AM|PM)",
  pm: "(?<half>am|pm)",
  MST: "(?<zone>[A-Z]{3,5})",
};

/** Milliseconds since 1970 of a time in a layout of Go's, or what is wrong with it. */
export function parseGoTime(layout: string, text: string): number | { problem: string } {
  const source = layout.split(new RegExp(`(${parts.source})`, "g")).map((part) => {
    if (patterns[part]) return patterns[part];
    if (/^Z07/.test(part)) return "(?<offset>Z|[+-]\\d\\d:?\\d\\d)";
    if (/^-07/.test(part)) return "(?<offset>[+-]\\d\\d(?::?\\d\\d)?)";
    return /^[.,][09]+$/.test(part) ? "" : part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
  });
  const found = new RegExp(`^${source.join("")}$`).exec(text)?.groups;
  const wrong = (why: string) => ({ problem: `parsing time ${JSON.stringify(text)}${why}` });
  if (!found)
    return wrong(` as ${JSON.stringify(layout)}: cannot parse ${JSON.stringify(text)} as ${JSON.stringify(layout.match(parts)?.[0] ?? layout)}`);
  const number = (name: string, otherwise: number) => (found[name] === undefined ? otherwise : Number(found[name]));
  const year = found["shortYear"] === undefined ? number("year", 0) : number("shortYear", 0) + (number("shortYear", 0) >= 69 ? 1900 : 2000);
  const month = found["monthName"] ? months.findIndex((name) => name.startsWith(found["monthName"] ?? "")) + 1 : number("month", 1);
  let hour = number("hour", 0);
  const half = found["half"]?.toUpperCase();
  if (half === "PM" && hour < 12) hour += 12;
  if (half === "AM" && hour === 12) hour = 0;
  if (month < 1 || month > 12) return wrong(": month out of range");
  const day = number("day", 1);
  if (day < 1 || day > new Date(Date.UTC(year, month, 0)).getUTCDate()) return wrong(": day out of range");
  if (hour > 23) return wrong(": hour out of range");
  const [, sign = "+", h = "0", m = "0"] = /^([+-])(\d\d):?(\d\d)?$/.exec(found["offset"] ?? "") ?? [];
  const away = (Number(h) * 60 + Number(m)) * (sign === "-" ? -1 : 1) * 60_000;
  const start = new Date(0);
  start.setUTCFullYear(year, month - 1, day);
  return start.getTime() + hour * 3_600_000 + number("minute", 0) * 60_000 + number("second", 0) * 1000 - away;
}
