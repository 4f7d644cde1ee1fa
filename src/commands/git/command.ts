import { Arguments } from "./arguments.ts";
import type { Scene } from "./scene.ts";

/** A command of git. */
export interface Command {
  readonly name: string;
  readonly summary: string;
  /** What follows its name in the usage line. */
  readonly usage: string;
  readonly options?: readonly string[];
  /** Options end at the first operand. */
  readonly inOrder?: boolean;
  /** Whether what it prints goes through a pager. */
  readonly paged?: boolean;
  run(scene: Scene, args: Arguments): Promise<number | void> | number | void;
}

export const defineCommand = (command: Command): Command => command;

export const usageOf = ({ name, usage }: Command): string =>
  usage
    .split("\n")
    .map((line, i) => `${i === 0 ? "usage" : "   or"}: git ${name} ${line}`)
    .join("\n");

/** What was typed behind a command's name. */
export const argumentsOf = (command: Command, args: readonly string[]): Arguments =>
  new Arguments(args, command.options ?? [], `${usageOf(command)}\n`, command.inOrder);
