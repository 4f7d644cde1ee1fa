const days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const months = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
const dayMilliseconds = 86_400_000;

/** A moment as `date` and `printf %(…)T` write it, in UTC, which is the time zone of every machine here. */
export function strftime(format: string, milliseconds: number): string {
  const date = new Date(milliseconds);
  const fields = fieldsOf(date);
  return format.replace(/%([-_0^#]?)(\d*)(:{0,3}z|[a-zA-Z%+])/g, (whole, flag: string, width: string, letter: string) => {
    const value = fields[letter]?.();
    if (value === undefined) return whole;
    const text =
      flag === "-"
        ? value.replace(/^[0 ]+(?=.)/, "")
        : flag === "_"
          ? value.replace(/^0+(?=\d)/, (zeros) => " ".repeat(zeros.length))
          : flag === "^"
            ? value.toUpperCase()
            : value;
    return width ? text.padStart(Number(width), /^\d/.test(text) ? "0" : " ") : text;
  });
}

function fieldsOf(date: Date): Record<string, () => string> {
  const two = (number: number) => String(number).padStart(2, "0");
  const year = date.getUTCFullYear();
  const month = date.getUTCMonth();
  const day = date.getUTCDate();
  const weekday = date.getUTCDay();
  const hour = date.getUTCHours();
  const twelve = hour % 12 || 12;
  const minute = two(date.getUTCMinutes());
  const second = two(date.getUTCSeconds());
  const yearDay = Math.floor((date.getTime() - Date.UTC(year, 0, 1)) / dayMilliseconds);
  const name = (names: readonly string[], at: number) => names[at] ?? "";
  const clock = () => `${two(hour)}:${minute}:${second}`;
  const iso = isoWeek(date);
  const nanoseconds =
    String((((date.getTime() % 1000) + 1000) % 1000) * 1_000_000)
      .split(".")[0]
      ?.padStart(9, "0") ?? "";
  return {
    "%": () => "%",
    n: () => "\n",
    t: () => "\t",
    Y: () => String(year),
    C: () => two(Math.floor(year / 100)),
    y: () => two(year % 100),
    m: () => two(month + 1),
    B: () => name(months, month),
    b: () => name(months, month).slice(0, 3),
    h: () => name(months, month).slice(0, 3),
    d: () => two(day),
    e: () => String(day).padStart(2),
    j: () => String(yearDay + 1).padStart(3, "0"),
    A: () => name(days, weekday),
    a: () => name(days, weekday).slice(0, 3),
    u: () => String(weekday || 7),
    w: () => String(weekday),
    U: () => two(Math.floor((yearDay + 7 - weekday) / 7)),
    W: () => two(Math.floor((yearDay + 7 - ((weekday + 6) % 7)) / 7)),
    G: () => String(iso.year),
    g: () => two(iso.year % 100),
    V: () => two(iso.week),
    H: () => two(hour),
    k: () => String(hour).padStart(2),
    I: () => two(twelve),
    l: () => String(twelve).padStart(2),
    M: () => minute,
    S: () => second,
    N: () => nanoseconds,
    p: () => (hour < 12 ? "AM" : "PM"),
    P: () => (hour < 12 ? "am" : "pm"),
    s: () => String(Math.floor(date.getTime() / 1000)),
    T: clock,
    X: clock,
    R: () => `${two(hour)}:${minute}`,
    r: () => `${two(twelve)}:${minute}:${second} ${hour < 12 ? "AM" : "PM"}`,
    D: () => `${two(month + 1)}/${two(day)}/${two(year % 100)}`,
    x: () => `${two(month + 1)}/${two(day)}/${two(year % 100)}`,
    F: () => `${year}-${two(month + 1)}-${two(day)}`,
    c: () => `${name(days, weekday).slice(0, 3)} ${name(months, month).slice(0, 3)} ${String(day).padStart(2)} ${clock()} ${year}`,
    Z: () => "UTC",
    z: () => "+0000",
    ":z": () => "+00:00",
    "::z": () => "+00:00:00",
    ":::z": () => "+00",
  };
}

function isoWeek(date: Date): { year: number; week: number } {
  const thursday = new Date(date.getTime() + (4 - (date.getUTCDay() || 7)) * dayMilliseconds);
  const year = thursday.getUTCFullYear();
  return { year, week: Math.floor((thursday.getTime() - Date.UTC(year, 0, 1)) / dayMilliseconds / 7) + 1 };
}
