import type { Process, Program } from "#shell/process.ts";
import { named } from "../cli/command.ts";
import type { Values } from "../cli/flags.ts";
import { Output } from "../cli/output.ts";
import { parse, UsageProblem } from "../cli/parse.ts";
import { suggestions } from "../cli/suggest.ts";
import type { Context, KubectlCommand } from "./command.ts";
import { Completer, placeOf } from "./complete.ts";
import { CommandError, report } from "./errors.ts";
import { globalFlags } from "./global-flags.ts";
import { helpText } from "./help.ts";
import { commands } from "./index.ts";
import { withPreferences } from "./kuberc/preferences.ts";
import { pluginFor } from "./plugin.ts";
import { type Connect, Session } from "./session.ts";

const root: KubectlCommand = {
  name: "kubectl",
  usage: "[flags]",
  summary: "kubectl controls the Kubernetes cluster manager",
  description: "kubectl controls the Kubernetes cluster manager.\n\n Find more information at: https://kubernetes.io/docs/reference/kubectl/",
  flags: {},
  sharedFlags: globalFlags,
  commands,
  run() {},
};

/** kubectl, talking to servers through what the host gives. */
export function kubectl(connect: Connect): Program {
  const program: Program = async (process) => {
    const out = new Output(process.stdout, process.stderr);
    let exitCode = 0;
    try {
      exitCode = await run(process, out, connect);
    } catch (error) {
      const { text, exitCode: code } = report(error);
      out.printError(text);
      exitCode = code;
    }
    await out.flush();
    return exitCode;
  };
  program.complete = async (line) => {
    const completer = new Completer(root, placeOf(line), connect, line.words.slice(1));
    return (await completer.candidates(line.current))?.map(({ word }) => word);
  };
  return program;
}

/** `kubectl __complete get po`: what shells ask whose completion code asks kubectl. */
async function complete(process: Process, out: Output, connect: Connect, words: readonly string[]): Promise<number> {
  const current = words.at(-1) ?? "";
  const found = await new Completer(root, process, connect, words.slice(0, -1)).candidates(current);
  for (const { word, help } of found ?? []) out.line(help === undefined ? word : `${word}\t${help}`);
  const [code, name] = found ? [4, "ShellCompDirectiveNoFileComp"] : [0, "ShellCompDirectiveDefault"];
  out.line(`:${code}`);
  out.error(`Completion ended with directive: ${name}`);
  return 0;
}

async function run(process: Process, out: Output, connect: Connect): Promise<number> {
  const typed = process.args.slice(1);
  if (typed[0] === "__complete" || typed[0] === "__completeNoDesc") return complete(process, out, connect, typed.slice(1));
  const args = withPreferences(process, out, root, typed);
  const plugin = isKnown(args) ? undefined : pluginFor(process, args);
  if (plugin) return process.run([plugin.path, ...plugin.args]);
  const parsed = parsedOrExplained(args);
  if (typeof parsed === "string") {
    out.printError(parsed);
    return 0;
  }
  const { command, line, invocation, help, notes } = parsed;
  if (help || command === root || !command.run) {
    out.print(helpText(line));
    return 0;
  }
  for (const note of notes) out.error(note);
  const kube = new Session(process, out, globals(command, invocation.flags), connect);
  const context: Context = { process, out, kube, line: ["kubectl", ...args].join(" "), help: () => helpText(line) };
  if (command.connectsFirst) kube.checkConnection();
  const exitCode = (await command.run({ ...context, ...invocation })) ?? 0;
  const warnings = kube.warnings;
  if (invocation.flags["warnings-as-errors"] === true && warnings > 0)
    throw new CommandError(`${warnings} warning${warnings === 1 ? "" : "s"} received`);
  return exitCode;
}

/** Whether the first word is one of kubectl's own commands, or none at all. */
const isKnown = ([word]: readonly string[]): boolean =>
  word === undefined || word.startsWith("-") || word === "help" || named(commands, word) !== undefined;

/** The global flags; where the command has a flag of the same name, as `create rolebinding --user`, the global one was not given. */
function globals(command: KubectlCommand, flags: Readonly<Record<string, unknown>>): Values<typeof globalFlags> {
  const values = Object.entries(globalFlags).map(([name, flag]) => [name, name in command.flags ? flag.default : flags[name]]);
  return Object.fromEntries(values) as Values<typeof globalFlags>;
}

/** What a command line asks for; text where all that can be done is to tell what one may ask for. */
function parsedOrExplained(args: readonly string[]): ReturnType<typeof parse<Context>> | string {
  // `kubectl help get` is `kubectl get --help`.
  const line = args[0] === "help" ? [...args.slice(1), "--help"] : args;
  try {
    return parse(root, line);
  } catch (problem) {
    if (!(problem instanceof UsageProblem)) throw problem;
    if (problem.kind === "flag") {
      const command = problem.path
        .split(" ")
        .slice(1)
        .reduce<KubectlCommand | undefined>((above, name) => named(above?.commands ?? [], name), root);
      const { hint, exitCode } = command?.misuse ?? { hint: `See '${problem.path} --help' for usage.`, exitCode: 1 };
      throw new CommandError(`${problem.message}\n${hint}`, exitCode);
    }
    if (problem.kind === "required") throw new CommandError(problem.message);
    // Help on what there is none of is told on standard error, with what there is.
    if (args[0] === "help")
      return `Unknown help topic [${args
        .slice(1)
        .map((word) => `\`${word}\``)
        .join(" ")}]\n\n\n${helpText([root]).replace(/^[\s\S]*?\n(?=Basic Commands)/, "")}`;
    const alike = suggestions(commands, problem.word);
    throw new CommandError(
      alike.length > 0 ? `${problem.message}\n\nDid you mean this?\n${alike.map((name) => `\t${name}\n`).join("")}` : problem.message,
    );
  }
}
