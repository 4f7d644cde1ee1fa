import { expect, test } from "vitest";
import type { Draft } from "#machinery/object.ts";
import type { Event, Job, Pod } from "#machinery/types.ts";
import { type Playground, playground } from "../../../test/kit/cluster.ts";

const nodes = [{ name: "node-1", cpu: "16", memory: "32Gi", images: ["busybox:1.36"] }];
const second = 1000;
const minute = 60 * second;

function job(spec: Partial<Job["spec"]>, command: string, restartPolicy: "Never" | "OnFailure" = "Never", name = "pi"): Draft<Job> {
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name, namespace: "default" },
    spec: {
      template: { spec: { restartPolicy, containers: [{ name: "main", image: "busybox:1.36", command: ["sh", "-c", command] }] } },
      ...spec,
    },
  };
}

const jobOf = ({ api }: Playground, name = "pi") => api.get<Job>("jobs.batch", name, "default") as Job;
const podsOf = ({ api }: Playground) => api.list<Pod>("pods", { namespace: "default" });
const conditionsOf = (play: Playground) => (jobOf(play).status.conditions ?? []).map(({ type, status, reason }) => `${type}=${status} ${reason}`);
const reasonsOf = ({ api }: Playground) =>
  api
    .list<Event>("events")
    .filter(({ involvedObject }) => involvedObject.kind === "Job")
    .flatMap(({ reason, count = 1 }) => new Array<string>(count).fill(reason ?? ""));
const change = (play: Playground, spec: Partial<Job["spec"]>) =>
  play.does((api) => api.update<Job>("jobs.batch", { ...jobOf(play), spec: { ...jobOf(play).spec, ...spec } }));

async function ran(spec: Partial<Job["spec"]>, command: string, restartPolicy: "Never" | "OnFailure" = "Never", time = 10 * minute) {
  const play = await playground({ nodes });
  await play.make(job(spec, command, restartPolicy));
  await play.rest(time);
  return play;
}

test("a job that succeeds says so step by step", async () => {
  const play = await playground({ nodes });
  const seen: string[] = [];
  play.api.watch<Job>("jobs.batch", ({ object: { status } }) => {
    const { active = 0, ready, succeeded = 0, uncountedTerminatedPods: uncounted = {}, conditions = [] } = status;
    const pending = uncounted.succeeded?.length ?? 0;
    seen.push(`active=${active} ready=${ready} uncounted=${pending} succeeded=${succeeded} ${conditions.map(({ type }) => type).join()}`.trim());
  });
  await play.make(job({}, "echo hello; sleep 2"));
  await play.rest(minute);
  // As in the recording of a real one.
  expect(seen).toEqual([
    "active=0 ready=undefined uncounted=0 succeeded=0",
    "active=1 ready=0 uncounted=0 succeeded=0",
    "active=1 ready=1 uncounted=0 succeeded=0",
    "active=1 ready=0 uncounted=0 succeeded=0",
    "active=0 ready=0 uncounted=1 succeeded=0 SuccessCriteriaMet",
    "active=0 ready=0 uncounted=0 succeeded=1 SuccessCriteriaMet,Complete",
  ]);
  expect(conditionsOf(play)).toEqual(["SuccessCriteriaMet=True CompletionsReached", "Complete=True CompletionsReached"]);
  expect(jobOf(play).status.completionTime).toBe(jobOf(play).status.conditions?.[1]?.lastTransitionTime);
  expect(reasonsOf(play)).toEqual(["SuccessfulCreate", "Completed"]);
  expect(podsOf(play)[0]?.metadata.finalizers).toBeUndefined();
});

test.for<[why: string, spec: Partial<Job["spec"]>, command: string, pods: number, conditions: string[]]>([
  [
    "completions in turns",
    { completions: 5, parallelism: 2 },
    "true",
    5,
    ["SuccessCriteriaMet=True CompletionsReached", "Complete=True CompletionsReached"],
  ],
  [
    "no completions: one that succeeds is enough",
    { parallelism: 3 },
    "sleep 3",
    3,
    ["SuccessCriteriaMet=True CompletionsReached", "Complete=True CompletionsReached"],
  ],
  ["none at all", { completions: 0 }, "true", 0, ["SuccessCriteriaMet=True CompletionsReached", "Complete=True CompletionsReached"]],
  ["too many failures", { backoffLimit: 2 }, "false", 3, ["FailureTarget=True BackoffLimitExceeded", "Failed=True BackoffLimitExceeded"]],
  ["too long", { activeDeadlineSeconds: 30 }, "sleep 1000", 0, ["FailureTarget=True DeadlineExceeded", "Failed=True DeadlineExceeded"]],
])("%s", async ([, spec, command, pods, conditions]) => {
  const play = await ran(spec, command);
  expect(conditionsOf(play)).toEqual(conditions);
  expect(podsOf(play)).toHaveLength(pods);
});

