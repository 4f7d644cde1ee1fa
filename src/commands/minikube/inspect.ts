import { bool, string } from "../cli/flags.ts";
import { structJson } from "../kubectl/print/json.ts";
import { commit, needProfile, needRunning, primary, release } from "./cluster.ts";
import { defineCommand, Stopped } from "./command.ts";
import { currentContext, kubeconfigPath } from "./kubeconfig.ts";
import { drawn } from "./table.ts";

export const version = defineCommand({
  name: "version",
  group: "Other Commands:",
  usage: "[flags]",
  summary: "Print the version of minikube",
  flags: {
    components: bool({ help: "List the versions of what the machine holds." }),
    output: string({ short: "o", help: "'yaml' or 'json'." }),
    short: bool({ help: "Print only the version." }),
  },
  run({ flags, out }) {
    if (flags.output === "json") out.line(structJson({ commit, minikubeVersion: release }));
    else if (flags.output === "yaml") out.print(`commit: ${commit}\nminikubeVersion: ${release}\n\n`);
    else if (flags.short) out.line(release);
    else out.print(`minikube version: ${release}\ncommit: ${commit}\n`);
  },
});

export const ip = defineCommand({
  name: "ip",
  group: "Networking and Connectivity Commands:",
  usage: "[flags]",
  summary: "Retrieves the IP address of the specified node",
  flags: { node: string({ short: "n", help: "The node; the control plane where it is left out." }) },
  async run(context) {
    const { flags, out, machines } = context;
    await needRunning(context, flags.profile);
    const node = flags.node ? machines.nodes().find(({ name }) => name === flags.node) : primary(context);
    if (!node) {
      await out.fail("fatal", `Exiting due to GUEST_NODE_RETRIEVE: node ${flags.node} not found`);
      throw new Stopped(80);
    }
    out.line(node.address);
  },
});

const profileHeaders = ["PROFILE", "DRIVER", "RUNTIME", "IP", "VERSION", "STATUS", "NODES", "ACTIVE PROFILE", "ACTIVE KUBECONTEXT"];

const profileList = defineCommand({
  name: "list",
  usage: "[flags]",
  summary: "Lists all minikube profiles.",
  flags: {
    light: bool({ short: "l", help: "Do not ask each cluster how it is." }),
    output: string({ short: "o", default: "table", help: "The output format: table or json." }),
  },
  async run(context) {
    const { flags, out, machines, process } = context;
    const state = machines.state();
    if (state === "absent") {
      await out.fail("fatal", "Exiting due to MK_USAGE_NO_PROFILE: No minikube profile was found.");
      await out.fail("idea", "Suggestion: You can create one using 'minikube start'.");
      throw new Stopped(14);
    }
    const status = { running: "OK", stopped: "Stopped", paused: "Paused" }[state];
    const isCurrent = currentContext(process.machine.fs, kubeconfigPath(process.env, process.user.home)) === "minikube";
    const nodes = String(Math.max(1, machines.nodes().length));
    if (flags.output === "json") {
      out.line(structJson({ invalid: [], valid: [{ Name: "minikube", Status: status, Active: true, ActiveKubeContext: isCurrent }] }));
      return;
    }
    out.print(
      drawn(profileHeaders, [
        ["minikube", "docker", "containerd", primary(context)?.address ?? "", `v${machines.version}`, status, nodes, "*", isCurrent ? "*" : ""],
      ]),
    );
  },
});

export const profile = defineCommand({
  name: "profile",
  group: "Configuration and Management Commands:",
  usage: "[MINIKUBE_PROFILE_NAME]",
  summary: "Get or list the current profiles (clusters)",
  commands: [profileList],
  async run(context) {
    const { args, out } = context;
    const [name] = args;
    if (name === undefined) {
      out.line("minikube");
      return;
    }
    await needProfile(context, name);
    await out.step("check", `minikube profile was successfully set to ${name}`);
  },
});

export const updateCheck = defineCommand({
  name: "update-check",
  group: "Troubleshooting Commands:",
  summary: "Print current and latest version number",
  run({ out }) {
    out.line(`CurrentVersion: ${release}`);
    out.line(`LatestVersion: ${release}`);
  },
});

export const updateContext = defineCommand({
  name: "update-context",
  group: "Configuration and Management Commands:",
  usage: "[flags]",
  summary: "Update kubeconfig in case of an IP or port change",
  async run(context) {
    await needProfile(context, context.flags.profile);
    await context.out.step(
      "party",
      '"minikube" context has been updated to point to 192.168.49.2:8443'.replace("192.168.49.2:8443", new URL(context.machines.server).host),
    );
    await context.out.step("ready", 'Current context is "minikube"');
  },
});
