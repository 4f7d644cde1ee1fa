import { defineCommand } from "./command.ts";
import { globalFlags } from "./global-flags.ts";
import { flagsText } from "./help.ts";

export const options = defineCommand({
  name: "options",
  summary: "List the flags that all commands have",
  hidden: true,
  misuse: { hint: "Run 'kubectl options' without flags.", exitCode: 1 },
  run({ out, process }) {
    const home = process.env.get("HOME") ?? process.user.home;
    out.print(`The following options can be passed to any command:\n\n${flagsText(globalFlags).replace("<home>", home)}`);
  },
});
