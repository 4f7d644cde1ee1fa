import { defineGroup } from "../command.ts";
import { image } from "./image.ts";

export const set = defineGroup({
  name: "set",
  group: "Basic Commands (Beginner):",
  usage: "SUBCOMMAND",
  summary: "Set specific features on objects",
  description: "Configure application resources.\n\n These commands help you make changes to existing application resources.",
  commands: [image],
});
