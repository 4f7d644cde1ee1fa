import type { Clock } from "#base/clock.ts";
import type { Schedule } from "#machinery/cron.ts";
import { nextTime } from "#machinery/cron-next.ts";
import { formatTime } from "#machinery/time.ts";
import type { CronJob, CronJobStatus } from "#machinery/types.ts";

/** Shorter times pass as they are. */
const shortest = 3_600_000;

/**
 * Where much time passes at once, most jobs would be made only to be deleted by the history limits: those are left out. Gives the status as if
 * the last of them had been made; undefined where there is nothing to leave out. Jobs that still run may stand in the way of others, so all have to
 * have ended.
 */
export function skipped({ spec }: CronJob, status: CronJobStatus, schedule: Schedule, clock: Clock): CronJobStatus | undefined {
  const { until } = clock;
  const now = clock.now();
  const { successfulJobsHistoryLimit: succeeded, failedJobsHistoryLimit: failed } = spec;
  if (until === undefined || until - now < shortest || succeeded === undefined || failed === undefined) return undefined;
  if (status.active?.length || !status.lastScheduleTime) return undefined;

  const next = (after: number) => nextTime(schedule, after, spec.timeZone);
  const first = next(now);
  const second = first === undefined ? undefined : next(first);
  if (first === undefined || second === undefined) return undefined;
  const kept = succeeded + failed + 1;
  const last = next(until - kept * (second - first));
  // The last one that is left out must come after the next one, or nothing is gained.
  return last !== undefined && last > second && last < until ? { ...status, lastScheduleTime: formatTime(last) } : undefined;
}
