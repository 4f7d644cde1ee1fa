import { bool, duration, int, string, strings } from "../cli/flags.ts";
import { addonNamed } from "./addons/apply.ts";
import { enable } from "./addons.ts";
import { inStages, onlyMinikube, release } from "./cluster.ts";
import { defineCommand, Stopped } from "./command.ts";
import { addCluster, kubeconfigPath } from "./kubeconfig.ts";
import { enabledAddons } from "./profile.ts";

/** Flags of the real one that would make another machine than the one that there is. */
const ofTheMachine = [
  "cpus",
  "memory",
  "disk-size",
  "driver",
  "container-runtime",
  "cni",
  "extra-config",
  "feature-gates",
  "apiserver-port",
  "service-cluster-ip-range",
  "ha",
  "gpus",
  "mount",
] as const;

const usual: Readonly<Record<string, string>> = { cpus: "2", driver: "docker", "container-runtime": "containerd" };

export const start = defineCommand({
  name: "start",
  group: "Basic Commands:",
  usage: "[flags]",
  summary: "Starts a local Kubernetes cluster",
  flags: {
    addons: strings({ help: "Add-ons to enable." }),
    "apiserver-port": int({ default: 8443, help: "The port of the API server." }),
    cni: string({ help: "The network plugin to use." }),
    "container-runtime": string({ short: "c", help: "The container runtime to use.", completes: ["containerd"] }),
    cpus: string({ default: "2", help: "The number of CPUs of the machine." }),
    "delete-on-failure": bool({ help: "Delete the cluster where its start fails, and try again." }),
    "disk-size": string({ default: "20000mb", help: "The size of the machine's disk." }),
    driver: string({ help: "The driver that makes the machine.", completes: ["docker"] }),
    "extra-config": strings({ help: "Settings of components, as component.key=value." }),
    "feature-gates": string({ help: "Feature gates of the components." }),
    force: bool({ help: "Go on where something is not as it should be." }),
    gpus: string({ short: "g", help: "GPUs for the machine." }),
    ha: bool({ help: "Make a control plane of several nodes." }),
    "install-addons": bool({ default: true, help: "Install add-ons." }),
    interactive: bool({ default: true, help: "Ask where something is to be decided." }),
    "keep-context": bool({ help: "Leave the current context of the kubeconfig as it is." }),
    "kubernetes-version": string({ help: "The version of Kubernetes to use." }),
    memory: string({ short: "m", help: "The machine's memory." }),
    mount: bool({ help: "Mount a directory of the host." }),
    nodes: int({ short: "n", default: 1, help: "The number of nodes." }),
    "service-cluster-ip-range": string({ default: "10.96.0.0/12", help: "The addresses of services." }),
    wait: strings({ default: ["apiserver", "system_pods"], help: "What to wait for." }),
    "wait-timeout": duration({ default: 360_000, help: "How long to wait." }),
  },

  async run(context) {
    const { flags, out, machines, process, changed } = context;
    await onlyMinikube(context, flags.profile);
    const { fs, clock } = process.machine;
    const state = machines.state();
    const nodes = changed("nodes") ? flags.nodes : undefined;
    await out.step("happy", `minikube ${release} on Debian 12.0`);
    const wanted = flags["kubernetes-version"].replace(/^v/, "");
    if (wanted && wanted !== machines.version && wanted !== "stable" && wanted !== "latest") {
      await out.fail("fatal", `Podyard does not simulate Kubernetes v${wanted}; it is v${machines.version} here`);
      throw new Stopped(64);
    }
    for (const name of ofTheMachine)
      if (changed(name) && String(flags[name]) !== usual[name])
        await out.fail("warning", `Podyard does not simulate --${name}: the machine stays as it is`);

    if (state === "absent") await out.step("sparkle", "Automatically selected the docker driver");
    else await out.step("sparkle", `Using the docker driver based on existing profile`);
    if (state === "absent") await out.step("notice", "Using Docker driver with root privileges");
    await out.step("start", 'Starting "minikube" primary control-plane node in "minikube" cluster');
    await out.step("pull", "Pulling base image v0.0.50 ...");
    const preparing = () => out.step("package", `Preparing Kubernetes v${machines.version} on containerd 2.2.9 ...`);
    const network = () => out.step("network", "Configuring CNI (Container Networking Interface) ...");
    if (state === "running") {
      await out.step("run", 'Updating the running docker "minikube" container ...');
      await preparing();
    } else if (state === "absent")
      await inStages(context, () => machines.start(nodes === undefined ? {} : { nodes }), [
        [1000, () => out.step("create", "Creating docker container (CPUs=2, Memory=4096MB) ...")],
        [6000, preparing],
        [9000, network],
      ]);
    else
      await inStages(context, () => machines.start(), [
        [500, () => out.step("restart", 'Restarting existing docker container for "minikube" ...')],
        [3000, preparing],
        [4000, network],
      ]);
    for (const { name } of machines.nodes().slice(1)) await out.step("start", `Starting ${JSON.stringify(name)} worker node in "minikube" cluster`);
    await out.step("verify", "Verifying Kubernetes components...");
    await out.step("item", "Using image gcr.io/k8s-minikube/storage-provisioner:v5");
    const wantedAddons = flags.addons.filter((name) => !enabledAddons(context)[name]);
    const simulated = wantedAddons.filter(addonNamed);
    for (const name of wantedAddons) if (!addonNamed(name)) await out.fail("warning", `Podyard does not simulate the add-on ${name}`);
    for (const name of simulated) for (const image of addonNamed(name)?.images ?? []) await out.step("item", `Using image ${image}`);
    for (const name of simulated) await enable(context, name, true);
    const on = Object.entries(enabledAddons(context)).flatMap(([name, is]) => (is ? name : []));
    await out.step("addons", `Enabled addons: ${on.sort((a, b) => (a < b ? 1 : -1)).join(", ")}`);
    const { home } = process.user;
    addCluster(fs, kubeconfigPath(process.env, home), process.env.get("HOME") ?? home, "minikube", machines.server, clock.now());
    await out.step("ready", 'Done! kubectl is now configured to use "minikube" cluster and "default" namespace by default');
  },
});
