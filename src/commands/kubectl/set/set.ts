import { defineGroup } from "../command.ts";
import { env } from "./env.ts";
import { image } from "./image.ts";
import { resources } from "./resources.ts";
import { selector } from "./selector.ts";
import { serviceAccount } from "./service-account.ts";
import { subject } from "./subject.ts";

export const set = defineGroup({
  name: "set",
  group: "Basic Commands (Beginner):",
  usage: "SUBCOMMAND",
  summary: "Set specific features on objects",
  description: "Configure application resources.\n\n These commands help you make changes to existing application resources.",
  commands: [env, image, resources, selector, serviceAccount, subject],
});
