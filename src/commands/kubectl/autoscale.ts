import { canonicalQuantity } from "#machinery/quantity.ts";
import { bool, int, string } from "../cli/flags.ts";
import { pathOf, type Resource } from "./api/discovery.ts";
import type { Thing } from "./api/server.ts";
import { type Asked, defineCommand } from "./command.ts";
import { withLastApplied } from "./create/creation.ts";
import { CommandError, ServerError } from "./errors.ts";
import { outputFlags, printerFor } from "./print/formats.ts";
import { type DryRun, doneText } from "./print/name.ts";
import { causeOf, changeCause } from "./record.ts";
import { find, visit } from "./resources/find.ts";
import { dryRunFlag, fieldManagerFlag, fileFlags, recordFlag } from "./resources/flags.ts";
import { typed } from "./resources/typed.ts";

const flags = {
  ...outputFlags,
  ...fileFlags("of the objects to autoscale."),
  cpu: string({ help: 'The CPU to aim at, over all pods: a part of what they request ("70%") or an amount ("500m"; a bare number is thousandths).' }),
  "cpu-percent": {
    ...int({ default: -1, bits: 32, help: "The CPU to aim at, as a part of what the pods request." }),
    hidden: true,
    deprecated: "Use --cpu with percentage or resource quantity format (e.g., '70%' for utilization or '500m' for milliCPU).",
  },
  "dry-run": dryRunFlag,
  "field-manager": fieldManagerFlag("kubectl-autoscale"),
  max: int({ default: -1, bits: 32, required: true, help: "The most pods that there may be." }),
  memory: string({ help: 'The memory to aim at: a part of what the pods request ("60%") or an amount ("200Mi"; a bare number is MiB).' }),
  min: int({ default: -1, bits: 32, help: "The fewest pods that there may be; a negative number leaves it to the server." }),
  name: string({ help: "The name of the autoscaler; that of the object unless given." }),
  record: recordFlag,
  "save-config": bool({ help: "Note the configuration in the object's annotation, for a later kubectl apply." }),
} as const;

type Ask = Asked<typeof flags>;

export const autoscale = defineCommand({
  name: "autoscale",
  connectsFirst: true,
  group: "Deploy Commands:",
  usage: "(-f FILENAME | TYPE NAME | TYPE/NAME) [--min=MINPODS] --max=MAXPODS [--cpu=CPU] [--memory=MEMORY]",
  summary: "Auto-scale a deployment, replica set, stateful set, or replication controller",
  examples: `# Between two and ten pods
kubectl autoscale deployment web --min=2 --max=10

# As many as it takes to use four fifths of the requested CPU, at most five
kubectl autoscale deployment web --max=5 --cpu=80%`,
  flags,
  completes: "resources",

  async run(context) {
    const { flags: f, args, kube, process } = context;
    const dryRun = kube.dryRun(f["dry-run"]);
    if (f.max < 1) throw new CommandError(`--max=MAXPODS is required and must be at least 1, max: ${f.max}`);
    if (f.max < f.min) throw new CommandError(`--max=MAXPODS must be larger or equal to --min=MINPODS, max: ${f.max}, min: ${f.min}`);
    if (f["cpu-percent"] > 0 && f.cpu) throw new CommandError("--cpu-percent and --cpu are mutually exclusive");
    const metrics = [
      ...(f["cpu-percent"] > 0 ? [metric("cpu", { type: "Utilization", averageUtilization: f["cpu-percent"] })] : []),
      ...(f.cpu ? [metric("cpu", aimOf("cpu", f.cpu))] : []),
      ...(f.memory ? [metric("memory", aimOf("memory", f.memory))] : []),
    ];
    const found = await find(kube, process, { args, files: f, enforceNamespace: true, continues: true });
    let any = false;
    await visit(found, async ({ resource, name }) => {
      any = true;
      if (!resource.subresources.some((sub) => sub.name === "scale"))
        throw new CommandError(
          `cannot autoscale a ${resource.kind}: could not find scale subresource for ${resource.group}/${resource.version}, Resource=${resource.plural} in discovery information`,
        );
      await create(context, resource, name, metrics, dryRun);
    });
    if (!any) throw new CommandError("no objects passed to autoscale");
  },
});

type Aim = { type: "Utilization"; averageUtilization: number } | { type: "AverageValue"; averageValue: string };

const metric = (name: string, target: Aim) => ({ type: "Resource", resource: { name, target } });

const units: Readonly<Record<string, string>> = { cpu: "m", memory: "Mi" };

function aimOf(resource: "cpu" | "memory", given: string): Aim {
  const text = given.trim();
  if (text === "") throw new CommandError("empty input");
  if (text.endsWith("%")) {
    const number = text.slice(0, -1);
    if (!/^\+?\d+$/.test(number) || Number(number) >= 2 ** 31) throw new CommandError(`invalid percentage value: ${number}`);
    return { type: "Utilization", averageUtilization: Number(number) };
  }
  const isBare = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text);
  const amount = canonicalQuantity(isBare ? `${Number(text)}${units[resource]}` : text);
  if (amount === undefined) throw new CommandError(`invalid resource ${resource} value: ${text}`);
  return { type: "AverageValue", averageValue: amount };
}

async function create(context: Ask, { group, version, kind }: Resource, name: string, metrics: readonly object[], dryRun: DryRun): Promise<void> {
  const { flags: f, kube, out, process, line } = context;
  const print = printerFor(process, f, [], true);
  const scaleTargetRef = { apiVersion: group ? `${group}/${version}` : version, kind, name };
  const minimum = f.min > 0 ? { minReplicas: f.min } : {};
  const made = (apiVersion: string, spec: object): Thing => {
    const metadata = {
      name: f.name || name,
      ...(kube.namespaceIsExplicit ? { namespace: kube.namespace } : {}),
      ...(f.record ? { annotations: { [changeCause]: causeOf(line) } } : {}),
    };
    const object = typed({ apiVersion, kind: "HorizontalPodAutoscaler", metadata, spec: { ...minimum, ...spec } } as unknown as Thing);
    return f["save-config"] && dryRun !== "client" ? withLastApplied(object) : object;
  };
  const send = async (object: Thing, apiVersion: string): Promise<void> => {
    const path = pathOf({ group: "autoscaling", version: apiVersion, plural: "horizontalpodautoscalers", namespaced: true }, kube.namespace);
    const query = { fieldManager: f["field-manager"] || undefined, dryRun: dryRun === "server" ? "All" : undefined };
    const answer = await kube.server.send("POST", path, { body: object, query });
    out.print(print ? print(answer) : doneText(answer, "autoscaled", dryRun));
  };

  const object = made("autoscaling/v2", { scaleTargetRef, maxReplicas: f.max, ...(metrics.length > 0 ? { metrics } : {}) });
  if (dryRun === "client") {
    out.print(print ? print(object) : doneText(object, "created", dryRun));
    return;
  }
  try {
    await send(object, "v2");
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
    // The older version, which knows CPU alone, is tried after any failure of the newer.
    const why = f.cpu ? (f.memory || !f.cpu.trim().endsWith("%") ? "%!w(<nil>)" : undefined) : "empty input";
    if (why !== undefined)
      throw new CommandError(`failed to create autoscaling/v2 HPA and the configuration is incompatible with autoscaling/v1: ${why}`);
    await send(made("autoscaling/v1", { scaleTargetRef, maxReplicas: f.max }), "v1");
  }
}
