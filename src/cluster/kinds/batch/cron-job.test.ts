import { judges } from "../../../../test/kit/judge.ts";

const cronJob = {
  apiVersion: "batch/v1",
  kind: "CronJob",
  metadata: { name: "hello", namespace: "default" },
  spec: {
    schedule: "*/5 * * * *",
    jobTemplate: { spec: { template: { spec: { restartPolicy: "Never", containers: [{ name: "pi", image: "perl" }] } } } },
  },
};

judges("cronjobs.batch", cronJob, [
  [
    "metadata.name",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    'metadata.name: Invalid value: "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa": must be no more than 52 characters',
  ],
  ["spec.schedule", "", "spec.schedule: Required value"],
  ["spec.schedule", "@hourly"],
  ["spec.schedule", "every hour", 'spec.schedule: Invalid value: "every hour": expected exactly 5 fields, found 2: [every hour]'],
  ["spec.schedule", "61 * * * *", 'spec.schedule: Invalid value: "61 * * * *": end of range (61) above maximum (59): 61'],
  [
    "spec.schedule",
    "TZ=UTC 0 * * * *",
    'spec.schedule: Invalid value: "TZ=UTC 0 * * * *": cannot use TZ or CRON_TZ in schedule, use timeZone field instead',
  ],
  ["spec.timeZone", "Europe/Paris"],
  ["spec.timeZone", "", 'spec.timeZone: Invalid value: "": timeZone must be nil or non-empty string'],
  [
    "spec.timeZone",
    "Local",
    'spec.timeZone: Invalid value: "Local": timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones',
  ],
  ["spec.timeZone", "Mars/Olympus", 'spec.timeZone: Invalid value: "Mars/Olympus": unknown time zone Mars/Olympus'],
  ["spec.concurrencyPolicy", "Sometimes", 'spec.concurrencyPolicy: Unsupported value: "Sometimes": supported values: "Allow", "Forbid", "Replace"'],
  ["spec.startingDeadlineSeconds", -1, "spec.startingDeadlineSeconds: Invalid value: -1: must be greater than or equal to 0"],
  ["spec.successfulJobsHistoryLimit", -1, "spec.successfulJobsHistoryLimit: Invalid value: -1: must be greater than or equal to 0"],
  [
    "spec.jobTemplate.spec.template.spec.restartPolicy",
    "Always",
    'spec.jobTemplate.spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"',
  ],
  ["spec.jobTemplate.spec.manualSelector", true, 'spec.jobTemplate.spec.manualSelector: Unsupported value: true: supported values: "nil", "false"'],
]);
