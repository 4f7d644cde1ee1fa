const units: Readonly<Record<string, number>> = {
  "": 1,
  b: 512,
  kB: 1e3,
  KB: 1e3,
  k: 1024,
  K: 1024,
  KiB: 1024,
  MB: 1e6,
  M: 1024 ** 2,
  m: 1024 ** 2,
  MiB: 1024 ** 2,
  GB: 1e9,
  G: 1024 ** 3,
  g: 1024 ** 3,
  GiB: 1024 ** 3,
  T: 1024 ** 4,
  t: 1024 ** 4,
};

/** A count as `head -c` takes it: `5`, `2k`, `1M`. */
export function sizeOf(text: string): number | undefined {
  const [, digits, unit = ""] = /^(\d+)([a-zA-Z]*)$/.exec(text) ?? [];
  const factor = units[unit];
  return digits === undefined || factor === undefined ? undefined : Number(digits) * factor;
}

/** A size as `ls -h` and `du -h` show it: `1.5K`, `12M`. */
export function humanSize(bytes: number): string {
  if (bytes < 1024) return String(bytes);
  let value = bytes;
  let unit = -1;
  do {
    value /= 1024;
    unit++;
  } while (value >= 1024 && unit < 4);
  const rounded = value < 10 ? Math.ceil(value * 10) / 10 : Math.ceil(value);
  return `${value < 10 ? rounded.toFixed(1) : rounded}${"KMGTP"[unit]}`;
}
