import { canonicalQuantity, quantityProblem } from "#machinery/quantity.ts";
import { string } from "../../cli/flags.ts";
import { defineCommand } from "../command.ts";
import { CommandError } from "../errors.ts";
import { create, creationFlags, metadataOf, oneName } from "./creation.ts";

/** `cpu=1,memory=1Gi` as amounts by resource. */
export function amountsOf(text: string): Record<string, string> {
  if (text === "") return {};
  return Object.fromEntries(
    text.split(",").map((pair) => {
      const parts = pair.split("=");
      const [resource = "", amount = ""] = parts;
      if (parts.length !== 2) throw new CommandError(`Invalid argument syntax ${pair}, expected <resource>=<value>`);
      const canonical = canonicalQuantity(amount);
      if (canonical === undefined) throw new CommandError(quantityProblem);
      return [resource, canonical];
    }),
  );
}

export const quota = defineCommand({
  name: "quota",
  aliases: ["resourcequota"],
  usage: "NAME [--hard=key1=value1,key2=value2] [--scopes=Scope1,Scope2] [--dry-run=server|client|none]",
  summary: "Create a quota with the specified name",
  flags: {
    ...creationFlags,
    hard: string({ help: "The limits, as resource=amount,..." }),
    scopes: string({ help: "The scopes that each object must be in, separated by commas." }),
  },
  async run(context) {
    const { flags } = context;
    const name = oneName(context);
    const hard = amountsOf(flags.hard);
    const scopes = flags.scopes ? flags.scopes.split(",") : [];
    if (scopes.includes("")) throw new CommandError('invalid resource quota scope ""');
    const spec = { ...(Object.keys(hard).length > 0 ? { hard } : {}), ...(scopes.length > 0 ? { scopes } : {}) };
    await create(
      context,
      { kind: "ResourceQuota", apiVersion: "v1", metadata: metadataOf(context, name), spec, status: {} },
      { plural: "resourcequotas", failure: "failed to create quota: " },
    );
  },
});
