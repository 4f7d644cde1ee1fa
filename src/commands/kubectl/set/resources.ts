import { string } from "../../cli/flags.ts";
import { defineCommand } from "../command.ts";
import { amountsOf } from "../create/quota.ts";
import { CommandError, throwAll } from "../errors.ts";
import { recordFlag } from "../resources/flags.ts";
import { podSpecOf, selectedContainers, withContainers, withPodSpec } from "./pod-spec.ts";
import { applySetting, type Changing, checkSetFlags, setFlags, setTargets } from "./setting.ts";

const amounts = (what: string) => string({ help: `The ${what}, as resource=amount,..., for example cpu=100m,memory=256Mi.` });

export const resources = defineCommand({
  name: "resources",
  usage: "(-f FILENAME | TYPE NAME)  ([--limits=LIMITS & --requests=REQUESTS]",
  summary: "Update resource requests/limits on objects with pod templates",
  examples: `# Limits and requests of all containers of a deployment
kubectl set resources deployment web --limits=cpu=200m,memory=512Mi --requests=cpu=100m,memory=256Mi

# Of one container only
kubectl set resources deployment web -c=nginx --limits=cpu=200m`,
  flags: {
    ...setFlags,
    containers: string({ short: "c", default: "*", help: "The containers to change, by name; * stands for anything." }),
    limits: amounts("limits"),
    record: recordFlag,
    requests: amounts("requests"),
  },
  completes: "resources",

  async run(context) {
    const { flags, args, kube } = context;
    const dryRun = kube.dryRun(flags["dry-run"]);
    const targets = await setTargets(context, args);
    checkSetFlags(flags, dryRun);
    if (!flags.limits && !flags.requests)
      throw new CommandError("you must specify an update to requests or limits (in the form of --requests/--limits)");
    const [limits, requests] = [amountsOf(flags.limits), amountsOf(flags.requests)];

    const errors: unknown[] = [];
    const change = (target: Changing) => {
      const spec = podSpecOf(target);
      const chosen = selectedContainers(spec, flags.containers);
      if (chosen.length === 0) errors.push(new CommandError(`error: unable to find container named ${flags.containers}`));
      const merged = withContainers(spec, (container) =>
        chosen.includes(container)
          ? {
              ...container,
              resources: {
                ...container.resources,
                ...(flags.limits ? { limits: { ...container.resources?.limits, ...limits } } : {}),
                ...(flags.requests ? { requests: { ...container.resources?.requests, ...requests } } : {}),
              },
            }
          : container,
      );
      return withPodSpec(target.object, merged);
    };
    try {
      await applySetting(
        context,
        targets,
        { done: "resource requirements updated", failure: "failed to patch resources update to pod template ", change },
        dryRun,
      );
    } catch (error) {
      errors.push(error);
    }
    throwAll(errors);
  },
});
