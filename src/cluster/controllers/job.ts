import { defineController } from "#machinery/controller.ts";
import { formatTime } from "#machinery/time.ts";
import type { Job, Pod } from "#machinery/types.ts";
import { claim } from "./claim.ts";
import { condition, ensure, isFinished, isManagedElsewhere, type Outcome } from "./job/conditions.ts";
import { type Look, lookAt } from "./job/look.ts";
import { type Managed, manage, remove } from "./job/manage.ts";
import { deadlineOf, outcomeOf } from "./job/outcome.ts";
import { trackingFinalizer } from "./job/pods.ts";
import { track } from "./job/track.ts";
import { adopters } from "./replicas.ts";

const resource = "jobs.batch";

/** Pods that run until enough of them have succeeded. https://kubernetes.io/docs/concepts/workloads/controllers/job/ */
export const jobController = defineController<Job>({
  name: "job-controller",
  watches: resource,
  owns: ["pods"],
  concerns: { pods: adopters<Job>(resource, ({ spec }) => spec.selector) },
  // Pods of a job often end one soon after the other.
  gathers: 1000,
  retries: { first: 1000, longest: 60_000 },

  async reconcile(job, context) {
    if (isManagedElsewhere(job) || isFinished(job)) return;
    const pods = await claim<Pod>("pods", job, job.spec.selector ?? {}, context, { finalizer: trackingFinalizer });
    const look = lookAt(job, pods, context);
    const { status, counts } = look;
    const now = context.clock.now();
    if (!status.startTime && !job.spec.suspend) status.startTime = formatTime(now);

    const { outcome, managed, changed } = await act(look);
    const { active = 0, ready, terminating } = job.status;
    const needsWriting = changed || active !== counts.active || ready !== counts.ready || terminating !== counts.terminating;
    status.active = counts.active;
    if (counts.active === 0) delete status.active;
    status.ready = counts.ready;
    status.terminating = counts.terminating;
    await track(look, outcome, needsWriting);
    if (managed.error !== undefined) throw managed.error;

    const times = [managed.again, outcome ? undefined : deadlineOf(look)].filter((time) => time !== undefined && time > now);
    return times.length > 0 ? Math.min(...times.map(Number)) : undefined;
  },
});

interface Acted {
  outcome?: Outcome | undefined;
  managed: Managed;
  /** The status says something new that no count shows. */
  changed?: boolean;
}

/** Moves a job towards its end: sends its pods away where it has to end, or keeps as many running as should. */
async function act(look: Look): Promise<Acted> {
  const { job, active, counts, context } = look;
  const outcome = outcomeOf(look);
  if (outcome) {
    const managed = await remove(active, look, { counted: true });
    return counts.active === 0 ? { outcome, managed } : { managed };
  }
  const isManaged = !job.metadata.deletionTimestamp;
  const managed = isManaged ? await manage(look) : {};
  if (isComplete(look)) {
    const why = "Reached expected number of succeeded pods";
    return { outcome: condition("SuccessCriteriaMet", "True", "CompletionsReached", why, context.clock.now()), managed };
  }
  return { managed, changed: isManaged && (await suspendOrResume(look)) };
}

function isComplete({ job, succeeded, counts }: Look): boolean {
  const { completions } = job.spec;
  return counts.active === 0 && (completions === undefined ? succeeded > 0 : succeeded >= completions);
}

/** Says that a job is suspended, or no longer. Its time runs anew when it is resumed. */
async function suspendOrResume({ job, status, context: { clock, event } }: Look): Promise<boolean> {
  const now = clock.now();
  if (job.spec.suspend) {
    if (!ensure(status, condition("Suspended", "True", "JobSuspended", "Job suspended", now))) return false;
    await event(job, "Normal", "Suspended", "Job suspended");
    delete status.startTime;
    return true;
  }
  if (!ensure(status, condition("Suspended", "False", "JobResumed", "Job resumed", now))) return false;
  await event(job, "Normal", "Resumed", "Job resumed");
  status.startTime = formatTime(now);
  return true;
}
