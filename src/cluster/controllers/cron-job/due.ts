import type { Schedule } from "#machinery/cron.ts";
import { nextTime } from "#machinery/cron-next.ts";
import { parseTime } from "#machinery/time.ts";
import type { CronJob } from "#machinery/types.ts";

/** Timers go off a little late, lest a clock that runs ahead makes one come too early. */
const lateness = 100;
/** So many missed times are worth a warning. */
const many = 100;

export interface Due {
  /** The latest time that has passed and that no job was made for. */
  time: number | undefined;
  /** Whether suspiciously many have passed. */
  isLate: boolean;
}

/** What a schedule is due for; undefined where it never comes. */
export function dueOf({ metadata, spec, status }: CronJob, schedule: Schedule, now: number, withDeadline: boolean): Due | undefined {
  const last = parseTime(status.lastScheduleTime ?? metadata.creationTimestamp ?? "");
  const deadline = withDeadline && spec.startingDeadlineSeconds !== undefined ? now - spec.startingDeadlineSeconds * 1000 : last;
  const next = (after: number) => nextTime(schedule, after, spec.timeZone);
  const first = next(Math.max(last, deadline));
  const second = first === undefined ? undefined : next(first);
  if (first === undefined || second === undefined) return undefined;
  if (now < first) return { time: undefined, isLate: false };
  if (now < second) return { time: first, isLate: false };

  // Most schedules are regular: that tells about where the latest time is without going through all of them.
  const step = second - first;
  const missed = Math.floor((now - first) / step) + 1;
  let time: number | undefined;
  for (let at = next(first + (missed - 2) * step); at !== undefined && at <= now; at = next(at)) time = at;
  return { time, isLate: missed > many };
}

/** When a cron job is to be looked at again. */
export function nextLook(cronJob: CronJob, schedule: Schedule, now: number): number | undefined {
  const { metadata, spec, status } = cronJob;
  const due = dueOf(cronJob, schedule, now, false);
  const last = parseTime(status.lastScheduleTime ?? metadata.creationTimestamp ?? "");
  const next = nextTime(schedule, due ? (due.time ?? last) : now, spec.timeZone);
  if (next === undefined) return undefined;
  return (next > now ? next : (nextTime(schedule, now, spec.timeZone) ?? next)) + lateness;
}
