import { string } from "../cli/flags.ts";
import { Templates } from "../go-template/templates.ts";
import { structJson } from "../kubectl/print/json.ts";
import { needProfile } from "./cluster.ts";
import { defineCommand, Stopped } from "./command.ts";
import { isConfigured, kubeconfigPath } from "./kubeconfig.ts";

/** What is said of each node. */
interface NodeStatus {
  Name: string;
  Host: string;
  Kubelet: string;
  APIServer: string;
  Kubeconfig: string;
  Worker: boolean;
}

const controlPlane =
  "{{.Name}}\ntype: Control Plane\nhost: {{.Host}}\nkubelet: {{.Kubelet}}\napiserver: {{.APIServer}}\nkubeconfig: {{.Kubeconfig}}\n\n";
const worker = "{{.Name}}\ntype: Worker\nhost: {{.Host}}\nkubelet: {{.Kubelet}}\n\n";

export const status = defineCommand({
  name: "status",
  group: "Basic Commands:",
  usage: "[flags]",
  summary: "Gets the status of a local Kubernetes cluster",
  flags: {
    format: string({ short: "f", help: "A Go template for each node." }),
    layout: string({ short: "l", default: "nodes", help: "The layout of JSON: nodes or cluster." }),
    node: string({ short: "n", help: "The node to look at; all where it is left out." }),
    output: string({ short: "o", default: "text", help: "The output format: text or json." }),
  },

  async run(context) {
    const { flags, out, machines, process } = context;
    await needProfile(context, flags.profile);
    const state = machines.state();
    const configured = isConfigured(process.machine.fs, kubeconfigPath(process.env, process.user.home), "minikube");
    const known =
      machines.nodes().length > 0
        ? machines
            .nodes()
            .map((node) => ({ name: node.name, role: node.role, kubelet: node.services().kubelet, isOff: node.onSince() === undefined }))
        : [{ name: "minikube", role: "control-plane", kubelet: "inactive", isOff: false }];
    const nodes = known.map(({ name, role, kubelet, isOff }): NodeStatus => {
      const isWorker = role === "worker";
      const running = state === "running";
      const apiserver = state === "paused" ? "Paused" : running ? "Running" : "Stopped";
      return {
        Name: name,
        Host: state === "stopped" || isOff ? "Stopped" : "Running",
        Kubelet: running && kubelet === "active" ? "Running" : "Stopped",
        APIServer: isWorker ? "Irrelevant" : apiserver,
        Kubeconfig: isWorker ? "Irrelevant" : state === "stopped" ? "Stopped" : configured ? "Configured" : "Misconfigured",
        Worker: isWorker,
      };
    });
    const shown = flags.node ? nodes.filter(({ Name }) => Name === flags.node) : nodes;
    if (flags.output === "json") out.print(structJson(shown.length === 1 ? shown[0] : shown));
    else
      for (const node of shown)
        out.print(new Templates().add("status", flags.format || (node.Worker ? worker : controlPlane)).execute("status", node));

    // Bits: the machine, the cluster, Kubernetes.
    const code = shown.reduce(
      (bits, { Host, Kubelet, APIServer, Worker }) =>
        bits | (Host === "Running" ? 0 : 1) | (Worker || APIServer === "Running" ? 0 : 2) | (Kubelet === "Running" || state === "paused" ? 0 : 4),
      0,
    );
    if (code !== 0) throw new Stopped(code);
  },
});
