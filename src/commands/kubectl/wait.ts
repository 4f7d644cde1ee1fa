import { findAll } from "#machinery/json-path/evaluate.ts";
import { JsonPathProblem, parseJsonPath, relaxed } from "#machinery/json-path/parse.ts";
import { bool, duration, strings } from "../cli/flags.ts";
import type { Thing } from "./api/server.ts";
import { defineCommand } from "./command.ts";
import { CommandError, isNotFound, ServerError, throwAll } from "./errors.ts";
import { outputFlags, printerFor } from "./print/formats.ts";
import { doneText } from "./print/name.ts";
import { find } from "./resources/find.ts";
import { allNamespacesFlag, fieldSelectorFlag, fileFlags, selectorFlag } from "./resources/flags.ts";
import type { Target } from "./resources/target.ts";
import { TimedOut, waitUntil } from "./waiting.ts";

const aWeek = 7 * 24 * 3_600_000;

/** What is waited for. */
interface Condition {
  kind: "state" | "delete" | "create";
  holds(object: Thing | undefined): boolean;
}

export const wait = defineCommand({
  name: "wait",
  connectsFirst: true,
  group: "Advanced Commands:",
  usage:
    "([-f FILENAME] | resource.group/resource.name | resource.group [(-l label | --all)]) [--for=create|--for=delete|--for condition=available|--for=jsonpath='{}'[=value]]",
  summary: "Wait for a specific condition on one or many resources",
  examples: `# Until a pod is ready
kubectl wait --for=condition=Ready pod/web

# Until it runs
kubectl wait --for=jsonpath='{.status.phase}'=Running pod/web

# Until it is gone, a minute at most
kubectl wait --for=delete pod/web --timeout=60s`,
  flags: {
    ...outputFlags,
    filename: fileFlags("of the objects.").filename,
    recursive: bool({ short: "R", default: true, help: "Go through the directories of -f with all that is below them." }),
    all: bool({ help: "All objects of the given types in the namespace." }),
    "all-namespaces": allNamespacesFlag,
    "field-selector": fieldSelectorFlag,
    for: strings({
      commas: false,
      help: "What to wait for: create, delete, condition=NAME[=value] or jsonpath='{PATH}'[=value]. May be given several times.",
    }),
    local: bool({ help: "Work on files alone, without the server." }),
    selector: selectorFlag,
    timeout: duration({ default: 30_000, help: "How long to wait; 0 is one look, a negative time a week." }),
  },
  completes: "resources",

  async run(context) {
    const { flags, args, kube, out, process } = context;
    if (flags.for.length === 0) throw new CommandError("unrecognized condition: []");
    const conditions = flags.for.map(conditionOf);
    const print = printerFor(process, flags);
    const end = kube.now + (flags.timeout < 0 ? aWeek : flags.timeout);
    const query = {
      args,
      files: { filename: flags.filename, kustomize: "", recursive: flags.recursive },
      labels: flags.selector,
      fields: flags["field-selector"],
      all: flags.all,
      allNamespaces: flags["all-namespaces"],
      enforceNamespace: true,
      continues: true,
      local: flags.local,
      fetch: !conditions.some(({ kind }) => kind === "create"),
      latest: conditions.every(({ kind }) => kind === "state"),
    };
    const forDeletion = conditions.every(({ kind }) => kind === "delete");
    const errors: unknown[] = [];
    let any = false;
    const found = await find(kube, process, query);
    for await (const entry of found.targets()) {
      any = true;
      try {
        if ("error" in entry) throw entry.error;
        const last = await met(context, entry, conditions, end);
        if (last === undefined && entry.object === undefined) continue;
        const shown = last ?? entry.object;
        if (shown) out.print(print ? print(shown) : doneText(shown, "condition met"));
        await out.flush();
      } catch (error) {
        if (forDeletion && isNotFound(error)) continue;
        if (!(error instanceof ServerError || error instanceof CommandError)) throw error;
        errors.push(error);
      }
    }
    throwAll(errors);
    if (!any && !forDeletion) throw new CommandError("no matching resources found");
  },
});

