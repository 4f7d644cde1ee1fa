import type { Scale } from "#machinery/types.ts";
import { bool, duration, int, string } from "../cli/flags.ts";
import { pathOf } from "./api/discovery.ts";
import type { Thing } from "./api/server.ts";
import { changePrinter } from "./change.ts";
import { defineCommand } from "./command.ts";
import { CommandError, isConflict } from "./errors.ts";
import { outputFlags } from "./print/formats.ts";
import { recorded } from "./record.ts";
import { find, visit } from "./resources/find.ts";
import { dryRunFlag, fileFlags, recordFlag, selectorFlag } from "./resources/flags.ts";
import { fetchTarget } from "./resources/target.ts";
import { waitUntil } from "./waiting.ts";

export const scale = defineCommand({
  name: "scale",
  suggestFor: ["resize"],
  group: "Deploy Commands:",
  usage: "[--resource-version=version] [--current-replicas=count] --replicas=COUNT (-f FILENAME | TYPE NAME)",
  summary: "Set a new size for a deployment, replica set, or replication controller",
  examples: `# Three replicas of a deployment
kubectl scale --replicas=3 deployment/web

# Only if there are two now
kubectl scale --current-replicas=2 --replicas=3 deployment/web`,
  flags: {
    ...outputFlags,
    ...fileFlags("of the objects to scale."),
    all: bool({ help: "Scale all objects of the given types in the namespace." }),
    "current-replicas": int({ default: -1, help: "Scale only if this is the size now; -1 is any." }),
    "dry-run": dryRunFlag,
    record: recordFlag,
    replicas: int({ required: true, help: "The new number of replicas." }),
    "resource-version": string({ help: "Scale only if this is the object's version now." }),
    selector: selectorFlag,
    timeout: duration({ help: "How long to wait for the new size; 0 is not at all." }),
  },
  completes: "resources",

  async run(context) {
    const { flags, args, kube, process } = context;
    if (flags.replicas < 0) throw new CommandError("The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0");
    if (flags["current-replicas"] < -1) throw new CommandError("The --current-replicas must specify an integer of -1 or greater");
    const dryRun = kube.dryRun(flags["dry-run"]);
    const print = changePrinter(context, dryRun);
    const found = await find(kube, process, { args, files: flags, labels: flags.selector, all: flags.all, enforceNamespace: true, continues: true });

    let any = false;
    await visit(found, async (target) => {
      any = true;
      const { resource, namespace, name, object } = target;
      if (!object) return;
      const spec = object["spec"] as Record<string, unknown> | undefined;
      let scaled: Thing = dryRun === "client" ? { ...object, spec: { ...spec, replicas: flags.replicas } } : object;
      if (dryRun !== "client") {
        const path = pathOf(resource, namespace, name, "scale");
        const query = { dryRun: dryRun === "server" ? "All" : undefined };
        for (let attempt = 0; ; attempt++) {
          const now: Scale = await kube.server.get(path);
          const [wanted, version] = [flags["current-replicas"], flags["resource-version"]];
          if (wanted >= 0 && wanted !== (now.spec.replicas ?? 0))
            throw new CommandError(`Expected replicas to be ${wanted}, was ${now.spec.replicas ?? 0}`);
          if (version && version !== now.metadata.resourceVersion)
            throw new CommandError(`Expected resource version to be ${version}, was ${now.metadata.resourceVersion}`);
          try {
            await kube.server.send("PUT", path, { body: { ...now, spec: { ...now.spec, replicas: flags.replicas } }, query });
            break;
          } catch (error) {
            if (!isConflict(error) || attempt >= 10) throw error;
          }
        }
        if (flags.timeout > 0 && dryRun === "none")
          await waitUntil(kube, target, flags.timeout, (now) => now !== undefined && isScaled(now, flags.replicas));
        if (flags.output && flags.output !== "name") scaled = await fetchTarget(kube.server, target);
        if (flags.record) scaled = await recorded(context, target, scaled, dryRun);
      }
      print(scaled, "scaled");
    });
    if (!any) throw new CommandError("no objects passed to scale");
  },
});

function isScaled(object: Thing, replicas: number): boolean {
  const { spec, status, metadata } = object as Thing & { spec?: { replicas?: number }; status?: { replicas?: number; observedGeneration?: number } };
  return spec?.replicas === replicas && (status?.replicas ?? 0) === replicas && (status?.observedGeneration ?? 0) >= (metadata.generation ?? 0);
}
