import type { Program } from "#shell/process.ts";
import { UsageError } from "#shell/tools/options.ts";
import { Output } from "../cli/output.ts";
import { parse, UsageProblem } from "../cli/parse.ts";
import { type CommandHost, nodeOf } from "../host.ts";
import { helpText } from "../kubectl/help.ts";
import * as act from "./act.ts";
import { type CrictlCommand, Fatal, globalFlags } from "./command.ts";
import { images, pods, ps, stats } from "./list.ts";

const commands: readonly CrictlCommand[] = [
  act.config,
  act.exec,
  images,
  act.info,
  act.inspect,
  act.inspecti,
  act.inspectp,
  act.logs,
  pods,
  ps,
  act.pull,
  act.rm,
  act.rmi,
  act.rmp,
  stats,
  act.stop,
  act.stopp,
  act.version,
  ...[
    "attach",
    "checkpoint",
    "create",
    "events",
    "imagefsinfo",
    "port-forward",
    "run",
    "runp",
    "start",
    "statsp",
    "update",
    "update-runtime-config",
  ].map((name) => act.statsNotSimulated(name, "containers beside those of the kubelet")),
];

const root: CrictlCommand = { name: "crictl", summary: "client for CRI", flags: {}, sharedFlags: globalFlags, commands };

const level = (at: number) => new Date(at).toISOString().replace(/\.\d+Z/, "Z");

/** `crictl`: the containers of a node, asked of its runtime. */
export const crictl =
  (host: CommandHost): Program =>
  async (process) => {
    const out = new Output(process.stdout, process.stderr);
    const node = nodeOf(host, process);
    const now = process.machine.clock.now();
    const fatal = (message: string) => {
      out.error(`time="${level(now)}" level=fatal msg=${JSON.stringify(message)}`);
      return 1;
    };
    let code = 0;
    try {
      const args = process.args.slice(1);
      if (args[0] === "--version" || args[0] === "-v") out.line("crictl version v1.35.0");
      else {
        const parsed = parse(root, args[0] === "help" ? [...args.slice(1), "--help"] : args);
        const runtime = node?.runtime();
        if (parsed.help || !parsed.command.run) out.print(helpText(parsed.line));
        else if (process.user.uid !== 0)
          code = fatal(
            'validate service connection: validate CRI v1 runtime API for endpoint "unix:///run/containerd/containerd.sock": rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial unix /run/containerd/containerd.sock: connect: permission denied"',
          );
        else if (!node || !runtime)
          code = fatal(
            'validate service connection: validate CRI v1 runtime API for endpoint "unix:///run/containerd/containerd.sock": rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial unix /run/containerd/containerd.sock: connect: no such file or directory"',
          );
        else code = (await parsed.command.run({ process, out, node, runtime, now, ...parsed.invocation })) ?? 0;
      }
    } catch (error) {
      if (error instanceof Fatal || error instanceof act.NotFound) code = fatal(error.message);
      else if (error instanceof UsageProblem) {
        out.error(error.kind === "command" ? `No help topic for '${error.word}'` : `Incorrect Usage: ${error.message}`);
        code = error.kind === "command" ? 3 : 1;
      } else if (error instanceof UsageError) code = fatal(error.message);
      else if (error instanceof Error && error.message.startsWith("rpc error")) code = fatal(error.message);
      else throw error;
    }
    await out.flush();
    return code;
  };
