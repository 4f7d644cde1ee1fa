import type { Clock } from "#base/clock.ts";
import type { CronJob } from "#machinery/types.ts";

/** The schedules as they were when they were looked at last. To forget them does no harm: what is missed is then made up for. */
const known = new WeakMap<Clock, Map<string, string>>();

/** Whether the schedule, or its time zone, is another one than at the last look. */
export function hasNewSchedule({ metadata, spec }: CronJob, clock: Clock): boolean {
  const schedules = known.get(clock) ?? new Map<string, string>();
  known.set(clock, schedules);
  const key = metadata.uid ?? "";
  const schedule = `${spec.timeZone ?? ""} ${spec.schedule}`;
  const before = schedules.get(key);
  schedules.set(key, schedule);
  return before !== undefined && before !== schedule;
}
