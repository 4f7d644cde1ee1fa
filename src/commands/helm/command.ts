import type { Process } from "#shell/process.ts";
import { type Command, definer, type Invocation } from "../cli/command.ts";
import { type Flags, quoted } from "../cli/flags.ts";
import type { Output } from "../cli/output.ts";
import type { Session } from "../kubectl/session.ts";
import { HelmError } from "./errors.ts";
import type { Log } from "./log.ts";
import type { Settings } from "./settings.ts";
import type { globalFlags } from "./shared-flags.ts";

/** What helm hands to each of its commands. */
export interface Context {
  readonly process: Process;
  readonly out: Output;
  readonly log: Log;
  readonly settings: Settings;
  /** The way to the cluster; nothing is asked before something needs it. */
  readonly kube: Session;
  /** The namespace to work in. */
  readonly namespace: string;
  /** The command's own help. */
  help(): string;
}

/** What `run` of a command with these flags gets. */
export type Asked<F extends Flags> = Context & Invocation<F & typeof globalFlags>;

export type HelmCommand = Command<Context>;

export const defineCommand = definer<Context, typeof globalFlags>();

/** A command that only leads to others. */
export const defineGroup = (group: Omit<HelmCommand, "run" | "flags">): HelmCommand =>
  defineCommand({
    usage: "[command]",
    ...group,
    run({ out, help }) {
      out.print(help());
    },
  });

/** How a command line should have been, in cobra's words. */
const usageOf = ({ path, command }: { readonly path: string; readonly command: Command<never> }): string =>
  `\n\nUsage:  ${path} ${command.usage ?? "[flags]"}`;

type Called = Pick<Invocation<Flags>, "args" | "path" | "command">;

const plural = (count: number): string => (count === 1 ? "argument" : "arguments");

/** The arguments, of which there must be so many. */
export function exactly(invocation: Called, count: number): readonly string[] {
  const { args, path } = invocation;
  if (args.length === count) return args;
  throw new HelmError(
    count === 0
      ? `${quoted(path)} accepts no arguments${usageOf(invocation)}`
      : `${quoted(path)} requires ${count} ${plural(count)}${usageOf(invocation)}`,
  );
}

export function atLeast(invocation: Called, count: number): readonly string[] {
  const { args, path } = invocation;
  if (args.length >= count) return args;
  throw new HelmError(`${quoted(path)} requires at least ${count} ${plural(count)}${usageOf(invocation)}`);
}

export function atMost(invocation: Called, count: number): readonly string[] {
  const { args, path } = invocation;
  if (args.length <= count) return args;
  throw new HelmError(`${quoted(path)} accepts at most ${count} ${plural(count)}${usageOf(invocation)}`);
}