test("pods that fail are replaced after 10 s, then after twice as long", async () => {
  const play = await playground({ nodes });
  const made: number[] = [];
  play.api.watch<Pod>("pods", ({ type }) => {
    if (type === "ADDED") made.push(play.cluster.clock.now());
  });
  await play.make(job({ backoffLimit: 3 }, "false"));
  await play.rest(5 * minute);
  const waits = made.slice(1).map((time, i) => Math.round((time - (made[i] ?? 0)) / 10_000) * 10);
  expect(waits).toEqual([10, 20, 40]);
});

test("pods that were deleted count as failures, also when the next is made", async () => {
  const play = await playground({ nodes });
  await play.cluster.tasks.run(() => play.api.create("jobs.batch", job({ completions: 2, parallelism: 2 }, "sleep 1000")));
  await play.rest(3 * second);
  const before = podsOf(play).map(({ metadata }) => metadata.name);
  await play.cluster.tasks.run(async () => {
    for (const name of before) await play.api.delete("pods", name, "default", { gracePeriodSeconds: 0 });
  });
  await play.rest(10 * second);
  expect(jobOf(play).status).toMatchObject({ failed: 2 });
  expect([before.length, podsOf(play).length]).toEqual([2, 0]);
  await play.rest(15 * second);
  expect(podsOf(play)).toHaveLength(2);
});

test("restarts within a pod count where containers are restarted", async () => {
  const play = await ran({ backoffLimit: 2 }, "false", "OnFailure");
  expect(conditionsOf(play)).toEqual(["FailureTarget=True BackoffLimitExceeded", "Failed=True BackoffLimitExceeded"]);
  expect(jobOf(play).status).toMatchObject({ failed: 1, terminating: 0 });
  expect(reasonsOf(play)).toEqual(["SuccessfulCreate", "SuccessfulDelete", "BackoffLimitExceeded"]);
});

test("pods of an indexed job know their index", async () => {
  const play = await ran({ completionMode: "Indexed", completions: 3, parallelism: 2 }, 'test "$JOB_COMPLETION_INDEX" -ge 0');
  expect(jobOf(play).status).toMatchObject({ succeeded: 3, completedIndexes: "0-2" });
  const pod = podsOf(play).find(({ metadata }) => metadata.name.startsWith("pi-1-"));
  expect(pod).toMatchObject({
    metadata: {
      labels: { "batch.kubernetes.io/job-completion-index": "1" },
      annotations: { "batch.kubernetes.io/job-completion-index": "1" },
    },
    spec: { hostname: "pi-1" },
  });
});

test.for<[why: string, spec: Partial<Job["spec"]>, status: Partial<Job["status"]>, reason: string]>([
  ["some indexes fail", {}, { completedIndexes: "0,2,3", failedIndexes: "1", succeeded: 3, failed: 1 }, "FailedIndexes"],
  [
    "each may fail once more",
    { backoffLimitPerIndex: 1 },
    { completedIndexes: "0,2,3", failedIndexes: "1", succeeded: 3, failed: 2 },
    "FailedIndexes",
  ],
  ["too many of them", { maxFailedIndexes: 0 }, { failedIndexes: "1" }, "MaxFailedIndexesExceeded"],
])("indexes with limits of their own: %s", async ([, spec, status, reason]) => {
  const play = await ran(
    { completionMode: "Indexed", completions: 4, parallelism: 4, backoffLimitPerIndex: 0, ...spec },
    "[ $JOB_COMPLETION_INDEX != 1 ]",
  );
  expect(jobOf(play).status).toMatchObject(status);
  expect(conditionsOf(play)).toEqual([`FailureTarget=True ${reason}`, `Failed=True ${reason}`]);
});

