import { defineGroup } from "../command.ts";
import { currentContext, defineDelete, defineList, getContexts, renameContext, setContext, useContext } from "./contexts.ts";
import { setProperty, unsetProperty } from "./property.ts";
import { setCluster } from "./set-cluster.ts";
import { setCredentials } from "./set-credentials.ts";
import { view } from "./view.ts";

export const config = defineGroup({
  name: "config",
  usage: "SUBCOMMAND",
  summary: "Modify kubeconfig files",
  description: `Modify kubeconfig files using subcommands like "kubectl config set current-context my-context".

 Which files are read:

  1.  With --kubeconfig, that file alone.
  2.  Else those that $KUBECONFIG lists, with colons between them. A change goes to the file that holds what is changed, and something new to the first that is there.
  3.  Else ~/.kube/config.`,
  commands: [
    currentContext,
    defineDelete("clusters", "cluster"),
    defineDelete("contexts", "context"),
    defineDelete("users", "user"),
    defineList("clusters"),
    getContexts,
    defineList("users"),
    renameContext,
    setProperty,
    setCluster,
    setContext,
    setCredentials,
    unsetProperty,
    useContext,
    view,
  ],
});
