import { defineKind } from "#cluster/apiserver/kind.ts";
import { status } from "#cluster/apiserver/subresources/status.ts";
import type { CronJob } from "#machinery/types.ts";
import { columnsOf, containerColumns, orNone, since } from "../shared/columns.ts";
import { validation } from "../shared/field.ts";
import { nameWarnings } from "../shared/name-warnings.ts";
import { defaultPodTemplate } from "../shared/pod-spec-defaults.ts";
import { withoutDisabled } from "../shared/pod-template.ts";
import { selectorText } from "../shared/selector-text.ts";
import { checkCronJob } from "./cron-job/validate.ts";
import { jobSpecWarnings } from "./job/warnings.ts";

export const cronJob = defineKind<CronJob>({
  group: "batch",
  version: "v1",
  kind: "CronJob",
  plural: "cronjobs",
  shortNames: ["cj"],
  categories: ["all"],
  scope: "Namespaced",
  docs: "https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/",

  columns: columnsOf<CronJob>("CronJob", [
    { name: "Schedule", type: "string", cell: ({ spec }) => spec.schedule },
    { name: "Timezone", type: "string", cell: ({ spec }) => spec.timeZone ?? "<none>" },
    { name: "Suspend", type: "boolean", cell: ({ spec }) => (spec.suspend === undefined ? "<unset>" : spec.suspend ? "True" : "False") },
    { name: "Active", type: "integer", cell: ({ status }) => status.active?.length ?? 0 },
    { name: "Last Schedule", type: "string", cell: ({ status }, now) => (status.lastScheduleTime ? since(status.lastScheduleTime, now) : "<none>") },
    ...containerColumns<CronJob>(({ spec }) => spec.jobTemplate.spec?.template.spec?.containers),
    { name: "Selector", type: "string", priority: 1, cell: ({ spec }) => orNone(selectorText(spec.jobTemplate.spec?.selector)) },
  ]),

  default({ spec }) {
    const job = spec.jobTemplate?.spec;
    if (job) {
      defaultPodTemplate(job.template);
      for (const rule of job.podFailurePolicy?.rules ?? []) for (const pattern of rule.onPodConditions ?? []) pattern.status ||= "True";
    }
    spec.concurrencyPolicy ||= "Allow";
    spec.suspend ??= false;
    spec.successfulJobsHistoryLimit ??= 3;
    spec.failedJobsHistoryLimit ??= 1;
  },

  prepareCreate: dropUnknown,
  prepareUpdate: dropUnknown,

  validate: validation((field, job, old, { subresource }) => {
    if (subresource !== "status" && job.spec !== old?.spec) checkCronJob(field, job, old);
  }),

  *warnings({ metadata, spec }, old) {
    if (!old) yield* nameWarnings(metadata.name);
    if (spec !== old?.spec && spec.jobTemplate.spec) yield* jobSpecWarnings(spec.jobTemplate.spec, ["spec", "jobTemplate", "spec"]);
    if (old && spec.schedule.includes("TZ"))
      yield "cannot use TZ or CRON_TZ in spec.spec.schedule, use timeZone instead, see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details";
  },

  subresources: [status],
});

function dropUnknown(cronJob: CronJob): void {
  const { jobTemplate } = cronJob.spec;
  const template = jobTemplate.spec && withoutDisabled(jobTemplate.spec.template);
  if (jobTemplate.spec && template && template !== jobTemplate.spec.template)
    cronJob.spec = { ...cronJob.spec, jobTemplate: { ...jobTemplate, spec: { ...jobTemplate.spec, template } } };
}
