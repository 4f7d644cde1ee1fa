import { quoted } from "#machinery/field-error.ts";

// Which of a job's indexes are meant, as it is written: `1,3-5,7`.

type Interval = readonly [number, number];

/** How many indexes a text names, or what is wrong with it. */
export function countIndexes(text: string, completions: number): number | { problem: string } {
  if (!text) return 0;
  let last: number | undefined;
  let total = 0;
  for (const part of text.split(",")) {
    const interval = parseInterval(part, completions);
    if ("problem" in interval) return interval;
    const [first, end] = interval;
    if (last !== undefined && last >= first) return { problem: `non-increasing order, previous: ${last}, current: ${first}` };
    total += end - first + 1;
    last = end;
  }
  return total;
}

function parseInterval(text: string, completions: number): Interval | { problem: string } {
  const ends = text.split("-");
  if (ends.length > 2)
    return { problem: `the fragment ${quoted(text)} violates the requirement that an index interval can have at most two parts separated by '-'` };
  for (const end of ends) {
    if (!/^\+?\d+$/.test(end)) return { problem: `cannot convert string to integer for index: ${quoted(end)}` };
    if (Number(end) >= completions) return { problem: `too large index: ${quoted(end)}` };
  }
  const [first = 0, last = first] = ends.map(Number);
  if (ends.length > 1 && first >= last) return { problem: `non-increasing order, previous: ${first}, current: ${last}` };
  return [first, last];
}

/** The first index that both texts name. Parts that cannot be read are told of elsewhere. */
export function firstCommon(some: string, others: string, completions: number): number | undefined {
  const read = (text: string) =>
    text.split(",").flatMap((part) => {
      const interval = parseInterval(part, completions);
      return "problem" in interval ? [] : [interval];
    });
  if (!some || !others) return undefined;
  const rest = read(others);
  for (const [first, last] of read(some)) {
    const overlapping = rest.find(([start, end]) => first <= end && start <= last);
    if (overlapping) return Math.max(first, overlapping[0]);
  }
  return undefined;
}
