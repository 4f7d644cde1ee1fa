import { parseFieldSelector, parseSelector, SelectorError } from "#machinery/selector.ts";
import type { Context } from "../command.ts";
import { CommandError, usageError } from "../errors.ts";

export interface TopFlags {
  readonly selector: string;
  readonly "field-selector"?: string;
  readonly "sort-by": string;
}

export type SortBy = "" | "cpu" | "memory";

export const metricsGroup = { group: "metrics.k8s.io", version: "v1beta1" };

/** What is asked for, if the question is a good one and somebody measures. */
export async function question(
  context: Context & { readonly args: readonly string[]; readonly flags: TopFlags; readonly path: string },
  usage: string,
): Promise<{ name: string | undefined; sortBy: SortBy; query: { labelSelector?: string; fieldSelector?: string } }> {
  const { args, flags, kube } = context;
  const { selector, "field-selector": fields = "", "sort-by": sortBy } = flags;
  if (args.length > 1) throw usageError(context, usage);
  if (sortBy !== "" && sortBy !== "cpu" && sortBy !== "memory") throw new CommandError("--sort-by accepts only cpu or memory");
  const [name] = args;
  if (name && (selector || fields))
    throw new CommandError(`only one of NAME or ${flags["field-selector"] === undefined ? "--selector" : "selector"} can be provided`);
  try {
    if (selector) parseSelector(selector);
    if (fields) parseFieldSelector(fields);
  } catch (error) {
    throw error instanceof SelectorError ? new CommandError(error.message) : error;
  }
  const { versions } = await kube.discovery();
  if (!versions.some((version) => version.startsWith("metrics.k8s.io/"))) throw new CommandError("Metrics API not available");
  return { name, sortBy, query: { ...(selector ? { labelSelector: selector } : {}), ...(fields ? { fieldSelector: fields } : {}) } };
}
