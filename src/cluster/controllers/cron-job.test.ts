import { expect, test } from "vitest";
import type { Draft } from "#machinery/object.ts";
import type { CronJob, Event, Job } from "#machinery/types.ts";
import { type Playground, playground } from "../../../test/kit/cluster.ts";

const nodes = [{ name: "node-1", cpu: "16", memory: "32Gi", images: ["busybox:1.36"] }];
const minute = 60_000;
const hour = 60 * minute;

function hello(spec: Partial<CronJob["spec"]> = {}, command = "date"): Draft<CronJob> {
  return {
    apiVersion: "batch/v1",
    kind: "CronJob",
    metadata: { name: "hello", namespace: "default" },
    spec: {
      schedule: "* * * * *",
      jobTemplate: {
        spec: {
          template: { spec: { restartPolicy: "Never", containers: [{ name: "main", image: "busybox:1.36", command: ["sh", "-c", command] }] } },
        },
      },
      ...spec,
    },
  };
}

const cronJobOf = ({ api }: Playground) => api.get<CronJob>("cronjobs.batch", "hello", "default") as CronJob;
const jobsOf = ({ api }: Playground) => api.list<Job>("jobs.batch", { namespace: "default" });
/** When jobs were made, in minutes since noon. */
const minutesOf = (play: Playground) =>
  jobsOf(play).map(({ metadata }) => Number(metadata.name.slice("hello-".length)) - Date.UTC(2026, 10, 23, 12) / minute);
const reasonsOf = ({ api }: Playground) => {
  const events = api.list<Event>("events").filter(({ involvedObject }) => involvedObject.kind === "CronJob");
  return Object.fromEntries(events.map(({ reason, count }) => [reason, count ?? 1]));
};
const change = (play: Playground, spec: Partial<CronJob["spec"]>) =>
  play.cluster.tasks.run(() => play.api.update<CronJob>("cronjobs.batch", { ...cronJobOf(play), spec: { ...cronJobOf(play).spec, ...spec } }));

/** A quarter past noon, when tests begin. */
async function begin(spec: Partial<CronJob["spec"]> = {}, command?: string): Promise<Playground> {
  const play = await playground({ nodes });
  await play.cluster.clock.advance(Date.UTC(2026, 10, 23, 12, 15, 30));
  await play.cluster.tasks.run(() => play.api.create<CronJob>("cronjobs.batch", hello(spec, command)));
  return play;
}

test("a job a minute, named by the minute, of which the last ones are kept", async () => {
  const play = await begin();
  await play.rest(40_000);
  expect(minutesOf(play)).toEqual([16]);
  const [job] = jobsOf(play);
  expect(job?.metadata).toMatchObject({
    annotations: { "batch.kubernetes.io/cronjob-scheduled-timestamp": "2026-11-23T12:16:00Z" },
    ownerReferences: [{ kind: "CronJob", name: "hello", controller: true, blockOwnerDeletion: true }],
  });
  expect(cronJobOf(play).status).toMatchObject({ lastScheduleTime: "2026-11-23T12:16:00Z" });
  await play.rest(10 * minute);
  expect(minutesOf(play)).toEqual([24, 25, 26]);
  expect(cronJobOf(play).status.active).toBeUndefined();
  expect(cronJobOf(play).status.lastSuccessfulTime).toMatch(/^2026-11-23T12:26:0\dZ$/);
  expect(Object.keys(reasonsOf(play)).sort()).toEqual(["SawCompletedJob", "SuccessfulCreate", "SuccessfulDelete"]);
});

test.for<[concurrencyPolicy: NonNullable<CronJob["spec"]["concurrencyPolicy"]>, running: number[], reason: string]>([
  ["Allow", [16, 17, 18], "SuccessfulCreate"],
  ["Forbid", [16], "JobAlreadyActive"],
  ["Replace", [18], "SuccessfulDelete"],
])("a job that still runs: %s", async ([concurrencyPolicy, running, reason]) => {
  const play = await begin({ concurrencyPolicy }, "sleep 10000");
  await play.rest(3 * minute);
  expect(minutesOf(play)).toEqual(running);
  expect(cronJobOf(play).status.active).toHaveLength(running.length);
  expect(reasonsOf(play)).toHaveProperty(reason);
});

