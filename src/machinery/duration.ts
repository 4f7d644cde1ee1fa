const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const year = 365 * day;

/** An age as kubectl prints it: two units at most, the finer one only while it says something. `5s`, `2m10s`, `17m`, `3h5m`, `2d3h`, `40d`, `2y30d`. */
export function humanDuration(milliseconds: number): string {
  if (milliseconds < -1 * second) return "<invalid>";
  if (milliseconds < 0) return "0s";
  const seconds = Math.floor(milliseconds / second);
  const minutes = Math.floor(milliseconds / minute);
  const hours = Math.floor(milliseconds / hour);
  const days = Math.floor(milliseconds / day);
  if (seconds < 120) return `${seconds}s`;
  if (minutes < 10) return pair(minutes, "m", seconds % 60, "s");
  if (minutes < 180) return `${minutes}m`;
  if (hours < 8) return pair(hours, "h", minutes % 60, "m");
  if (hours < 48) return `${hours}h`;
  if (hours < 192) return pair(days, "d", hours % 24, "h");
  if (days < 365 * 2) return `${days}d`;
  const years = Math.floor(milliseconds / year);
  if (days < 365 * 8) return pair(years, "y", days % 365, "d");
  return `${years}y`;
}

const pair = (coarse: number, coarseUnit: string, fine: number, fineUnit: string) =>
  fine === 0 ? `${coarse}${coarseUnit}` : `${coarse}${coarseUnit}${fine}${fineUnit}`;

/** A length of time as Go prints it: `1h0m0s`, `10m0s`, `1.5s`, `300ms`, `0s`. */
export function goDuration(milliseconds: number): string {
  if (milliseconds === 0) return "0s";
  const sign = milliseconds < 0 ? "-" : "";
  const nanos = Math.round(Math.abs(milliseconds) * 1e6);
  if (nanos < 1e3) return `${sign}${nanos}ns`;
  if (nanos < 1e6) return `${sign}${nanos / 1e3}µs`;
  if (nanos < 1e9) return `${sign}${nanos / 1e6}ms`;
  const wholeSeconds = Math.floor(nanos / 1e9);
  const fraction =
    nanos % 1e9 === 0
      ? ""
      : `.${String(nanos % 1e9)
          .padStart(9, "0")
          .replace(/0+$/, "")}`;
  const [hours, minutes] = [Math.floor(wholeSeconds / 3600), Math.floor(wholeSeconds / 60) % 60];
  const coarse = hours > 0 ? `${hours}h${minutes}m` : minutes > 0 ? `${minutes}m` : "";
  return `${sign}${coarse}${wholeSeconds % 60}${fraction}s`;
}

const units: Record<string, number> = { ns: 1e-6, us: 1e-3, µs: 1e-3, μs: 1e-3, ms: 1, s: second, m: minute, h: hour };

/** Milliseconds of a length of time as Go reads it (`1h30m`, `1.5s`), or why it is none. */
export function parseGoDuration(text: string): number | { problem: string } {
  const invalid = { problem: `time: invalid duration ${JSON.stringify(text)}` };
  const [, sign = "", all = ""] = /^([+-]?)(.*)$/s.exec(text) ?? [];
  if (all === "0") return 0;
  if (all === "") return invalid;
  let rest = all;
  let total = 0;
  while (rest) {
    const [whole, number = "", unit = ""] = /^(\d+\.?\d*|\.\d+)([^\d.]*)/.exec(rest) ?? [];
    if (whole === undefined) return invalid;
    if (unit === "") return { problem: `time: missing unit in duration ${JSON.stringify(text)}` };
    const factor = Object.hasOwn(units, unit) ? units[unit] : undefined;
    if (factor === undefined) return { problem: `time: unknown unit ${JSON.stringify(unit)} in duration ${JSON.stringify(text)}` };
    total += Number(number) * factor;
    rest = rest.slice(whole.length);
  }
  return sign === "-" ? -total : total;
}
