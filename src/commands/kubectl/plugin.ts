import { FileError } from "#shell/file-system.ts";
import type { Process } from "#shell/process.ts";
import type { Command } from "../cli/command.ts";
import { bool } from "../cli/flags.ts";
import { defineCommand, defineGroup, type KubectlCommand } from "./command.ts";
import { CommandError } from "./errors.ts";
import { fileProblem } from "./resources/files.ts";

const directories = ({ env }: Process): string[] => [...new Set((env.get("PATH") ?? "").split(":"))].filter((directory) => directory.trim() !== "");

const isExecutable = ({ machine, cwd }: Process, path: string): boolean => {
  const stat = machine.fs.stat(machine.fs.resolve(cwd, path));
  return stat !== undefined && stat.kind !== "directory" && (stat.mode & 0o111) !== 0;
};

/** The plugin that the first words of a command line name, the longest name first: `kubectl-foo-bar`. */
export function pluginFor(process: Process, args: readonly string[]): { path: string; args: string[] } | undefined {
  const end = args.findIndex((arg) => arg.startsWith("-"));
  const words = args.slice(0, end < 0 ? undefined : end);
  for (let count = words.length; count > 0; count--) {
    const name = `kubectl-${words
      .slice(0, count)
      .map((word) => word.replaceAll("-", "_"))
      .join("-")}`;
    const path = directories(process)
      .map((directory) => `${directory}/${name}`)
      .find((candidate) => isExecutable(process, candidate));
    if (path) return { path, args: args.slice(count) };
  }
  return undefined;
}

/** `known` are kubectl's own commands, which a plugin cannot replace. */
export function definePlugin(known: () => readonly Command<never>[]): KubectlCommand {
  const list = defineCommand({
    name: "list",
    usage: "[flags]",
    summary: "List all visible plugin executables on a user's PATH",
    examples: "# All plugins\nkubectl plugin list\n\n# Their names only\nkubectl plugin list --name-only",
    flags: { "name-only": bool({ help: "Print their names without their directories." }) },
    run({ flags, out, process }) {
      const { fs } = process.machine;
      const plugins = directories(process).flatMap((directory) => {
        try {
          const path = fs.resolve(process.cwd, directory);
          return [...fs.list(path)]
            .sort()
            .filter((name) => name.startsWith("kubectl-") && fs.stat(`${path}/${name}`)?.kind !== "directory")
            .map((name) => ({ name, path: `${directory}/${name}` }));
        } catch (error) {
          if (!(error instanceof FileError)) throw error;
          out.error(`Unable to read directory ${JSON.stringify(directory)} from your PATH: open ${directory}: ${fileProblem(error)}. Skipping...`);
          return [];
        }
      });
      if (plugins.length === 0) throw new CommandError("error: unable to find any kubectl plugins in your PATH\n");
      out.line("The following compatible plugins are available:\n");
      const seen = new Map<string, string>();
      let warnings = 0;
      const warn = (text: string) => {
        out.error(`  - warning: ${text}`);
        warnings++;
      };
      for (const { name, path } of plugins) {
        out.line(flags["name-only"] ? name : path);
        if (!isExecutable(process, path)) warn(`${path} identified as a kubectl plugin, but it is not executable`);
        const before = seen.get(name);
        if (before) warn(`${path} is overshadowed by a similarly named plugin: ${before}`);
        else seen.set(name, path);
        const own = known().find((command) => command.name === name.split("-")[1]);
        if (own) warn(`${name} overwrites existing command: "kubectl ${own.name}"`);
      }
      if (warnings > 0)
        throw new CommandError(`error: ${warnings === 1 ? "one plugin warning was found" : `${warnings} plugin warnings were found`}\n`);
    },
  });
  return defineGroup({
    name: "plugin",
    usage: "[flags]",
    summary: "Provides utilities for interacting with plugins",
    description: `Provides utilities for interacting with plugins.

 A plugin is a program on the PATH whose name begins with "kubectl-": kubectl-hello is run by "kubectl hello".`,
    examples: "# All plugins\nkubectl plugin list\n\n# Their names only\nkubectl plugin list --name-only",
    commands: [list],
  });
}
