import { bool, string, strings } from "../cli/flags.ts";
import { defineCommand, defineGroup } from "./command.ts";
import { CommandError } from "./errors.ts";
import { outputFlags } from "./print/formats.ts";

const file = string({ help: "The file with the preferences.", completes: "file" });

const set = defineCommand({
  name: "set",
  usage: "--section (defaults|aliases) --command COMMAND",
  summary: "Set values in the kuberc configuration",
  flags: {
    "allowlist-entry": strings({ commas: false, help: "An entry of the list of allowed plugins, as field=value." }),
    appendarg: strings({ commas: false, help: "An argument to put behind those of the command, for aliases." }),
    command: string({ help: "The command to configure." }),
    kuberc: file,
    name: string({ help: "The name of the alias." }),
    option: strings({ commas: false, help: "A default of a flag, as flag=value." }),
    overwrite: bool({ help: "Let entries that are there already be changed." }),
    policy: string({ help: "Which credential plugins are allowed." }),
    prependarg: strings({ commas: false, help: "An argument to put before those of the command, for aliases." }),
    section: string({ required: true, help: "What to change: defaults, aliases or credentialplugin." }),
  },
  run() {
    throw new CommandError("Podyard does not simulate kuberc preferences");
  },
});

const view = defineCommand({
  name: "view",
  usage: "",
  summary: "Display the current kuberc configuration",
  flags: { ...outputFlags, kuberc: file, output: { ...outputFlags.output, default: "yaml", shown: () => "'yaml'" } },
  run() {
    throw new CommandError("Podyard does not simulate kuberc preferences");
  },
});

export const kuberc = defineGroup({
  name: "kuberc",
  usage: "SUBCOMMAND",
  summary: "Manage kuberc configuration files",
  commands: [set, view],
});

export const alpha = defineCommand({
  name: "alpha",
  hidden: true,
  summary: "Commands for features in alpha",
  run({ out }) {
    out.error("No alpha commands are available in this version of kubectl");
  },
});
