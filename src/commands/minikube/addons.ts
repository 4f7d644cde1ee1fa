import { string } from "../cli/flags.ts";
import { structJson } from "../kubectl/print/json.ts";
import { needProfile, needRunning } from "./cluster.ts";
import { defineCommand, Stopped } from "./command.ts";
import { drawn } from "./table.ts";

/** minikube's add-ons and who keeps each. Those that are on are part of every cluster here. */
const known: Readonly<Record<string, string>> = {
  ambassador: "3rd party (Ambassador)",
  "amd-gpu-device-plugin": "3rd party (AMD)",
  "auto-pause": "minikube",
  "cloud-spanner": "Google",
  "csi-hostpath-driver": "Kubernetes",
  dashboard: "Kubernetes",
  "default-storageclass": "Kubernetes",
  efk: "3rd party (Elastic)",
  freshpod: "Google",
  "gcp-auth": "Google",
  gvisor: "minikube",
  headlamp: "3rd party (kinvolk.io)",
  inaccel: "3rd party (InAccel [info@inaccel.com])",
  ingress: "Kubernetes",
  "ingress-dns": "minikube",
  inspektor: "3rd party (inspektor-gadget.io)",
  istio: "3rd party (Istio)",
  "istio-provisioner": "3rd party (Istio)",
  kong: "3rd party (Kong HQ)",
  kubeflow: "3rd party",
  kubevirt: "3rd party (KubeVirt)",
  logviewer: "3rd party (unknown)",
  metallb: "3rd party (MetalLB)",
  "metrics-server": "Kubernetes",
  "nvidia-device-plugin": "3rd party (NVIDIA)",
  olm: "3rd party (Operator Framework)",
  registry: "minikube",
  "registry-aliases": "3rd party (unknown)",
  "registry-creds": "3rd party (UPMC Enterprises)",
  "storage-provisioner": "minikube",
  "storage-provisioner-rancher": "3rd party (Rancher)",
  volcano: "third-party (volcano)",
  volumesnapshots: "Kubernetes",
  yakd: "3rd party (marcnuri.com)",
};

const enabled = new Set(["default-storageclass", "storage-provisioner"]);

const list = defineCommand({
  name: "list",
  usage: "[flags]",
  summary: "Lists all available minikube addons as well as their current statuses (enabled/disabled)",
  flags: { output: string({ short: "o", default: "list", help: "The output format: list or json." }) },
  async run(context) {
    const { flags, out } = context;
    await needProfile(context, flags.profile);
    if (flags.output === "json") {
      out.line(
        structJson(
          Object.fromEntries(Object.keys(known).map((name) => [name, { Profile: "minikube", Status: enabled.has(name) ? "enabled" : "disabled" }])),
        ),
      );
      return;
    }
    const rows = Object.entries(known).map(([name, keeper]) => [name, "minikube", enabled.has(name) ? "enabled ✅" : "disabled", keeper]);
    out.print(drawn(["ADDON NAME", "PROFILE", "STATUS", "MAINTAINER"], rows));
  },
});

const change = (name: "enable" | "disable") =>
  defineCommand({
    name,
    usage: "ADDON_NAME",
    summary: `${name === "enable" ? "Enables" : "Disables"} the addon w/ADDON_NAME within minikube (example: minikube addons ${name} dashboard)`,
    async run(context) {
      const { flags, args, out } = context;
      await needRunning(context, flags.profile);
      const [addon = ""] = args;
      if (args.length !== 1) {
        await out.fail("fatal", `Exiting due to MK_USAGE: usage: minikube addons ${name} ADDON_NAME`);
        throw new Stopped(14);
      }
      if (!known[addon]) {
        await out.fail(
          "fatal",
          `Exiting due to MK_ADDON_${name.toUpperCase()}: run callbacks: validations: addon '${addon}' is not a valid addon packaged with minikube.`,
        );
        throw new Stopped(11);
      }
      if (name === "enable" && enabled.has(addon)) {
        await out.step("addons", `The '${addon}' addon is enabled`);
        return;
      }
      if (name === "disable" && !enabled.has(addon)) {
        await out.step("quiet", `"The '${addon}' addon is disabled`);
        return;
      }
      const what = name === "enable" ? `the add-on ${addon}` : `a cluster without the add-on ${addon}`;
      await out.fail("fatal", `Podyard does not simulate ${what}`);
      throw new Stopped(64);
    },
  });

export const addons = defineCommand({
  name: "addons",
  group: "Configuration and Management Commands:",
  usage: "SUBCOMMAND",
  summary: "Enable or disable a minikube addon",
  commands: [list, change("enable"), change("disable")],
  run({ out, help }) {
    out.print(help());
  },
});
