import { defineCommand, defineGroup, exactly, type HelmCommand } from "../command.ts";
import { toggle } from "../flags.ts";

/** The shell here asks helm itself what may follow a word, so that there is nothing to set up; what is printed can be sourced all the same. */
const script = (shell: string): string => `# ${shell} completion for helm                              -*- shell-script -*-
#
# The terminal asks helm itself for what may follow a word.
# This file may be sourced; nothing needs it.
`;

const functions = `
__start_helm()
{
    COMPREPLY=()
}
`;

const completes = (shell: string): HelmCommand =>
  defineCommand({
    name: shell,
    usage: "[flags]",
    summary: `generate autocompletion script for ${shell}`,
    flags: { "no-descriptions": toggle({ help: "disable completion descriptions" }) },
    run(invocation) {
      exactly(invocation, 0);
      invocation.out.print(script(shell) + (shell === "bash" || shell === "zsh" ? functions : ""));
    },
  });

export const completion = defineGroup({
  name: "completion",
  summary: "generate autocompletion scripts for the specified shell",
  description: "Print a script that completes the command lines of helm.",
  commands: ["bash", "fish", "powershell", "zsh"].map(completes),
});
