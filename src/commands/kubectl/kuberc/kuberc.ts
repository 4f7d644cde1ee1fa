import { defineGroup } from "../command.ts";
import { set } from "./set.ts";
import { view } from "./view.ts";

export const kuberc = defineGroup({
  name: "kuberc",
  usage: "SUBCOMMAND",
  summary: "Manage kuberc configuration files",
  description: "Manage user preferences: aliases of commands and defaults of their flags, which every kubectl command takes out of ~/.kube/kuberc.",
  commands: [set, view],
});
