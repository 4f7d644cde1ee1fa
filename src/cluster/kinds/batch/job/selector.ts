import type { Job } from "#machinery/types.ts";

export const controllerUid = "batch.kubernetes.io/controller-uid";
export const jobName = "batch.kubernetes.io/job-name";

/** Lets the job select the pods that it makes and no others, by its uid. Labels that somebody else set stay, for validation to find. Mutates. */
export function selectOwnPods(job: Job): void {
  const { name = "", uid = "" } = job.metadata;
  const { template, selector } = job.spec;
  const labels = { "job-name": name, [jobName]: name, "controller-uid": uid, [controllerUid]: uid, ...template.metadata?.labels };
  job.spec = {
    ...job.spec,
    template: { ...template, metadata: { ...template.metadata, labels } as typeof template.metadata },
    selector: { ...selector, matchLabels: { [controllerUid]: uid, ...selector?.matchLabels } },
  };
}
