import { defineCommand } from "../command.ts";
import { CommandError, throwAll } from "../errors.ts";
import { resourcesAndPairs } from "../metadata-change.ts";
import { recordFlag } from "../resources/flags.ts";
import { podSpecOf, withContainers, withPodSpec } from "./pod-spec.ts";
import { applySetting, setFlags, setTargets } from "./setting.ts";

export const image = defineCommand({
  name: "image",
  usage: "(-f FILENAME | TYPE NAME) CONTAINER_NAME_1=CONTAINER_IMAGE_1 ... CONTAINER_NAME_N=CONTAINER_IMAGE_N",
  summary: "Update the image of a pod template",
  examples: `# A deployment's container
kubectl set image deployment/web nginx=nginx:1.27

# All containers of all daemon sets
kubectl set image daemonsets --all '*=nginx:1.27'`,
  flags: { ...setFlags, record: recordFlag },
  completes: "resources",

  async run(context) {
    const { flags, args, kube } = context;
    const dryRun = kube.dryRun(flags["dry-run"]);
    const { resources, pairs } = resourcesAndPairs(args, "image");
    const targets = await setTargets(context, resources);
    const images = new Map(pairs.map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)]));
    const problems: CommandError[] = [];
    if (flags.all && flags.selector) problems.push(new CommandError("cannot set --all and --selector at the same time"));
    if (resources.length === 0 && flags.filename.length === 0 && flags.kustomize === "")
      problems.push(new CommandError("one or more resources must be specified as <resource> <name> or <resource>/<name>"));
    if (images.size < 1) problems.push(new CommandError("at least one image update is required"));
    else if (images.size > 1 && images.has("*"))
      problems.push(new CommandError("all containers are already specified by *, but saw more than one container_name=container_image pairs"));
    if (flags.local && dryRun === "server")
      problems.push(new CommandError("cannot specify --local and --dry-run=server - did you mean --dry-run=client?"));
    throwAll(problems);

    const errors: unknown[] = [];
    const setting = {
      done: "image updated",
      failure: "failed to patch image update to pod template: ",
      change(target: (typeof targets)[number]) {
        const spec = podSpecOf(target);
        const names = [...spec.containers, ...(spec.initContainers ?? [])].map(({ name }) => name);
        for (const name of images.keys())
          if (name !== "*" && !names.includes(name)) errors.push(new CommandError(`error: unable to find container named ${JSON.stringify(name)}`));
        return withPodSpec(
          target.object,
          withContainers(spec, (container) => {
            const wanted = images.get("*") ?? images.get(container.name);
            return wanted === undefined ? container : { ...container, image: wanted };
          }),
        );
      },
    };
    try {
      await applySetting(context, targets, setting, dryRun);
    } catch (error) {
      errors.push(error);
    }
    throwAll(errors);
  },
});
