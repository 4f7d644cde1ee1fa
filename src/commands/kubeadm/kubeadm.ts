import type { Program } from "#shell/process.ts";
import { NetError } from "#shell/process.ts";
import { Output } from "../cli/output.ts";
import { parse, UsageProblem } from "../cli/parse.ts";
import { type CommandHost, nodeOf } from "../host.ts";
import { helpText } from "../kubectl/help.ts";
import { certs } from "./certificates.ts";
import { config, init, upgrade, version } from "./cluster.ts";
import { defineCommand, Failure, globalFlags, type KubeadmCommand, patience } from "./command.ts";
import { join, reset } from "./join.ts";
import { token } from "./token.ts";

const absent = (name: string, summary: string) =>
  defineCommand({
    name,
    summary,
    passFlags: true,
    run() {
      throw new Failure(`Not simulated by Podyard: kubeadm ${name}\n${patience}`);
    },
  });

const root: KubeadmCommand = {
  name: "kubeadm",
  summary: "kubeadm: easily bootstrap a secure Kubernetes cluster",
  flags: {},
  sharedFlags: globalFlags,
  commands: [
    certs,
    absent("completion", "Output shell completion code for the specified shell (bash or zsh)"),
    config,
    init,
    join,
    absent("kubeconfig", "Kubeconfig file utilities"),
    reset,
    token,
    upgrade,
    version,
  ],
};

/** `kubeadm`: what is done with a cluster's machines, tokens and certificates after it was set up. */
export const kubeadm =
  (host: CommandHost): Program =>
  async (process) => {
    const out = new Output(process.stdout, process.stderr);
    let code = 0;
    try {
      const args = process.args.slice(1).map((arg) => (/^-v=?\d*$/.test(arg) ? `--v=${arg.replace(/\D/g, "") || "0"}` : arg));
      const parsed = parse(root, args[0] === "help" ? [...args.slice(1), "--help"] : args);
      const node = nodeOf(host, process);
      if (parsed.help || !parsed.command.run) out.print(helpText(parsed.line));
      else if (!node) throw new Failure(`Not simulated by Podyard: kubeadm on a machine that is no node of a cluster`);
      else code = (await parsed.command.run({ process, out, host, node, now: process.machine.clock.now(), ...parsed.invocation })) ?? 0;
    } catch (error) {
      if (error instanceof Failure) {
        out.error(error.message);
        code = error.exitCode;
      } else if (error instanceof NetError) {
        out.error(`${error.message}\n${patience}`);
        code = 1;
      } else if (error instanceof UsageProblem) {
        out.error(
          error.kind === "command" ? `invalid subcommand: "${error.word}"\nSee 'kubeadm -h' for help and examples` : `${error.message}\n${patience}`,
        );
        code = error.kind === "command" ? 1 : 3;
      } else throw error;
    }
    await out.flush();
    return code;
  };
