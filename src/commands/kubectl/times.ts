/** A moment as logs and reports write it. */
const parts = (milliseconds: number) => {
  const days = Math.floor(milliseconds / 86_400_000);
  // Days to a date of the Gregorian calendar, counted in years that begin in March.
  const z = days + 719_468;
  const era = Math.floor(z / 146_097);
  const ofEra = z - era * 146_097;
  const year = Math.floor((ofEra - Math.floor(ofEra / 1460) + Math.floor(ofEra / 36_524) - Math.floor(ofEra / 146_096)) / 365);
  const ofYear = ofEra - (365 * year + Math.floor(year / 4) - Math.floor(year / 100));
  const m = Math.floor((5 * ofYear + 2) / 153);
  const month = m < 10 ? m + 3 : m - 9;
  const ms = milliseconds - days * 86_400_000;
  return {
    year: year + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: ofYear - Math.floor((153 * m + 2) / 5) + 1,
    weekday: (((days + 4) % 7) + 7) % 7,
    hour: Math.floor(ms / 3_600_000),
    minute: Math.floor(ms / 60_000) % 60,
    second: Math.floor(ms / 1000) % 60,
    micros: Math.floor((ms % 1000) * 1000),
  };
};

const two = (n: number): string => String(n).padStart(2, "0");

/** `1123 12:00:00.000000`, as klog begins its lines. */
export function klogTime(milliseconds: number): string {
  const { month, day, hour, minute, second, micros } = parts(milliseconds);
  return `${two(month)}${two(day)} ${two(hour)}:${two(minute)}:${two(second)}.${String(micros).padStart(6, "0")}`;
}

/** `2026-11-23 13:35:46 +0000 UTC` */
export function plainTime(milliseconds: number): string {
  const { year, month, day, hour, minute, second } = parts(milliseconds);
  return `${year}-${two(month)}-${two(day)} ${two(hour)}:${two(minute)}:${two(second)} +0000 UTC`;
}

/** `Mon, 23 Nov 2026 13:35:46 +0000` */
export function longTime(milliseconds: number): string {
  const { year, month, day, weekday, hour, minute, second } = parts(milliseconds);
  const [name, monthName] = [
    "Sun Mon Tue Wed Thu Fri Sat".split(" ")[weekday],
    "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ")[month - 1],
  ];
  return `${name}, ${two(day)} ${monthName} ${year} ${two(hour)}:${two(minute)}:${two(second)} +0000`;
}
