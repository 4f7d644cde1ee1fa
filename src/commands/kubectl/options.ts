import { defineCommand } from "./command.ts";
import { globalFlags } from "./global-flags.ts";
import { flagsText } from "./help.ts";

export const options = defineCommand({
  name: "options",
  summary: "List the flags that all commands have",
  hidden: true,
  run({ out }) {
    out.print(`The following options can be passed to any command:\n\n${flagsText(globalFlags)}`);
  },
});
