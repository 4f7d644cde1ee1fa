import { type Command, isShown } from "../cli/command.ts";
import type { Flag, Flags } from "../cli/flags.ts";

/** The help of a command, laid out as kubectl lays it out. `line` leads from the root to it. */
export function helpText<C>(line: readonly Command<C>[]): string {
  const [root] = line;
  const command = line.at(-1);
  if (!root || !command) return "";
  const sections = [
    (command.description ?? command.summary).trim(),
    aliases(command),
    examples(command),
    subcommands(command, command === root),
    options(command),
    usage(line),
    tips(line),
  ];
  return `${sections.filter(Boolean).join("\n\n")}\n`;
}

const aliases = <C>({ name, aliases: others }: Command<C>): string => (others?.length ? `Aliases:\n${[name, ...others].join(", ")}` : "");

const examples = <C>({ examples: text }: Command<C>): string =>
  text
    ? `Examples:\n${text
        .trim()
        .split("\n")
        .map((line) => `  ${line}`.trimEnd() || "  ")
        .join("\n")}`
    : "";

function subcommands<C>(command: Command<C>, isRoot: boolean): string {
  const shown = (command.commands ?? []).filter((sub) => isShown(sub) && sub.name !== "options");
  if (shown.length === 0) return "";
  const width = Math.max(11, ...(command.commands ?? []).map((sub) => sub.name.length));
  const row = (sub: Command<C>) => `  ${sub.name.padEnd(width)}   ${sub.summary}`;
  if (!isRoot) return ["Available Commands:", ...shown.map(row)].join("\n");
  const headings = [...new Set(shown.map((sub) => sub.group ?? "Other Commands:"))];
  // What plugins bring is not known to the help of the real one either, but has its heading.
  const others = headings.indexOf("Other Commands:");
  return headings
    .toSpliced(others < 0 ? headings.length : others, 0, "Subcommands provided by plugins:")
    .map((heading) => [heading, ...shown.filter((sub) => (sub.group ?? "Other Commands:") === heading).map(row)].join("\n"))
    .join("\n\n");
}

function options<C>(command: Command<C>): string {
  const text = flagsText(command.flags);
  return text ? `Options:\n${text.trimEnd()}` : "";
}

/** Each flag with its default, and below it what it means. */
export function flagsText(flags: Flags): string {
  return Object.entries(flags)
    .filter(([, flag]) => !flag.hidden)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, flag]) => `    ${flag.short ? `-${flag.short}, ` : ""}--${name}=${flag.shown()}:\n\t${wrapped(flag, 70)}\n\n`)
    .join("");
}

function wrapped(flag: Flag, width: number): string {
  const words = `${flag.help}${flag.deprecated === undefined ? "" : ` (DEPRECATED: ${flag.deprecated})`}`.split(" ");
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.join("\n\t");
}

function usage<C>(line: readonly Command<C>[]): string {
  const command = line.at(-1);
  if (!command?.run) return "";
  const path = line.map((c) => c.name).join(" ");
  const tail = command.usage ?? "[flags]";
  return `Usage:\n  ${[path, tail].filter(Boolean).join(" ")}${tail.includes("[options]") ? "" : " [options]"}`;
}

function tips<C>(line: readonly Command<C>[]): string {
  const command = line.at(-1);
  const path = line.map((c) => c.name).join(" ");
  return [
    command?.commands?.length ? `Use "${path} <command> --help" for more information about a given command.` : "",
    command?.run ? 'Use "kubectl options" for a list of global command-line options (applies to all commands).' : "",
  ]
    .filter(Boolean)
    .join("\n");
}