test.for<[why: string, action: "FailJob" | "Ignore" | "Count" | "FailIndex", code: number, status: object, message: RegExp | undefined]>([
  [
    "fails the job",
    "FailJob",
    42,
    { failed: 1 },
    /^Container main for pod default\/pi-\w+ failed with exit code 42 matching FailJob rule at index 0$/,
  ],
  ["is not for other exit codes", "FailJob", 1, { failed: 2 }, /^Job has reached the specified backoff limit$/],
  ["counts", "Count", 42, { failed: 2 }, /^Job has reached the specified backoff limit$/],
  ["is not counted", "Ignore", 42, {}, undefined],
])("a failure that a rule knows %s", async ([, action, code, status, message]) => {
  const podFailurePolicy = { rules: [{ action, onExitCodes: { operator: "In" as const, values: [42] } }] };
  const play = await ran({ backoffLimit: 1, podFailurePolicy }, `exit ${code}`);
  expect(jobOf(play).status).toMatchObject(status);
  const failed = jobOf(play).status.conditions?.find(({ type }) => type === "Failed");
  if (message) expect(failed?.message).toMatch(message);
  else expect([failed, jobOf(play).status.failed]).toEqual([undefined, undefined]);
});

test("an index that a rule gives up is not tried again", async () => {
  const podFailurePolicy = { rules: [{ action: "FailIndex" as const, onExitCodes: { operator: "In" as const, values: [42] } }] };
  const play = await ran(
    { completionMode: "Indexed", completions: 2, parallelism: 2, backoffLimitPerIndex: 5, podFailurePolicy },
    "[ $JOB_COMPLETION_INDEX = 0 ] || exit 42",
  );
  expect(jobOf(play).status).toMatchObject({ completedIndexes: "0", failedIndexes: "1", failed: 1 });
});

test.for<[why: string, rules: NonNullable<Job["spec"]["successPolicy"]>["rules"], message: string]>([
  ["enough of them", [{ succeededCount: 2 }], "Matched rules at index 0"],
  ["the leader", [{ succeededCount: 4 }, { succeededIndexes: "0" }], "Matched rules at index 1"],
  ["so many of some", [{ succeededIndexes: "0-3", succeededCount: 2 }], "Matched rules at index 0"],
])("a job succeeds with %s", async ([, rules, message]) => {
  const play = await ran(
    { completionMode: "Indexed", completions: 4, parallelism: 4, successPolicy: { rules } },
    "[ $JOB_COMPLETION_INDEX -lt 2 ] || sleep 1000",
  );
  expect(conditionsOf(play)).toEqual(["SuccessCriteriaMet=True SuccessPolicy", "Complete=True SuccessPolicy"]);
  expect(jobOf(play).status).toMatchObject({ succeeded: 2, completedIndexes: "0,1", terminating: 0 });
  expect(jobOf(play).status.conditions?.[0]?.message).toBe(message);
  expect(jobOf(play).status.failed).toBeUndefined();
});

test("a suspended job has no pods, and its time runs anew when it goes on", async () => {
  const play = await playground({ nodes });
  await play.make(job({ suspend: true, parallelism: 2, completions: 2 }, "sleep 4000"));
  await play.rest(minute);
  expect(podsOf(play)).toEqual([]);
  expect(jobOf(play).status).toMatchObject({ ready: 0, terminating: 0 });
  expect(jobOf(play).status.startTime).toBeUndefined();
  await change(play, { suspend: false });
  const started = jobOf(play).status.startTime;
  expect(started).toBeDefined();
  await change(play, { suspend: true });
  expect(jobOf(play).status.startTime).toBeUndefined();
  expect(
    reasonsOf(play)
      .filter((reason) => !reason.startsWith("Successful"))
      .sort(),
  ).toEqual(["Resumed", "Suspended", "Suspended"]);
  await play.rest(2 * minute);
  expect(podsOf(play)).toEqual([]);
  await change(play, { suspend: false });
  await play.rest(100 * minute);
  expect(conditionsOf(play)).toEqual([
    "Suspended=False JobResumed",
    "SuccessCriteriaMet=True CompletionsReached",
    "Complete=True CompletionsReached",
  ]);
  expect(jobOf(play).status.failed).toBeUndefined();
  expect(reasonsOf(play).at(-1)).toBe("Completed");
});