test("jobs that fail are kept as many as they may, apart from those that succeed", async () => {
  const play = await begin({
    failedJobsHistoryLimit: 2,
    jobTemplate: { spec: { ...hello({}, "false").spec?.jobTemplate.spec, backoffLimit: 0 } as Job["spec"] },
  });
  await play.rest(6 * minute);
  expect(minutesOf(play)).toEqual([20, 21]);
  expect(cronJobOf(play).status.lastSuccessfulTime).toBeUndefined();
  expect(play.events("hello").some((text) => /^Normal SawCompletedJob: Saw completed job: hello-\d+, condition: Failed$/.test(text))).toBe(true);
});

test("a time zone says when a day begins", async () => {
  const play = await begin({ schedule: "30 21 * * *", timeZone: "Asia/Tokyo" });
  await play.rest(hour);
  expect(minutesOf(play)).toEqual([30]);
  expect(jobsOf(play)[0]?.metadata.annotations).toEqual({ "batch.kubernetes.io/cronjob-scheduled-timestamp": "2026-11-23T21:30:00+09:00" });
});

test("a suspended one makes nothing, and then what it missed last", async () => {
  const play = await begin({ suspend: true });
  await play.rest(5 * minute);
  expect(minutesOf(play)).toEqual([]);
  await change(play, { suspend: false });
  await play.rest(1000);
  expect(minutesOf(play)).toEqual([20]);
});

test.for<[why: string, spec: Partial<CronJob["spec"]>, minutes: number, jobs: number[], reasons: string[]]>([
  ["unless it may not be late", { schedule: "*/10 * * * *", startingDeadlineSeconds: 30 }, 12, [], []],
  ["with a warning where it missed many", {}, 150, [165], ["SuccessfulCreate", "TooManyMissedTimes"]],
])("what was missed is made up for, %s", async ([, spec, minutes, jobs, reasons]) => {
  const play = await begin({ ...spec, suspend: true });
  await play.rest(minutes * minute);
  await change(play, { suspend: false });
  await play.rest(1000);
  expect(minutesOf(play)).toEqual(jobs);
  expect(
    Object.keys(reasonsOf(play))
      .filter((reason) => reason !== "SawCompletedJob")
      .sort(),
  ).toEqual(reasons);
});

test("a new schedule counts from now on", async () => {
  const play = await begin({ schedule: "0 0 * * *" });
  await play.rest(5 * minute);
  await change(play, { schedule: "*/2 * * * *" });
  await play.rest(1000);
  expect(minutesOf(play)).toEqual([]);
  await play.rest(2 * minute);
  expect(minutesOf(play)).toEqual([22]);
});

test("a time that never comes is told", async () => {
  const play = await begin({ schedule: "0 0 31 2 *" });
  await play.rest(1000);
  expect(play.events("hello")).toEqual([
    "Warning InvalidSchedule: invalid schedule: 0 0 31 2 * : time difference between two schedules is less than 1 second",
  ]);
});

test("a job made by hand is noticed, and one that has gone is missed", async () => {
  const play = await begin({}, "sleep 1000");
  await play.rest(minute);
  const [job] = jobsOf(play);
  if (!job) throw new Error("no job");
  const { ownerReferences, namespace } = job.metadata;
  const spec = hello({}, "sleep 1000").spec?.jobTemplate.spec as Job["spec"];
  await play.cluster.tasks.run(() =>
    play.api.create<Job>("jobs.batch", {
      apiVersion: "batch/v1",
      kind: "Job",
      metadata: { name: "by-hand", ...(namespace ? { namespace } : {}), ...(ownerReferences ? { ownerReferences } : {}) },
      spec,
    }),
  );
  await play.cluster.tasks.run(() => play.api.delete("jobs.batch", job.metadata.name, namespace, { propagationPolicy: "Background" }));
  await play.rest(1000);
  expect(play.events("hello")).toContain("Warning UnexpectedJob: Saw a job that the controller did not create or forgot: by-hand");
  expect(play.events("hello")).toContain(`Normal MissingJob: Active job went missing: ${job.metadata.name}`);
});

test("a week that passes at once leaves what a week would have left", async () => {
  const play = await begin();
  await play.rest(minute);
  let made = 0;
  play.api.watch<Job>("jobs.batch", ({ type }) => {
    if (type === "ADDED") made++;
  });
  const week = 7 * 24 * 60;
  await play.rest(week * minute);
  expect(minutesOf(play)).toEqual([week + 14, week + 15, week + 16]);
  expect(made).toBeLessThan(20);
  expect(reasonsOf(play)).not.toHaveProperty("TooManyMissedTimes");
});
