import { TemplateProblem } from "../../go-template/problem.ts";
import { Templates } from "../../go-template/templates.ts";
import type { Context } from "../command.ts";
import { HelmError } from "../errors.ts";
import { chartFunctions } from "../functions/index.ts";
import { baseName } from "../functions/paths.ts";

interface Asked {
  "generate-name": boolean;
  "name-template": string;
}

/** The release's name and the chart, of one or two arguments. */
export function nameAndChart(context: Context, args: readonly string[], flags: Asked, otherwise = ""): { name: string; chart: string } {
  const [first = "", second] = args;
  if (args.length > 2) throw new HelmError(`expected at most two arguments, unexpected arguments: ${args.slice(2).join(", ")}`);
  if (second !== undefined) {
    if (flags["generate-name"]) throw new HelmError("cannot set --generate-name and also specify a name");
    if (flags["name-template"]) throw new HelmError("cannot set --name-template and also specify a name");
    return { name: first, chart: second };
  }
  if (flags["name-template"]) return { name: templated(context, flags["name-template"]), chart: first };
  if (otherwise) return { name: otherwise, chart: first };
  if (!flags["generate-name"]) throw new HelmError("must either provide a name or specify --generate-name");
  const base = baseName(first);
  const word = (base === "." || base === "" ? "chart" : base).split(".")[0] ?? "";
  return { name: `${word}-${Math.floor(context.kube.now / 1000)}`, chart: first };
}

function templated({ process: { machine } }: Context, source: string): string {
  const functions = chartFunctions({ now: () => machine.clock.now(), random: machine.random });
  try {
    return new Templates({ functions }).add("name-template", source).execute("name-template", null);
  } catch (problem) {
    if (problem instanceof TemplateProblem) throw new HelmError(problem.message);
    throw problem;
  }
}