test("parallelism and, with it, completions of an indexed job may change", async () => {
  const play = await playground({ nodes });
  await play.make(job({ completionMode: "Indexed", completions: 2, parallelism: 2 }, "sleep 100"));
  await change(play, { completions: 4, parallelism: 4 });
  await play.rest(5 * second);
  expect(podsOf(play)).toHaveLength(4);
  await change(play, { completions: 1, parallelism: 1 });
  await play.rest(2 * minute);
  expect(jobOf(play).status).toMatchObject({ succeeded: 1, completedIndexes: "0" });
  expect(conditionsOf(play).at(-1)).toBe("Complete=True CompletionsReached");
});

test.for<[NonNullable<Job["spec"]["podReplacementPolicy"]>, number]>([
  ["TerminatingOrFailed", 2],
  ["Failed", 1],
])("a pod that goes away is replaced: %s", async ([podReplacementPolicy, pods]) => {
  const play = await playground({ nodes });
  await play.make(job({ podReplacementPolicy, backoffLimit: 3 }, "trap '' TERM; sleep 1000"));
  await play.cluster.tasks.run(() => play.api.delete("pods", podsOf(play)[0]?.metadata.name ?? "", "default"));
  await play.rest(15 * second);
  expect(podsOf(play)).toHaveLength(pods);
  await play.rest(minute);
  expect(podsOf(play).filter(({ metadata }) => !metadata.deletionTimestamp)).toHaveLength(1);
  expect(jobOf(play).status).toMatchObject({ active: 1, failed: 1 });
});

test("a pod that goes before it came to a node is counted when it is swept away", async () => {
  const play = await playground({ nodes });
  const gated = job({ podReplacementPolicy: "Failed" }, "true");
  const { template } = gated.spec ?? {};
  const held = { ...template, spec: { ...template?.spec, schedulingGates: [{ name: "example.com/hold" }] } } as Job["spec"]["template"];
  await play.cluster.tasks.run(() => play.api.create("jobs.batch", { ...gated, spec: { ...gated.spec, template: held } } as Draft<Job>));
  await play.rest(2 * second);
  await play.cluster.tasks.run(() => play.api.delete("pods", podsOf(play)[0]?.metadata.name ?? "", "default"));
  await play.rest(second);
  expect(jobOf(play).status).toMatchObject({ terminating: 1 });
  await play.rest(30 * second);
  expect(jobOf(play).status).toMatchObject({ failed: 1, terminating: 0 });
});

test.for<["Background" | "Foreground" | "Orphan", number]>([
  ["Background", 0],
  ["Foreground", 0],
  ["Orphan", 1],
])("a running job is deleted: %s", async ([propagationPolicy, pods]) => {
  const play = await playground({ nodes });
  await play.make(job({}, "sleep 1000"));
  await play.does((api) => api.delete("jobs.batch", "pi", "default", { propagationPolicy }));
  await play.rest(minute);
  expect(jobOf(play)).toBeUndefined();
  expect(podsOf(play)).toHaveLength(pods);
  expect(podsOf(play)[0]?.metadata.finalizers).toBeUndefined();
});

test("a job of another controller is left alone", async () => {
  const play = await ran({ managedBy: "example.com/other" }, "true");
  expect([podsOf(play), jobOf(play).status]).toEqual([[], {}]);
});

test("a finished job goes when its time has come, with its pods", async () => {
  const play = await playground({ nodes });
  await play.make(job({ ttlSecondsAfterFinished: 100 }, "sleep 5"));
  await play.rest(minute);
  expect(jobOf(play)).toBeDefined();
  await play.rest(minute);
  expect([jobOf(play), podsOf(play)]).toEqual([undefined, []]);
});

test("what keeps a pod from being made is told, and tried again", async () => {
  const play = await playground({ nodes });
  const quota = { apiVersion: "v1", kind: "ResourceQuota", metadata: { name: "none", namespace: "default" }, spec: { hard: { pods: "0" } } };
  await play.make(quota, job({}, "true"));
  expect(reasonsOf(play)[0]).toBe("FailedCreate");
  await play.does((api) => api.delete("resourcequotas", "none", "default"));
  await play.rest(20 * minute);
  expect(conditionsOf(play).at(-1)).toBe("Complete=True CompletionsReached");
});
