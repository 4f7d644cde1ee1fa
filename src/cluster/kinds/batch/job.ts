import { defineKind } from "#cluster/apiserver/kind.ts";
import { status } from "#cluster/apiserver/subresources/status.ts";
import { humanDuration } from "#machinery/duration.ts";
import { parseTime } from "#machinery/time.ts";
import type { Job } from "#machinery/types.ts";
import { columnsOf, containerColumns } from "../shared/columns.ts";
import { validation } from "../shared/field.ts";
import { nameWarnings } from "../shared/name-warnings.ts";
import { dropDisabled } from "../shared/pod-template.ts";
import { selectorText } from "../shared/selector-text.ts";
import { defaultJobSpec } from "./job/defaults.ts";
import { selectOwnPods } from "./job/selector.ts";
import { checkJobStatus } from "./job/status.ts";
import { checkJobChanges } from "./job/update.ts";
import { checkJob, checkJobSpec } from "./job/validate.ts";
import { jobSpecWarnings } from "./job/warnings.ts";

export const job = defineKind<Job>({
  group: "batch",
  version: "v1",
  kind: "Job",
  plural: "jobs",
  categories: ["all"],
  scope: "Namespaced",
  docs: "https://kubernetes.io/docs/concepts/workloads/controllers/job/",

  columns: columnsOf<Job>("Job", [
    { name: "Status", type: "string", cell: state },
    { name: "Completions", type: "string", cell: completions },
    { name: "Duration", type: "string", cell: duration },
    ...containerColumns<Job>(({ spec }) => spec.template.spec?.containers),
    { name: "Selector", type: "string", priority: 1, cell: ({ spec }) => selectorText(spec.selector) },
  ]),

  default(job) {
    defaultJobSpec(job.spec);
    const labels = job.spec.template.metadata?.labels;
    if (labels && Object.keys(job.metadata.labels ?? {}).length === 0) job.metadata = { ...job.metadata, labels };
  },

  prepareUpdate: dropDisabled,
  prepareCreate(job) {
    dropDisabled(job);
    const sharesLabels = job.metadata.labels !== undefined && job.metadata.labels === job.spec.template.metadata?.labels;
    if (!job.spec.manualSelector) selectOwnPods(job);
    const { labels } = job.spec.template.metadata ?? {};
    if (sharesLabels && labels) job.metadata.labels = labels;
  },

  validate: validation((field, job, old, { subresource }) => {
    if (subresource === "status") {
      if (old) checkJobStatus(field.at("status"), job, old);
    } else if (!old) checkJob(field, job);
    else if (job.spec !== old.spec) {
      // The real server looks at the spec of an update twice, and tells of each problem twice.
      checkJob(field, job);
      checkJobSpec(field.at("spec"), job.spec);
      checkJobChanges(field.at("spec"), job, old);
    }
  }),

  *warnings({ metadata, spec }, old) {
    if (!old) yield* nameWarnings(metadata.name);
    if (spec !== old?.spec) yield* jobSpecWarnings(spec, ["spec"]);
  },

  // batch/v1 is the one version that leaves the pods when nothing is said; kubectl says something.
  defaultPropagation: "Orphan",
  propagationWarning:
    "child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or set propagationPolicy=Orphan to suppress this warning",
  notSelectable: (path) => `field label ${JSON.stringify(path)} not supported for Job`,
  selectable: { "status.successful": { value: ({ status }) => String(status.succeeded ?? 0) } },
  subresources: [status],
});

function state({ metadata, status }: Job): string {
  const has = (type: string) => status.conditions?.find((condition) => condition.type === type)?.status === "True";
  if (has("Complete")) return "Complete";
  if (has("Failed")) return "Failed";
  if (metadata.deletionTimestamp) return "Terminating";
  return ["Suspended", "FailureTarget", "SuccessCriteriaMet"].find(has) ?? "Running";
}

function completions({ spec, status }: Job): string {
  const done = status.succeeded ?? 0;
  if (spec.completions !== undefined) return `${done}/${spec.completions}`;
  const parallel = spec.parallelism ?? 0;
  return parallel > 1 ? `${done}/1 of ${parallel}` : `${done}/1`;
}

function duration({ status }: Job, now: number): string {
  if (!status.startTime) return "";
  const end = status.completionTime ? parseTime(status.completionTime) : now;
  return humanDuration(end - parseTime(status.startTime));
}
