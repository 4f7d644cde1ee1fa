import { defineCommand } from "./command.ts";
import { usageError } from "./errors.ts";

const shells = ["bash", "zsh", "fish", "powershell"];

/** The shells here ask kubectl itself what may follow, so that there is nothing to set up; what is printed can be sourced all the same. */
const script = (shell: string) => `# ${shell} completion for kubectl                              -*- shell-script -*-
#
# The terminal asks kubectl itself for what may follow a word, as "kubectl __complete" would print it, for its aliases too.
# This file may be sourced; nothing needs it.
`;

const functions = `
__start_kubectl()
{
    COMPREPLY=()
}
`;

export const completion = defineCommand({
  name: "completion",
  group: "Settings Commands:",
  usage: "SHELL",
  summary: "Output shell completion code for the specified shell (bash, zsh, fish, or powershell)",
  examples: "# In this shell\nsource <(kubectl completion bash)",
  completes: shells,
  run(context) {
    const { args, out } = context;
    const [shell = ""] = args;
    if (args.length === 0) throw usageError(context, "Shell not specified.");
    if (args.length > 1) throw usageError(context, "Too many arguments. Expected only the shell type.");
    if (!shells.includes(shell)) throw usageError(context, `Unsupported shell type ${JSON.stringify(shell)}.`);
    out.print(script(shell) + (shell === "bash" || shell === "zsh" ? functions : ""));
  },
});
