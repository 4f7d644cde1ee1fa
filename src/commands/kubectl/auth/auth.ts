import { defineGroup } from "../command.ts";
import { canI } from "./can-i.ts";
import { reconcile } from "./reconcile.ts";
import { whoami } from "./whoami.ts";

export const auth = defineGroup({
  name: "auth",
  group: "Troubleshooting and Debugging Commands:",
  summary: "Inspect authorization",
  commands: [canI, reconcile, whoami],
});
