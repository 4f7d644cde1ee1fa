import { bool, duration, string } from "../cli/flags.ts";
import { needProfile, needRunning, onlyMinikube } from "./cluster.ts";
import { defineCommand, Stopped } from "./command.ts";
import { kubeconfigPath, removeCluster, unsetCurrent } from "./kubeconfig.ts";
import { forgetProfile } from "./profile.ts";

export const stop = defineCommand({
  name: "stop",
  group: "Basic Commands:",
  usage: "[flags]",
  summary: "Stops a running local Kubernetes cluster",
  flags: {
    all: bool({ help: "Stop all clusters." }),
    "cancel-scheduled": bool({ help: "Cancel a stop that was scheduled." }),
    "keep-context-active": bool({ help: "Leave the current context of the kubeconfig as it is." }),
    schedule: duration({ help: "Stop after this time." }),
  },
  async run(context) {
    const { flags, out, machines, process } = context;
    if (context.changed("schedule") || flags["cancel-scheduled"]) {
      await out.fail("fatal", "Podyard does not simulate --schedule");
      throw new Stopped(64);
    }
    await needProfile(context, flags.profile);
    const { length: count } = machines.nodes();
    if (machines.state() !== "stopped")
      for (const { name } of machines.nodes()) {
        await out.step("stop", `Stopping node ${JSON.stringify(name)}  ...`);
        await out.step("shutdown", `Powering off ${JSON.stringify(name)} via SSH ...`);
      }
    await machines.stop();
    if (!flags["keep-context-active"]) unsetCurrent(process.machine.fs, kubeconfigPath(process.env, process.user.home), "minikube");
    await out.step("shutdown", `${Math.max(1, count)} node${count > 1 ? "s" : ""} stopped.`);
  },
});

export const deleteCommand = defineCommand({
  name: "delete",
  group: "Basic Commands:",
  usage: "[flags]",
  summary: "Deletes a local Kubernetes cluster",
  flags: {
    all: bool({ help: "Delete all clusters." }),
    output: string({ short: "o", default: "text", help: "The output format: text or json." }),
    purge: bool({ help: "Delete the .minikube directory too." }),
  },
  async run(context) {
    const { flags, out, machines, process } = context;
    await onlyMinikube(context, flags.profile);
    const { fs } = process.machine;
    const home = process.env.get("HOME") ?? process.user.home;
    if (machines.state() === "absent") {
      if (flags.all) return;
      await out.step("sad", 'Unable to find profile "minikube"; nothing is deleted');
    } else {
      const names = machines.nodes().map(({ name }) => name);
      await out.step("delete", 'Deleting "minikube" in docker ...');
      for (const name of names.length > 0 ? names : ["minikube"]) {
        await out.step("delete", `Deleting container ${JSON.stringify(name)} ...`);
        await out.step("delete", `Removing ${home}/.minikube/machines/${name} ...`);
      }
      await machines.remove();
      forgetProfile(context);
      removeCluster(fs, kubeconfigPath(process.env, home), "minikube");
      await out.step("gone", 'Removed all traces of the "minikube" cluster.');
    }
    if (flags.all) await out.step("shutdown", "Successfully deleted all profiles");
    if (flags.purge) {
      if (fs.stat(`${home}/.minikube`)) fs.remove(`${home}/.minikube`, { recursive: true });
      await out.step("gone", `Successfully purged minikube directory located at - [${home}/.minikube]`);
    }
  },
});

export const pause = defineCommand({
  name: "pause",
  group: "Basic Commands:",
  usage: "[flags]",
  summary: "pause Kubernetes",
  async run(context) {
    const { flags, out, machines } = context;
    await needRunning(context, flags.profile);
    for (const { name } of machines.nodes()) await out.step("pause", `Pausing node ${name} ...`);
    await machines.pause();
    await out.step("unpause", "Paused the containers of kube-system, kubernetes-dashboard, istio-operator");
  },
});

export const unpause = defineCommand({
  name: "unpause",
  aliases: ["resume"],
  group: "Basic Commands:",
  usage: "[flags]",
  summary: "unpause Kubernetes",
  async run(context) {
    const { flags, out, machines } = context;
    await needProfile(context, flags.profile);
    // While it rests, a cluster does not tell its nodes.
    const names = machines.nodes().map(({ name }) => name);
    for (const name of names.length > 0 ? names : [flags.profile]) await out.step("pause", `Unpausing node ${name} ...`);
    await machines.unpause();
    await out.step("unpause", "Unpaused the containers of kube-system, kubernetes-dashboard, istio-operator");
  },
});
