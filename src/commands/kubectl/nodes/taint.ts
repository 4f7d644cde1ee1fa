import { labelValueProblems, qualifiedNameProblems } from "#machinery/names.ts";
import type { Node, Taint } from "#machinery/types.ts";
import { bool } from "../../cli/flags.ts";
import type { Thing } from "../api/server.ts";
import { changePrinter, dryRunQuery, patchTarget } from "../change.ts";
import { type Asked, defineCommand } from "../command.ts";
import { validationOf } from "../create/creation.ts";
import { CommandError, throwAll, usageError } from "../errors.ts";
import { outputFlags } from "../print/formats.ts";
import { find, visit } from "../resources/find.ts";
import { dryRunFlag, fieldManagerFlag, selectorFlag, validateFlag } from "../resources/flags.ts";

const flags = {
  ...outputFlags,
  all: bool({ help: "All nodes of the cluster." }),
  "dry-run": dryRunFlag,
  "field-manager": fieldManagerFlag("kubectl-taint"),
  overwrite: bool({ help: "Let taints that are there already be changed." }),
  selector: selectorFlag,
  validate: validateFlag,
} as const;

export const taint = defineCommand({
  name: "taint",
  group: "Cluster Management Commands:",
  usage: "NODE NAME KEY_1=VAL_1:TAINT_EFFECT_1 ... KEY_N=VAL_N:TAINT_EFFECT_N",
  summary: "Update the taints on one or more nodes",
  description: `Update the taints on one or more nodes.

  *  A taint is a key, a value and an effect: KEY=VALUE:EFFECT; the value may be left out.
  *  The effect is NoSchedule, PreferNoSchedule or NoExecute.
  *  A minus sign behind KEY or KEY:EFFECT takes the taint away.`,
  examples: `# Keep pods off a node, but for those that tolerate it
kubectl taint nodes minikube dedicated=db:NoSchedule

# Take that taint away
kubectl taint nodes minikube dedicated:NoSchedule-

# Take away all taints of a key
kubectl taint nodes minikube dedicated-`,
  flags,
  completes: "nodes",

  async run(context) {
    const { flags, args, kube, process } = context;
    const dryRun = kube.dryRun(flags["dry-run"]);
    const fieldValidation = validationOf(flags.validate);
    const { resources, changes } = split(args);
    if (resources.length < 1) throw new CommandError("one or more resources must be specified as <resource> <name>");
    if (changes.length < 1) throw new CommandError("at least one taint update is required");
    const { add, remove } = parsed(context, changes);
    await check(context, resources, add, remove);

    const named = flags.all || flags.selector ? ["node"] : resources.slice(1).map((name) => `node/${name}`);
    const found = await find(kube, process, { args: named, labels: flags.selector, all: flags.all, continues: true });
    await visit(found, async (target) => {
      // The real one does not tell that nothing was stored.
      const print = changePrinter(context, "none");
      const node = target.object as unknown as Node;
      const before = node.spec?.taints ?? [];
      const taken = add.filter((taint) => before.some((other) => isSame(other, taint)));
      if (!flags.overwrite && taken.length > 0)
        throw new CommandError(
          `node ${target.name} already has ${taken.map(({ key }) => key).join(",")} taint(s) with same effect(s) and --overwrite is false`,
        );
      const { taints, done } = changed(before, add, remove, flags.overwrite);
      const { taints: _, ...spec } = node.spec ?? {};
      const shown = { ...node, spec: { ...spec, ...(taints.length > 0 ? { taints } : {}) } } as unknown as Thing;
      if (dryRun === "client") return print(shown, done);
      const isUnchanged = JSON.stringify(taints) === JSON.stringify(before);
      const patch = isUnchanged ? {} : { spec: { taints: taints.length > 0 ? taints : null } };
      const query = { ...dryRunQuery(dryRun), fieldManager: flags["field-manager"] || undefined, fieldValidation };
      print(await patchTarget(context, target, patch, "strategic", query), done);
    });
  },
});

const isSame = (a: Taint, b: Taint): boolean => a.key === b.key && a.effect === b.effect;

