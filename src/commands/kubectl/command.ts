import type { Process } from "#shell/process.ts";
import { type Command, definer, type Invocation } from "../cli/command.ts";
import type { Flags } from "../cli/flags.ts";
import type { Output } from "../cli/output.ts";
import { usageError } from "./errors.ts";
import type { globalFlags } from "./global-flags.ts";
import type { Session } from "./session.ts";

/** What kubectl hands to each of its commands. */
export interface Context {
  readonly process: Process;
  readonly out: Output;
  readonly kube: Session;
  /** The whole line as it was typed, for `--record`. */
  readonly line: string;
  /** The command's own help. */
  help(): string;
}

/** What `run` of a command with these flags gets. */
export type Asked<F extends Flags> = Context & Invocation<F & typeof globalFlags>;

export type KubectlCommand = Command<Context>;

export const defineCommand = definer<Context, typeof globalFlags>();

/** A command that only leads to others: alone it shows its help and fails, unless help is what it is for, whatever follows. */
export function defineGroup(group: Omit<KubectlCommand, "run" | "flags"> & { helpTo?: "out" | "err"; helps?: boolean }): KubectlCommand {
  return defineCommand({
    usage: "[flags]",
    ...group,
    run(context) {
      if (context.args.length > 0 && !group.helps) throw usageError(context, `unknown command ${JSON.stringify(context.args.join(" "))}`);
      if (group.helpTo === "out") context.out.print(context.help());
      else context.out.printError(context.help());
      return group.helps ? 0 : 1;
    },
  });
}
