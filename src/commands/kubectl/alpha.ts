import { defineCommand } from "./command.ts";

export const alpha = defineCommand({
  name: "alpha",
  hidden: true,
  summary: "Commands for features in alpha",
  run({ out }) {
    out.error("No alpha commands are available in this version of kubectl");
  },
});
