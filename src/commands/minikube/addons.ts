import { string } from "../cli/flags.ts";
import { structJson } from "../kubectl/print/json.ts";
import { addonNamed, install, uninstall, whenReady } from "./addons/apply.ts";
import { needProfile, needRunning } from "./cluster.ts";
import { type Context, defineCommand, Stopped } from "./command.ts";
import { enabledAddons, noteAddon } from "./profile.ts";
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

const list = defineCommand({
  name: "list",
  usage: "[flags]",
  summary: "Lists all available minikube addons as well as their current statuses (enabled/disabled)",
  flags: { output: string({ short: "o", default: "list", help: "The output format: list or json." }) },
  async run(context) {
    const { flags, out } = context;
    await needProfile(context, flags.profile);
    const enabled = enabledAddons(context);
    if (flags.output === "json") {
      out.line(
        structJson(
          Object.fromEntries(Object.keys(known).map((name) => [name, { Profile: "minikube", Status: enabled[name] ? "enabled" : "disabled" }])),
        ),
      );
      return;
    }
    const rows = Object.entries(known).map(([name, keeper]) => [name, "minikube", enabled[name] ? "enabled ✅" : "disabled", keeper]);
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
      if (name === "enable") await enable(context, addon);
      else await disable(context, addon);
    },
  });

const contact: Readonly<Record<string, string>> = {
  Kubernetes: "minikube on GitHub",
  minikube: "minikube on GitHub",
  Google: "minikube on GitHub",
};

/** Switches an addon on: its objects are applied, and what has to run is waited for. */
export async function enable(context: Context, name: string, quiet = false): Promise<void> {
  const { out } = context;
  const addon = addonNamed(name);
  if (!addon) {
    await out.fail("fatal", `Podyard does not simulate the add-on ${name}`);
    throw new Stopped(64);
  }
  if (!quiet) {
    const keeper = known[name] ?? "";
    await out.step(
      "idea",
      `${name} is an addon maintained by ${keeper}. For any concerns contact ${contact[keeper] ?? "minikube on GitHub"}.\nYou can view the list of minikube maintainers at: https://github.com/kubernetes/minikube/blob/master/OWNERS`,
    );
    for (const image of addon.images) await out.step("item", `Using image ${image}`);
  }
  await install(context, addon);
  noteAddon(context, name, true);
  if (quiet) return;
  if (addon.ready) await out.step("verify", `Verifying ${name} addon...`);
  if (!(await whenReady(context, addon))) {
    await out.fail(
      "fatal",
      `Exiting due to MK_ADDON_ENABLE: enable failed: run callbacks: running callbacks: [waiting for ${addon.ready?.labels ?? ""} pods: context deadline exceeded]`,
    );
    throw new Stopped(10);
  }
  if (addon.hint) await out.step("idea", addon.hint);
  await out.step("addons", `The '${name}' addon is enabled`);
}

async function disable(context: Context, name: string): Promise<void> {
  const addon = addonNamed(name);
  if (addon && enabledAddons(context)[name]) {
    await uninstall(context, addon);
    noteAddon(context, name, false);
  }
  await context.out.step("quiet", `"The '${name}' addon is disabled`);
}

const unchanging = (name: string, summary: string) =>
  defineCommand({
    name,
    summary,
    usage: "ADDON_NAME",
    async run({ out }) {
      await out.fail("fatal", `Podyard does not simulate minikube addons ${name}`);
      throw new Stopped(64);
    },
  });

const images = defineCommand({
  name: "images",
  usage: "ADDON_NAME",
  summary: "List image names the addon w/ADDON_NAME used. For a list of available addons use: minikube addons list",
  async run({ args, out }) {
    const addon = addonNamed(args[0] ?? "");
    if (!addon) {
      await out.fail("fatal", `Exiting due to MK_USAGE: addon '${args[0] ?? ""}' is not a valid addon packaged with minikube`);
      throw new Stopped(14);
    }
    await out.step("notice", `${addon.name} has the following images:`);
    out.print(
      drawn(
        ["IMAGE NAME"],
        addon.images.map((image) => [image]),
      ),
    );
  },
});

export const addons = defineCommand({
  name: "addons",
  group: "Configuration and Management Commands:",
  usage: "SUBCOMMAND",
  summary: "Enable or disable a minikube addon",
  commands: [
    unchanging(
      "configure",
      "Configures the addon w/ADDON_NAME within minikube (example: minikube addons configure registry-creds). For a list of available addons use: minikube addons list",
    ),
    change("disable"),
    change("enable"),
    images,
    list,
    unchanging(
      "open",
      "Opens the addon w/ADDON_NAME within minikube (example: minikube addons open dashboard). For a list of available addons use: minikube addons list",
    ),
  ],
  run({ out, help }) {
    out.print(help());
  },
});
