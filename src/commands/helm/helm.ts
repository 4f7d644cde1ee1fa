import { YamlError } from "#machinery/yaml.ts";
import { FileError } from "#shell/file-system.ts";
import type { Process, Program } from "#shell/process.ts";
import type { Values } from "../cli/flags.ts";
import { Output } from "../cli/output.ts";
import { parse, UsageProblem } from "../cli/parse.ts";
import { suggestions } from "../cli/suggest.ts";
import { CommandError, ConfigError, ConnectionError, ServerError } from "../kubectl/errors.ts";
import type { Connect } from "../kubectl/session.ts";
import type { Context, HelmCommand } from "./command.ts";
import { completions } from "./complete.ts";
import { HelmError, HelmExit } from "./errors.ts";
import { helpText } from "./help.ts";
import { commands } from "./index.ts";
import { Log } from "./log.ts";
import { Settings } from "./settings.ts";
import { globalFlags } from "./shared-flags.ts";

const root: HelmCommand = {
  name: "helm",
  usage: "[command]",
  summary: "The Helm package manager for Kubernetes.",
  description: `The Kubernetes package manager

Common actions for Helm:

- helm search:    search for charts
- helm pull:      download a chart to your local directory to view
- helm install:   upload the chart to Kubernetes
- helm list:      list releases of charts

The directories that helm keeps its files in are shown by "helm env"; the variables of the same names change them.`,
  flags: {},
  sharedFlags: globalFlags,
  commands,
  run() {},
};

/** In the order in which they are suggested: those on charts, on releases, and the rest. */
const suggested =
  "create dependency pull show lint package repo search verify get history install list test rollback status template uninstall upgrade completion env plugin version registry push"
    .split(" ")
    .flatMap((name) => commands.filter((command) => command.name === name));

/** helm, talking to the cluster through what the host gives. */
export function helm(connect: Connect): Program {
  const program: Program = async (process) => {
    const out = new Output(process.stdout, process.stderr);
    let exitCode = 0;
    try {
      exitCode = await run(process, out, connect);
    } catch (problem) {
      exitCode = told(problem, out);
    }
    await out.flush();
    return exitCode;
  };
  program.complete = (line) => completions(root, line, connect);
  return program;
}

async function run(process: Process, out: Output, connect: Connect): Promise<number> {
  const args = process.args.slice(1);
  if (args[0] === "__complete" || args[0] === "__completeNoDesc") return complete(process, out, connect, args.slice(1));
  const parsed = parse(root, args[0] === "help" ? [...args.slice(1), "--help"] : args);
  const { command, line, invocation, help, notes } = parsed;
  if (help || command === root || !command.run) {
    out.print(helpText(line).replaceAll("<home>", process.env.get("HOME") ?? process.user.home));
    return 0;
  }
  for (const note of notes) out.error(note);
  const context = contextOf(process, out, connect, invocation.flags as Values<typeof globalFlags>, invocation.changed, () =>
    helpText(line).replaceAll("<home>", process.env.get("HOME") ?? process.user.home),
  );
  return (await command.run({ ...context, ...invocation })) ?? 0;
}

/** `helm __complete status we`: what shells ask whose completion code asks helm. */
async function complete({ env, cwd, machine }: Process, out: Output, connect: Connect, words: readonly string[]): Promise<number> {
  const line = { words: ["helm", ...words.slice(0, -1)], current: words.at(-1) ?? "", env, cwd, machine };
  const found = await completions(root, line, connect);
  for (const word of found ?? []) out.line(word);
  const [code, name] = found ? [4, "ShellCompDirectiveNoFileComp"] : [0, "ShellCompDirectiveDefault"];
  out.line(`:${code}`);
  out.error(`Completion ended with directive: ${name}`);
  return 0;
}

function contextOf(
  process: Process,
  out: Output,
  connect: Connect,
  flags: Values<typeof globalFlags>,
  changed: (name: string) => boolean,
  help: () => string,
): Context {
  const settings = new Settings(process, { ...flags, changed });
  const log = new Log(out, settings.debug);
  // What the server warns of goes into the log.
  const warnings = { error: (text = "") => log.warn(text.replace(/^Warning: /, "")) };
  const kube = settings.session(warnings, connect);
  return { process, out, log, settings, kube, help, namespace: settings.namespace(kube) };
}

/** Says what went wrong; gives the exit code. */
function told(problem: unknown, out: Output): number {
  if (problem instanceof HelmExit) return problem.exitCode;
  if (problem instanceof UsageProblem) {
    const alike = problem.kind === "command" ? suggestions(suggested, problem.word) : [];
    const hint = alike.length > 0 ? `\n\nDid you mean this?\n${alike.map((name) => `\t${name}\n`).join("")}` : "";
    out.error(`Error: ${problem.message}${hint}${problem.kind === "command" ? "\nRun 'helm --help' for usage." : ""}`);
    return 1;
  }
  if (problem instanceof FileError) {
    out.error(`Error: ${problem.message.slice(0, -problem.reason.length)}${problem.reason.toLowerCase()}`);
    return 1;
  }
  const known = [HelmError, YamlError, CommandError, ConfigError, ConnectionError, ServerError].some((type) => problem instanceof type);
  if (!known) throw problem;
  out.error(`Error: ${(problem as Error).message}`);
  return 1;
}
