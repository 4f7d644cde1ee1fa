import { bool } from "../../cli/flags.ts";
import { defineCommand, defineGroup } from "../command.ts";
import { CommandError } from "../errors.ts";
import { outputFlags } from "../print/formats.ts";
import { dryRunFlag, fileFlags } from "../resources/flags.ts";
import { canI } from "./can-i.ts";
import { whoami } from "./whoami.ts";

const reconcile = defineCommand({
  name: "reconcile",
  usage: "-f FILENAME",
  summary: "Reconciles rules for RBAC role, role binding, cluster role, and cluster role binding objects",
  flags: {
    ...outputFlags,
    ...fileFlags("of the roles and bindings."),
    "dry-run": dryRunFlag,
    "remove-extra-permissions": bool({ help: "Take away permissions of roles that no file has." }),
    "remove-extra-subjects": bool({ help: "Take away subjects of bindings that no file has." }),
  },
  run() {
    throw new CommandError("Podyard does not simulate kubectl auth reconcile");
  },
});

export const auth = defineGroup({
  name: "auth",
  group: "Troubleshooting and Debugging Commands:",
  summary: "Inspect authorization",
  commands: [canI, reconcile, whoami],
});
