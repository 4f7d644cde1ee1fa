import type { CompletedLine } from "#shell/process.ts";
import { isShown, named } from "../cli/command.ts";
import { flagsOf } from "../cli/parse.ts";
import type { Connect } from "../kubectl/session.ts";
import type { HelmCommand } from "./command.ts";

/** What the word at the cursor may become: commands and flags; what stands for files is left to the shell. */
export function completions(root: HelmCommand, { words, current }: CompletedLine, _connect: Connect): readonly string[] | undefined {
  const line: HelmCommand[] = [root];
  let rest = 0;
  for (const word of words.slice(1)) {
    if (word.startsWith("-")) continue;
    const next = rest === 0 ? named((line.at(-1)?.commands ?? []) as readonly HelmCommand[], word) : undefined;
    if (next) line.push(next);
    else rest++;
  }
  const matching = (list: readonly string[]) => list.filter((word) => word.startsWith(current));
  const command = line.at(-1) ?? root;
  if (current.startsWith("-")) {
    const flags = flagsOf(line);
    return matching(
      Object.keys(flags)
        .filter((name) => !flags[name]?.hidden)
        .map((name) => `--${name}`),
    );
  }
  if (rest === 0 && command.commands?.length) return matching(command.commands.filter(isShown).map(({ name }) => name));
  return typeof command.completes === "object" && rest === 0 ? matching(command.completes) : undefined;
}
