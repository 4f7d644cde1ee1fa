import { humanDuration } from "#machinery/duration.ts";
import { parseTime } from "#machinery/time.ts";

/** How long ago a time of the server was; `<unknown>` without one. */
export function ageOf(time: string | undefined | null, now: number): string {
  if (!time) return "<unknown>";
  return humanDuration(now - parseTime(time));
}
