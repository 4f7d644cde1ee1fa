import type { Container } from "#machinery/types.ts";
import type { Thing } from "../api/server.ts";
import { type Context, defineCommand } from "../command.ts";
import { CommandError, Problems, throwAll } from "../errors.ts";
import { resourcesAndPairs } from "../metadata-change.ts";
import { visit } from "../resources/find.ts";
import type { Target } from "../resources/target.ts";
import { applySetting, podSpecOf, podSpecPath, setRecordFlags, setTargets } from "./pod-spec.ts";

export const image = defineCommand({
  name: "image",
  usage: "(-f FILENAME | TYPE NAME) CONTAINER_NAME_1=CONTAINER_IMAGE_1 ... CONTAINER_NAME_N=CONTAINER_IMAGE_N",
  summary: "Update the image of a pod template",
  examples: `# A deployment's container
kubectl set image deployment/web nginx=nginx:1.27

# All containers of all daemon sets
kubectl set image daemonsets --all '*=nginx:1.27'`,
  flags: setRecordFlags,
  completes: "resources",

  async run(context) {
    const { flags, args, kube } = context;
    const dryRun = kube.dryRun(flags["dry-run"]);
    const { resources, pairs } = resourcesAndPairs(args, "image");
    const found = await setTargets(context, resources);
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
    await visit(found, (target) => setImages(context, target, images, dryRun));
  },
});

async function setImages(
  context: Context & { readonly flags: Parameters<typeof applySetting>[0]["flags"] },
  target: Target,
  images: ReadonlyMap<string, string>,
  dryRun: Parameters<typeof applySetting>[3],
): Promise<void> {
  const spec = podSpecOf(target);
  const names = [...(spec.initContainers ?? []), ...spec.containers].map(({ name }) => name);
  const missing = [...images.keys()].filter((name) => name !== "*" && !names.includes(name));
  if (missing.length > 0) {
    const errors = missing.map((name) => new CommandError(`error: unable to find container named ${JSON.stringify(name)}`));
    throw errors.length === 1 ? errors[0] : new Problems(errors);
  }
  const wanted = ({ name, image: now }: Container) => images.get("*") ?? images.get(name) ?? now;
  const isNew = (container: Container) => wanted(container) !== container.image;
  await applySetting(
    context,
    target,
    {
      done: "image updated",
      failure: "failed to patch image update to pod template:",
      changed(object) {
        if (![...(spec.initContainers ?? []), ...spec.containers].some(isNew)) return object;
        const all = (list: readonly Container[]) =>
          list.map((container) => (isNew(container) ? { ...container, image: wanted(container) } : container));
        return replaced(object, podSpecPath(object) ?? [], {
          ...spec,
          ...(spec.initContainers ? { initContainers: all(spec.initContainers) } : {}),
          containers: all(spec.containers),
        });
      },
      patch(object) {
        const change: Record<string, unknown> = {};
        for (const key of ["initContainers", "containers"] as const) {
          const list = spec[key] ?? [];
          if (!list.some(isNew)) continue;
          change[`$setElementOrder/${key}`] = list.map(({ name }) => ({ name }));
          change[key] = list.filter(isNew).map((container) => ({ image: wanted(container), name: container.name }));
        }
        return (podSpecPath(object) ?? []).reduceRight<object>((inner, step) => ({ [step]: inner }), change);
      },
    },
    dryRun,
  );
}

/** An object with another value at a path. */
export function replaced(object: Thing, path: readonly string[], value: unknown): Thing {
  const at = (node: unknown, rest: readonly string[]): unknown => {
    const [key, ...further] = rest;
    if (key === undefined) return value;
    const map = node as Record<string, unknown>;
    return { ...map, [key]: at(map[key], further) };
  };
  return at(object, path) as Thing;
}
