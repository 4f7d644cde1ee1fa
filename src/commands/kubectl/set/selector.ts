import { parseSelector, type Requirement, SelectorError } from "#machinery/selector.ts";
import { bool, string } from "../../cli/flags.ts";
import type { Thing } from "../api/server.ts";
import { defineCommand } from "../command.ts";
import { CommandError } from "../errors.ts";
import { recordFlag } from "../resources/flags.ts";
import { applySetting, setFlags, setTargets } from "./setting.ts";

const { selector: _, kustomize: __, ...flags } = setFlags;

export const selector = defineCommand({
  name: "selector",
  usage: "(-f FILENAME | TYPE NAME) EXPRESSIONS [--resource-version=version]",
  summary: "Set the selector on a resource",
  description: "Set the selector on a resource.\n\n What was the selector before is replaced. Only services can be given one.",
  examples: "# A service that leads to other pods\nkubectl set selector service web 'app=web,tier=front'",
  flags: {
    ...flags,
    record: recordFlag,
    recursive: bool({ short: "R", default: true, help: "Go through the directories of -f with all that is below them." }),
    "resource-version": string({ help: "Change the object only if this is its version now." }),
  },
  completes: "resources",

  async run(context) {
    const { flags, args, kube } = context;
    const dryRun = kube.dryRun(flags["dry-run"]);
    const expression = args.at(-1);
    if (expression === undefined) throw new CommandError("one selector is required");
    const requirements = parsed(expression);
    const targets = await setTargets(context, args.slice(0, -1));
    for (const target of targets) {
      const wanted = labelsOf(target.object, requirements);
      const version = flags["resource-version"];
      const object = version ? { ...target.object, metadata: { ...target.object.metadata, resourceVersion: "" } } : target.object;
      const change = () => ({
        ...object,
        metadata: version ? { ...object.metadata, resourceVersion: version } : object.metadata,
        spec: { ...(object["spec"] as object | undefined), selector: wanted },
      });
      await applySetting(context, [{ ...target, object }], { done: "selector updated", failure: "", always: true, change }, dryRun);
    }
  },
});

function parsed(expression: string): Requirement[] {
  try {
    return parseSelector(expression);
  } catch (error) {
    if (error instanceof SelectorError) throw new CommandError(`couldn't parse the selector string "${expression}": ${error.message}`);
    throw error;
  }
}

const operators: Readonly<Record<string, string>> = { in: "In", notin: "NotIn", exists: "Exists", "!": "DoesNotExist" };

function labelsOf({ kind }: Thing, requirements: readonly Requirement[]): Record<string, string> {
  const isEquality = ({ operator }: Requirement) => operator === "=" || operator === "==";
  const others = requirements.filter((requirement) => !isEquality(requirement));
  if (kind !== "Service") throw new CommandError("setting a selector is only supported for Services");
  if (others.length > 0) {
    const shown = others.map(({ key, operator, values }) => `{${key} ${operators[operator] ?? operator} [${[...values].join(" ")}]}`);
    throw new CommandError(`match expression [${shown.join(" ")}] not supported on this object`);
  }
  return Object.fromEntries(requirements.map(({ key, values }) => [key, [...values][0] ?? ""]));
}
