import type { CronJob } from "#machinery/types.ts";
import { string } from "../../cli/flags.ts";
import type { Thing } from "../api/server.ts";
import { defineCommand } from "../command.ts";
import { CommandError } from "../errors.ts";
import { find } from "../resources/find.ts";
import { commandBehind, create, creationFlags, metadataOf, oneName } from "./creation.ts";

export const job = defineCommand({
  name: "job",
  usage: "NAME --image=image [--from=cronjob/name] -- [COMMAND] [args...]",
  summary: "Create a job with the specified name",
  examples: `# A job
kubectl create job hello --image=busybox -- echo hi

# One that a cron job would make
kubectl create job now --from=cronjob/nightly`,
  flags: { ...creationFlags, from: string({ help: "The object to make a job from: cronjob/NAME." }), image: string({ help: "The image to run." }) },

  async run(context) {
    const { flags, kube, process } = context;
    const name = oneName(context);
    const command = commandBehind(context);
    if ((flags.image === "") === (flags.from === "")) throw new CommandError("either --image or --from must be specified");
    if (flags.from && command.length > 0) throw new CommandError("cannot specify --from and command");
    const failure = "failed to create job: ";
    if (flags.image) {
      const container = { name, image: flags.image, ...(command.length > 0 ? { command } : {}), resources: {} };
      const spec = { template: { metadata: {}, spec: { containers: [container], restartPolicy: "Never" } } };
      return create(
        context,
        { kind: "Job", apiVersion: "batch/v1", metadata: metadataOf(context, name), spec, status: {} },
        { plural: "jobs", failure },
      );
    }
    const objects: Thing[] = [];
    const found = await find(kube, process, { args: [flags.from] });
    for await (const entry of found.targets()) {
      if ("error" in entry) throw entry.error;
      if (entry.object) objects.push(entry.object);
    }
    const [source] = objects;
    if (objects.length !== 1 || !source) throw new CommandError("from must be an existing cronjob");
    if (source.kind !== "CronJob") throw new CommandError(`unknown object type *v1.${source.kind}`);
    const cron = source as unknown as CronJob;
    const { metadata: inner, spec } = cron.spec.jobTemplate;
    const metadata = {
      ...metadataOf(context, name),
      ...(inner?.labels ? { labels: inner.labels } : {}),
      annotations: { "cronjob.kubernetes.io/instantiate": "manual", ...inner?.annotations },
      ownerReferences: [{ apiVersion: "batch/v1", kind: "CronJob", name: cron.metadata.name, uid: cron.metadata.uid, controller: true }],
    };
    return create(context, { kind: "Job", apiVersion: "batch/v1", metadata, spec, status: {} }, { plural: "jobs", failure });
  },
});

export const cronjob = defineCommand({
  name: "cronjob",
  aliases: ["cj"],
  usage: "NAME --image=image --schedule='0/5 * * * ?' -- [COMMAND] [args...] [flags]",
  summary: "Create a cron job with the specified name",
  flags: {
    ...creationFlags,
    image: string({ required: true, help: "The image to run." }),
    restart: string({ help: "When to start a job's container again: OnFailure or Never.", completes: ["OnFailure", "Never"] }),
    schedule: string({ required: true, help: "When to run, in cron's notation." }),
  },
  async run(context) {
    const { flags } = context;
    const name = oneName(context);
    const command = commandBehind(context);
    const container = { name, image: flags.image, ...(command.length > 0 ? { command } : {}), resources: {} };
    const template = { metadata: {}, spec: { containers: [container], restartPolicy: flags.restart || "OnFailure" } };
    const spec = { schedule: flags.schedule, jobTemplate: { metadata: { name }, spec: { template } } };
    await create(
      context,
      { kind: "CronJob", apiVersion: "batch/v1", metadata: metadataOf(context, name), spec, status: {} },
      { plural: "cronjobs", failure: "failed to create cronjob: " },
    );
  },
});
