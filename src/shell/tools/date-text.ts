const units: Readonly<Record<string, number>> = {
  sec: 1,
  second: 1,
  min: 60,
  minute: 60,
  hour: 3600,
  day: 86_400,
  week: 604_800,
  fortnight: 1_209_600,
};
const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
/** A day by the name of its month, its time taken out: `nov 23 2026`, `23-nov-2026`, `november 3, 2026`; without a year it is this one's. */
const namedDay =
  /(?:(\d{1,2})[\s-]+)?\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b\.?(?:[\s-]+(\d{1,2})(?!\d))?(?:[\s,-]+(\d{4}))?(?=\s|$)/;
const weekdays = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

/** A moment as `date -d` reads it: `2026-11-23 10:00`, `Nov 23 10:00:00 2026 GMT`, `@1700000000`, `+3 days`, `yesterday`, `next monday`. In UTC. */
export function dateOf(text: string, now: number): number | undefined {
  let rest = text.trim().toLowerCase();
  if (/^@-?\d+(\.\d+)?$/.test(rest)) return Number(rest.slice(1)) * 1000;
  let at = now;
  let absolute = false;
  const take = (form: RegExp): RegExpExecArray | null => {
    const found = form.exec(rest);
    if (found) rest = `${rest.slice(0, found.index)} ${rest.slice(found.index + found[0].length)}`.trim();
    return found;
  };
  const stamp = take(/\d{4}-\d\d-\d\d(?:[t ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?)?\s*(?:z|utc|gmt|[+-]\d\d:?\d\d)?(?=\s|$)/);
  if (stamp) {
    const [whole] = stamp;
    const zone = /[+-]\d\d:?\d\d$/.exec(whole.slice(10))?.[0] ?? "z";
    const written = whole
      .replace(/\s*(z|utc|gmt|[+-]\d\d:?\d\d)?$/, (found, name?: string) => (name && /^[+-]/.test(name) && whole.length <= 10 ? found : ""))
      .replace(/[t ]/, "T")
      .replace(",", ".");
    const parsed = Date.parse(whole.length <= 10 ? `${whole}T00:00:00Z` : `${written}${zone.replace(/^([+-]\d\d)(\d\d)$/, "$1:$2").toUpperCase()}`);
    if (Number.isNaN(parsed)) return undefined;
    at = parsed;
    absolute = true;
  }
  const day = 86_400_000;
  const midnight = (moment: number) => Math.floor(moment / day) * day;
  const clock = take(/(\d{1,2}):(\d\d)(?::(\d\d))?(?:[.,]\d+)?\s*(am|pm)?(?=\s|$)/);
  // What stands beside such a day tells nothing more: which day of the week it is, and that it is UTC's.
  const beside = /\b(?:(?:sun|mon|tue|tues|wed|wednes|thu|thur|thurs|fri|sat|satur)(?:day)?\b,?|utc\b|gmt\b)/g;
  const takeDay = () => {
    const whole = rest;
    rest = rest.replace(beside, "").replace(/\s+/g, " ").trim();
    const found = take(namedDay);
    if (!found) rest = whole;
    return found;
  };
  const named = stamp ? null : takeDay();
  if (named) {
    const [, before, month = "", after, year] = named;
    if ((before ?? after) === undefined) return undefined;
    at = Date.UTC(Number(year ?? new Date(now).getUTCFullYear()), months.indexOf(month), Number(before ?? after));
    absolute = true;
  }
  const zone = named && clock ? take(/([+-])(\d\d):?(\d\d)(?=\s|$)/) : null;
  if (clock) {
    const hour = (Number(clock[1]) % (clock[4] ? 12 : 24)) + (clock[4] === "pm" ? 12 : 0);
    at = midnight(at) + hour * 3_600_000 + Number(clock[2]) * 60_000 + Number(clock[3] ?? 0) * 1000;
    if (zone) at -= (Number(zone[2]) * 60 + Number(zone[3])) * (zone[1] === "-" ? -60_000 : 60_000);
    absolute = true;
  }
  for (
    let found = take(/([+-]?\s*\d+|a|an|next|last)\s*(sec|second|min|minute|hour|day|week|fortnight|month|year)s?(\s+ago)?(?=\s|$)/);
    found;
    found = take(/([+-]?\s*\d+|a|an|next|last)\s*(sec|second|min|minute|hour|day|week|fortnight|month|year)s?(\s+ago)?(?=\s|$)/)
  ) {
    const [, amount = "1", unit = "", ago] = found;
    const count = (amount === "last" ? -1 : /^(a|an|next)$/.test(amount) ? 1 : Number(amount.replace(/\s/g, ""))) * (ago ? -1 : 1);
    const seconds = units[unit];
    if (seconds !== undefined) at += count * seconds * 1000;
    else {
      const date = new Date(at);
      if (unit === "month") date.setUTCMonth(date.getUTCMonth() + count);
      else date.setUTCFullYear(date.getUTCFullYear() + count);
      at = date.getTime();
    }
  }
  const word = take(/(now|today|yesterday|tomorrow|midnight|noon)(?=\s|$)/)?.[1];
  if (word === "yesterday") at -= day;
  if (word === "tomorrow") at += day;
  if (word === "midnight") at = midnight(at);
  if (word === "noon") at = midnight(at) + day / 2;
  const weekday = take(/(next\s+|last\s+)?(sun|mon|tue|wed|thu|fri|sat)[a-z]*(?=\s|$)/);
  if (weekday && !named && !stamp) {
    const ahead = (weekdays.indexOf(weekday[2] ?? "") - new Date(at).getUTCDay() + 7) % 7;
    at = midnight(at) + (weekday[1]?.startsWith("last") ? (ahead || 7) - 7 : weekday[1] && ahead === 0 ? 7 : ahead) * day;
  }
  rest = rest.replace(/\b(utc|gmt|z)\b/g, "").trim();
  if (rest === "") return at;
  if (absolute) return undefined;
  const other = Date.parse(`${text} UTC`);
  return Number.isNaN(other) ? undefined : other;
}