function split(args: readonly string[]): { resources: string[]; changes: string[] } {
  const isTaint = (arg: string) => /[=:]/.test(arg) || arg.endsWith("-");
  const start = args.findIndex(isTaint);
  if (start < 0) return { resources: [...args], changes: [] };
  const changes = args.slice(start);
  const stray = changes.find((arg) => !isTaint(arg));
  if (stray !== undefined) throw new CommandError(`all resources must be specified before taint changes: ${stray}`);
  return { resources: args.slice(0, start), changes };
}

/** A taint as it is typed: to take it away, its effect may be left out. */
type Typed = Omit<Taint, "effect"> & { effect: Taint["effect"] | undefined };

function parsed(context: { path: string }, changes: readonly string[]): { add: Taint[]; remove: Typed[] } {
  const add: Taint[] = [];
  const remove: Typed[] = [];
  for (const text of changes) {
    if (text.endsWith("-")) {
      remove.push(taintOf(context, text.slice(0, -1)));
      continue;
    }
    const { effect, ...rest } = taintOf(context, text);
    if (effect === undefined) throw usageError(context, `invalid taint spec: ${text}`);
    const taint: Taint = { ...rest, effect };
    if (add.some((other) => isSame(other, taint)))
      throw usageError(context, `duplicated taints with the same key and effect: {${taint.key} ${taint.value ?? ""} ${taint.effect} <nil>}`);
    add.push(taint);
  }
  return { add, remove };
}

const effects = ["NoSchedule", "PreferNoSchedule", "NoExecute"];

function taintOf(context: { path: string }, text: string): Typed {
  const bad = (problems: readonly string[] = []) =>
    usageError(context, `invalid taint spec: ${text}${problems.length > 0 ? `, ${problems.join("; ")}` : ""}`);
  const parts = text.split(":");
  if (parts.length > 2) throw bad();
  const [pair = "", effect] = parts;
  if (effect !== undefined && !effects.includes(effect)) throw usageError(context, `invalid taint effect: ${effect}, unsupported taint effect`);
  // Without an effect all of it is a key.
  const [key = "", value, more] = effect === undefined ? [pair] : pair.split("=");
  if (more !== undefined) throw bad();
  const valueProblems = value === undefined ? [] : labelValueProblems(value);
  if (valueProblems.length > 0) throw bad(valueProblems);
  const keyProblems = qualifiedNameProblems(key);
  if (keyProblems.length > 0) throw bad(keyProblems);
  return { key, ...(value ? { value } : {}), effect: effect as Taint["effect"] | undefined };
}

async function check(
  { kube, flags: f }: Asked<typeof flags>,
  resources: readonly string[],
  add: readonly Taint[],
  remove: readonly Typed[],
): Promise<void> {
  const type = (resources[0] ?? "").toLowerCase();
  if ((await kube.resource(type)).kind !== "Node") throw new CommandError(`invalid resource type ${type}, only node types are supported`);
  const both = remove.filter(({ key, effect }) => add.some((taint) => taint.key === key && (!effect || taint.effect === effect)));
  if (both.length > 0)
    throw new CommandError(
      `can not both modify and remove the following taint(s) in the same command: ${both.map(({ key, effect }) => `${key}=${effect ?? ""}`).join(", ")}`,
    );
  if (f.all && f.selector) throw new CommandError("setting 'all' parameter with a non empty selector is prohibited");
  if (!f.all && !f.selector && resources.length < 2)
    throw new CommandError("at least one resource name must be specified since 'all' parameter is not set");
}

/** The new taints come first, then those that stay. */
function changed(before: readonly Taint[], add: readonly Taint[], remove: readonly Typed[], overwrite: boolean): { taints: Taint[]; done: string } {
  let taints = [...add, ...before.filter((old) => !add.some((taint) => isSame(taint, old)))];
  const isAdded = taints.length !== before.length;
  let isRemoved = false;
  const missing: CommandError[] = [];
  for (const { key, effect } of remove) {
    const left = taints.filter((taint) => taint.key !== key || (effect !== undefined && taint.effect !== effect));
    isRemoved = left.length < taints.length;
    if (!isRemoved) missing.push(new CommandError(`taint ${JSON.stringify(effect ? `${key}:${effect}` : key)} not found`));
    taints = left;
  }
  throwAll(missing);
  return { taints, done: overwrite || (isAdded && isRemoved) ? "modified" : isAdded ? "tainted" : "untainted" };
}
