import { parseSelector, SelectorError } from "#machinery/selector.ts";
import type { LabelSelector } from "#machinery/types.ts";
import { string } from "../../cli/flags.ts";
import { defineCommand } from "../command.ts";
import { CommandError } from "../errors.ts";
import { create, creationFlags, metadataOf, oneName } from "./creation.ts";

export const poddisruptionbudget = defineCommand({
  name: "poddisruptionbudget",
  aliases: ["pdb"],
  usage: "NAME --selector=SELECTOR --min-available=N [--dry-run=server|client|none]",
  summary: "Create a pod disruption budget with the specified name",
  flags: {
    ...creationFlags,
    "max-unavailable": string({ help: "How many of the pods may be away at most, as a number or a percentage." }),
    "min-available": string({ help: "How many of the pods must be there at least, as a number or a percentage." }),
    selector: string({ help: "The pods that it is about, as a label selector." }),
  },
  async run(context) {
    const { flags } = context;
    const name = oneName(context);
    const [least, most] = [flags["min-available"], flags["max-unavailable"]];
    if (flags.selector === "") throw new CommandError("a selector must be specified");
    if (!least && !most) throw new CommandError("one of min-available or max-unavailable must be specified");
    if (least && most) throw new CommandError("min-available and max-unavailable cannot be both specified");
    if (least && !/^[0-9]+%?$/.test(least)) throw new CommandError("invalid format specified for min-available");
    if (most && !/^[0-9]+%?$/.test(most)) throw new CommandError("invalid format specified for max-unavailable");
    const amount = (text: string) => (text.endsWith("%") ? text : Number(text));
    const spec = {
      ...(least ? { minAvailable: amount(least) } : {}),
      selector: selectorOf(flags.selector),
      ...(most ? { maxUnavailable: amount(most) } : {}),
    };
    const status = { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 };
    await create(
      context,
      { kind: "PodDisruptionBudget", apiVersion: "policy/v1", metadata: metadataOf(context, name), spec, status },
      { plural: "poddisruptionbudgets", failure: "failed to create poddisruptionbudgets: " },
    );
  },
});

const operators = { in: "In", notin: "NotIn", exists: "Exists", "!": "DoesNotExist", "!=": "NotIn" } as const;

/** A selector as objects hold it. */
export function selectorOf(text: string): LabelSelector {
  try {
    const matchLabels: Record<string, string> = {};
    const matchExpressions: NonNullable<LabelSelector["matchExpressions"]> = [];
    for (const { key, operator, values } of parseSelector(text)) {
      if (operator === "=" || operator === "==") matchLabels[key] = values[0] ?? "";
      else if (operator === "gt" || operator === "lt") throw new CommandError(`${JSON.stringify(operator)} is not a valid label selector operator`);
      else matchExpressions.push({ key, operator: operators[operator], ...(values.length > 0 ? { values: [...values] } : {}) });
    }
    return { ...(Object.keys(matchLabels).length > 0 ? { matchLabels } : {}), ...(matchExpressions.length > 0 ? { matchExpressions } : {}) };
  } catch (error) {
    if (error instanceof SelectorError) throw new CommandError(`couldn't parse the selector string ${JSON.stringify(text)}: ${error.message}`);
    throw error;
  }
}
