import { readAll, textOf } from "#base/streams.ts";
import { envNameProblems } from "#machinery/names.ts";
import type { Container, EnvVar } from "#machinery/types.ts";
import { bool, string, strings } from "../../cli/flags.ts";
import { type Asked, defineCommand } from "../command.ts";
import { CommandError } from "../errors.ts";
import { printerFor } from "../print/formats.ts";
import { find } from "../resources/find.ts";
import { EnvironmentReader } from "./env-values.ts";
import { podSpecOf, selectedContainers, withContainers, withPodSpec } from "./pod-spec.ts";
import { applySetting, type Changing, setFlags, setTargets } from "./setting.ts";

const flags = {
  ...setFlags,
  containers: string({ short: "c", default: "*", help: "The containers to change, by name; * stands for anything." }),
  env: strings({ short: "e", commas: false, help: "A variable to set, as NAME=VALUE. May be given several times." }),
  from: string({ help: "A config map or secret to take variables from, as configmap/NAME or secret/NAME." }),
  keys: strings({ help: "The keys to take of it; all unless given." }),
  list: bool({ help: "Show the variables instead of changing them." }),
  overwrite: bool({ default: true, help: "Let variables that are there already be changed." }),
  prefix: string({ help: "What to put before each name." }),
  resolve: bool({ help: "With --list, show values instead of where they come from." }),
} as const;

type Ask = Asked<typeof flags>;

export const env = defineCommand({
  name: "env",
  connectsFirst: true,
  usage: "RESOURCE/NAME KEY_1=VAL_1 ... KEY_N=VAL_N",
  summary: "Update environment variables on a pod template",
  description: `Update environment variables on a pod template.

 NAME=VALUE sets a variable in all containers, NAME- takes it away. With --from, a config map or secret gives them. "-" reads them from standard input, one a line.`,
  examples: `# Set a variable
kubectl set env deployment/web STAGE=test

# Show what is set
kubectl set env deployment/web --list

# Take all of a config map
kubectl set env --from=configmap/settings deployment/web

# Take a variable away
kubectl set env deployment/web STAGE-`,
  flags,
  completes: "resources",

  async run(context) {
    const { flags: f, args, kube, process } = context;
    if (f.all && f.selector) throw new CommandError("cannot set --all and --selector at the same time");
    const { resources, pairs } = split(args);
    const dryRun = kube.dryRun(f["dry-run"]);
    printerFor(process, f);
    if (f.local && dryRun === "server") throw new CommandError("cannot specify --local and --dry-run=server - did you mean --dry-run=client?");
    if (f.filename.length === 0 && resources.length < 1)
      throw new CommandError("one or more resources must be specified as <resource> <name> or <resource>/<name>");
    if (f.list && f.output) throw new CommandError("--list and --output may not be specified together");
    if (f.keys.length > 0 && !f.from) throw new CommandError("when specifying --keys, a configmap or secret must be provided with --from");

    const { set, remove } = await readPairs(context, [...f.env, ...pairs]);
    if (f.from) set.push(...(await imported(context)));
    const wanted = f.prefix ? set.map((variable) => ({ ...variable, name: f.prefix + variable.name })) : set;
    const targets = await setTargets(context, f.local ? [] : resources);
    const changed = (target: Changing) => withVariables(context, target, wanted, remove);
    if (f.list) {
      const reader = new EnvironmentReader(context, f.resolve);
      for (const target of targets) {
        const object = changed(target);
        for (const container of selectedContainers(podSpecOf({ ...target, object }), f.containers)) await reader.list(object, container);
      }
      return;
    }
    await applySetting(context, targets, { done: "env updated", failure: "failed to patch env update to pod template: ", change: changed }, dryRun);
  },
});

function split(args: readonly string[]): { resources: string[]; pairs: string[] } {
  const isPair = (arg: string) => /^.+=.*$/ms.test(arg) || arg.endsWith("-");
  const start = args.findIndex(isPair);
  if (start < 0) return { resources: [...args], pairs: [] };
  const pairs = args.slice(start);
  if (!pairs.every(isPair)) throw new CommandError(`all resources must be specified before environment changes: ${args.join(" ")}`);
  return { resources: args.slice(0, start), pairs };
}