type Ask = Parameters<NonNullable<typeof wait.run>>[0];

async function met(
  { kube, flags }: Pick<Ask, "kube" | "flags">,
  target: Target,
  conditions: readonly Condition[],
  end: number,
): Promise<Thing | undefined> {
  const looksOnce = flags.timeout === 0;
  let last: Thing | undefined;
  for (const condition of conditions) {
    const left = end - kube.now;
    try {
      last = await watched(kube, target, condition, left);
    } catch (error) {
      if (error instanceof TimedOut && looksOnce && condition.kind !== "create")
        throw new CommandError(`condition not met for ${target.resource.plural}/${target.name}`);
      if (error instanceof TimedOut && condition.kind !== "create") throw new TimedOut(` on ${target.resource.plural}/${target.name}`);
      throw error;
    }
  }
  return last;
}

async function watched(kube: Ask["kube"], target: Target, condition: Condition, left: number): Promise<Thing | undefined> {
  let first = true;
  let seen: Thing | undefined;
  await waitUntil(kube, target, Math.max(1, left), (object) => {
    seen = object ?? seen;
    if (condition.holds(object)) return true;
    if (object === undefined && condition.kind === "state" && !first) return false;
    first = false;
    if (left <= 0) throw new TimedOut();
    return false;
  });
  return seen;
}

function conditionOf(text: string): Condition {
  if (text.toLowerCase() === "delete") return { kind: "delete", holds: (object) => object === undefined };
  if (text.toLowerCase() === "create") return { kind: "create", holds: (object) => object !== undefined };
  const equals = text.indexOf("=");
  const [sort, rest] = equals < 0 ? [text, ""] : [text.slice(0, equals), text.slice(equals + 1)];
  if (sort === "condition" && equals >= 0) {
    const [name = "", ...values] = rest.split("=");
    return { kind: "state", holds: (object) => object !== undefined && hasCondition(object, name, values.join("=") || "true") };
  }
  if (sort === "jsonpath" && equals >= 0) return pathCondition(rest);
  throw new CommandError(`unrecognized condition: ${JSON.stringify(text)}`);
}

function hasCondition({ metadata, ...object }: Thing, name: string, value: string): boolean {
  const status = object["status"] as
    | { observedGeneration?: number; conditions?: { type?: string; status?: string; observedGeneration?: number }[] }
    | undefined;
  const condition = status?.conditions?.find(({ type }) => type?.toLowerCase() === name.toLowerCase());
  if (!condition) return false;
  const observed = condition.observedGeneration ?? status?.observedGeneration;
  if (observed !== undefined && observed < (metadata.generation ?? 0)) return false;
  return condition.status?.toLowerCase() === value.toLowerCase();
}

function pathCondition(text: string): Condition {
  // The value stands behind the expression's closing brace.
  const parts = /^(.*?\})(?:=(.*))?$/s.exec(text) ?? /^([^=]*)(?:=(.*))?$/s.exec(text);
  const [, path = "", value] = parts ?? [];
  const wanted = value?.replace(/^(["'])(.*)\1$/s, "$2");
  if (text === "") throw new CommandError("jsonpath expression cannot be empty");
  if (text.endsWith("="))
    throw new CommandError("jsonpath wait has to have a value after equal sign, like --for=jsonpath='{.status.readyReplicas}'=3");
  try {
    const template = parseJsonPath(relaxed(path.replace(/^(["'])(.*)\1$/s, "$2")));
    return {
      kind: "state",
      holds(object) {
        if (object === undefined) return false;
        const values = findAll(template, object, { allowMissing: true }).flat();
        if (values.length === 0) return false;
        if (wanted === undefined) return true;
        if (values.length > 1) throw new CommandError("given jsonpath expression matches more than one value");
        const [only] = values;
        if (typeof only === "object" && only !== null)
          throw new CommandError("jsonpath leads to a nested object or list, it must lead to a primitive value");
        return String(only) === wanted;
      },
    };
  } catch (error) {
    if (error instanceof JsonPathProblem) throw new CommandError(error.message);
    throw error;
  }
}
