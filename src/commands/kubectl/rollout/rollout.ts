import { defineGroup } from "../command.ts";
import { history } from "./history.ts";
import { status } from "./status.ts";
import { pause, restart, resume } from "./switch.ts";
import { undo } from "./undo.ts";

export const rollout = defineGroup({
  name: "rollout",
  group: "Deploy Commands:",
  usage: "SUBCOMMAND",
  helpTo: "out",
  summary: "Manage the rollout of a resource",
  description: "Manage the rollout of one or many resources: deployments, daemon sets, stateful sets.",
  examples: `# Back to the deployment before
kubectl rollout undo deployment/web

# How far the rollout is
kubectl rollout status deployment/web

# New pods, one after the other
kubectl rollout restart deployment/web`,
  commands: [history, pause, restart, resume, status, undo],
});
