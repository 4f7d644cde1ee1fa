/** A number of things, or a percentage of how many there are, rounded. */
export function share(value: number | string | undefined, of: number, round: (value: number) => number): number {
  if (typeof value === "number") return value;
  const percent = /^(\d+)%$/.exec(value ?? "")?.[1];
  return percent === undefined ? 0 : round((Number(percent) * of) / 100);
}
