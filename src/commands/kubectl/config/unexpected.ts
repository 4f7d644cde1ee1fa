import type { Context } from "../command.ts";
import { CommandError } from "../errors.ts";

/** What the commands under `kubectl config` say of arguments that they do not take: their help first. */
export function unexpected({ args, out, help }: Context & { readonly args: readonly string[] }): CommandError {
  out.print(help());
  return new CommandError(`Unexpected args: [${args.join(" ")}]`);
}
