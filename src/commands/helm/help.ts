import { type Command, isShown } from "../cli/command.ts";
import type { Flag, Flags } from "../cli/flags.ts";
import type { HelmFlag } from "./flags.ts";

/** The help of a command, laid out as helm lays it out. `line` leads from the root to it. */
export function helpText<C>(line: readonly Command<C>[]): string {
  const [root] = line;
  const command = line.at(-1);
  if (!root || !command) return "";
  const path = line.map(({ name }) => name).join(" ");
  const shown = (command.commands ?? []).filter(isShown);
  const listed =
    command === root ? [...shown, { name: "help", summary: "Help about any command" }].sort((a, b) => (a.name < b.name ? -1 : 1)) : shown;
  const width = Math.max(11, ...listed.map(({ name }) => name.length));
  const own = { ...(command === root ? root.sharedFlags : command.flags), help };
  const sections = [
    (command.description ?? command.summary).trimEnd(),
    `Usage:\n  ${path}${command.usage ? ` ${command.usage}` : ""}`,
    command.aliases?.length ? `Aliases:\n  ${[command.name, ...command.aliases].join(", ")}` : "",
    command.examples ? `Examples:\n${command.examples.trimEnd()}` : "",
    listed.length > 0 ? ["Available Commands:", ...listed.map(({ name, summary }) => `  ${name.padEnd(width)} ${summary}`)].join("\n") : "",
    `Flags:\n${flagsText(own, command.name)}`,
    command === root ? "" : `Global Flags:\n${flagsText(root.sharedFlags ?? {}, "")}`,
    listed.length > 0 ? `Use "${path} [command] --help" for more information about a command.` : "",
  ];
  return `${sections.filter(Boolean).join("\n\n")}\n`;
}

const help = { short: "h", help: "help for", label: "", defaultText: "" } as unknown as Flag;

function flagsText(flags: Flags, name: string): string {
  const lines = Object.entries(flags)
    .filter(([, flag]) => !flag.hidden && flag.deprecated === undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([flagName, flag]) => {
      const { label = "", defaultText = "" } = flag as Partial<HelmFlag<unknown>>;
      const start = `${flag.short ? `  -${flag.short}, ` : "      "}--${flagName}${label ? ` ${label}` : ""}`;
      const said = flag === help ? `${flag.help} ${name}` : flag.help;
      return [start, said + (defaultText ? ` (default ${defaultText})` : "")] as const;
    });
  const width = Math.max(...lines.map(([start]) => start.length));
  return lines.map(([start, said]) => `${start.padEnd(width)}   ${said}`).join("\n");
}
