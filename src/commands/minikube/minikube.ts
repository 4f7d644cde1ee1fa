import type { Program } from "#shell/process.ts";
import { Output } from "../cli/output.ts";
import { parse, UsageProblem } from "../cli/parse.ts";
import { suggestions } from "../cli/suggest.ts";
import type { CommandHost } from "../host.ts";
import { helpText } from "../kubectl/help.ts";
import { ApiProblem } from "./cluster.ts";
import { globalFlags, type MinikubeCommand, Stopped } from "./command.ts";
import { commands } from "./index.ts";
import { Printer } from "./printer.ts";

const root: MinikubeCommand = {
  name: "minikube",
  summary: "minikube quickly sets up a local Kubernetes cluster",
  description: "minikube provisions and manages local Kubernetes clusters optimized for development workflows.",
  flags: {},
  sharedFlags: globalFlags,
  commands,
};

/** minikube, over the machines of a session. */
export function minikube(host: CommandHost): Program {
  const { machines, admin: client } = host;
  return async (process) => {
    const out = new Output(process.stdout, process.stderr);
    const printer = new Printer(out, process.tty !== undefined);
    let exitCode = 0;
    try {
      const args = process.args.slice(1);
      const parsed = parse(root, args[0] === "help" ? [...args.slice(1), "--help"] : args);
      const help = () => helpText(parsed.line);
      if (parsed.help || !parsed.command.run) printer.print(help());
      else {
        const context = { process, out: printer, host, machines, client, help };
        exitCode = (await parsed.command.run({ ...context, ...parsed.invocation })) ?? 0;
      }
    } catch (error) {
      exitCode = await told(error, printer);
    }
    await out.flush();
    return exitCode;
  };
}

async function told(error: unknown, out: Printer): Promise<number> {
  if (error instanceof Stopped) return error.exitCode;
  if (error instanceof UsageProblem) {
    const alike = error.kind === "command" ? suggestions(commands, error.word) : [];
    const hint = alike.length > 0 ? `\n\nDid you mean this?\n${alike.map((name) => `\t${name}\n`).join("")}` : "";
    out.error(
      `Error: ${error.message}${hint}${error.kind === "command" ? "\nRun 'minikube --help' for usage." : `\nSee '${error.path} --help' for usage.`}`,
    );
    return error.kind === "command" ? 14 : 1;
  }
  if (error instanceof ApiProblem || (error instanceof Error && error.message.startsWith("Not simulated"))) {
    await out.fail("fatal", error.message);
    return 80;
  }
  throw error;
}