async function readPairs({ process }: Ask, texts: readonly string[]): Promise<{ set: EnvVar[]; remove: string[] }> {
  const set: EnvVar[] = [];
  const remove: string[] = [];
  const given = new Set<string>();
  for (const text of texts) {
    const equals = text.indexOf("=");
    if (text === "-") {
      for (const line of textOf(await readAll(process.stdin)).split("\n")) {
        const [pair = ""] = line.split("#");
        const at = pair.indexOf("=");
        if (at >= 0) set.push({ name: pair.slice(0, at), value: pair.slice(at + 1) });
      }
    } else if (equals >= 0) {
      const name = text.slice(0, equals);
      const problems = envNameProblems(name);
      if (problems.length > 0) throw new CommandError(`${JSON.stringify(name)} is not a valid key name: ${problems.join(";")}`);
      given.add(name);
      set.push({ name, value: text.slice(equals + 1) });
    } else if (text.endsWith("-")) remove.push(text.slice(0, -1));
    else throw new CommandError(`unknown environment variable: ${text}`);
  }
  if (remove.some((name) => given.has(name)))
    throw new CommandError("can not both modify and remove the same environment variable in the same command");
  return { set, remove };
}

/** The variables that a config map or secret gives. */
async function imported({ kube, process, flags: f, out }: Ask): Promise<EnvVar[]> {
  const found = await find(kube, process, {
    args: f.local ? [] : [f.from],
    files: f.local ? f : { filename: [], kustomize: "", recursive: false },
    labels: f.local ? "" : f.selector,
    typesMeanAll: f.all,
    latest: true,
    local: f.local,
  });
  const variables: EnvVar[] = [];
  for await (const entry of found.targets()) {
    if ("error" in entry) throw entry.error;
    const { object, name } = entry;
    if (object?.kind !== "Secret" && object?.kind !== "ConfigMap") throw new CommandError("unsupported resource specified in --from");
    const source = object.kind === "Secret" ? "secretKeyRef" : "configMapKeyRef";
    for (const key of Object.keys((object["data"] as object | undefined) ?? {}).sort()) {
      if (f.keys.length > 0 && !f.keys.includes(key)) continue;
      const variable = key.replace(/[^a-zA-Z0-9_]/g, "_").toUpperCase();
      if (variable !== key) out.error(`Warning: key ${key} transferred to ${variable}`);
      variables.push({ name: variable, valueFrom: { [source]: { name, key } } });
    }
  }
  return variables;
}

function withVariables({ flags: f, out }: Ask, target: Changing, set: readonly EnvVar[], remove: readonly string[]) {
  const spec = podSpecOf(target);
  const chosen = selectedContainers(spec, f.containers);
  if (chosen.length === 0)
    out.error(`Warning: ${target.object.kind}/${target.name} does not have any containers matching ${JSON.stringify(f.containers)}`);
  const change = (container: Container): Container => {
    if (!chosen.includes(container)) return container;
    const before = container.env ?? [];
    const taken = set.find(({ name, value }) => before.some((other) => other.name === name && (other.value ?? "") !== (value ?? "")));
    if (!f.overwrite && taken) {
      const now = before.find(({ name }) => name === taken.name)?.value ?? "";
      throw new CommandError(`'${taken.name}' already has a value (${now}), and --overwrite is false`);
    }
    const after = merged(before, set, remove);
    const { env: _, ...rest } = container;
    return after.length > 0 ? { ...rest, env: after } : rest;
  };
  return withPodSpec(target.object, withContainers(spec, change));
}

/** New values stand where the old ones stood; new variables come last. */
function merged(before: readonly EnvVar[], set: readonly EnvVar[], remove: readonly string[]): EnvVar[] {
  const covered = new Set(remove);
  const after: EnvVar[] = [];
  for (const variable of [...before, ...set]) {
    if (covered.has(variable.name)) continue;
    const newer = set.find(({ name }) => name === variable.name);
    if (newer) covered.add(variable.name);
    after.push(newer ?? variable);
  }
  return after;
}
