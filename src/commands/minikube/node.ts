import type { Machine } from "#machinery/machines.ts";
import { bool } from "../cli/flags.ts";
import { needProfile, needRunning } from "./cluster.ts";
import { type Context, defineCommand, Stopped } from "./command.ts";

/** The machine of a name; without its cluster's name too: m02. */
async function named(context: Context, name: string | undefined, verb: string): Promise<Machine> {
  const { machines, out } = context;
  if (name === undefined) {
    await out.fail("fatal", `Exiting due to MK_USAGE: Usage: minikube node ${verb} [name]`);
    throw new Stopped(14);
  }
  const found = machines.nodes().find((machine) => machine.name === name || machine.name === `minikube-${name}`);
  if (found) return found;
  await out.fail("fatal", `Exiting due to GUEST_NODE_RETRIEVE: retrieving node: Could not find node ${name}`);
  throw new Stopped(80);
}

const add = defineCommand({
  name: "add",
  summary: "Adds a node to the given cluster.",
  description: "Adds a node to the given cluster config, and starts it.",
  flags: {
    "control-plane": bool({ help: "If set, added node will become a control-plane." }),
    "delete-on-failure": bool({ help: "Delete the node where its start fails, and try again." }),
    worker: bool({ default: true, help: "If set, added node will be available as worker." }),
  },
  async run(context) {
    const { flags, out, machines } = context;
    await needRunning(context, flags.profile);
    if (flags["control-plane"]) {
      await out.fail("fatal", "Podyard does not simulate further control planes (--control-plane)");
      throw new Stopped(64);
    }
    const index = machines.nodes().length + 1;
    const name = `m${String(index).padStart(2, "0")}`;
    await out.step("happy", `Adding node ${name} to cluster minikube as [worker]`);
    await out.step("start", `Starting "minikube-${name}" worker node in "minikube" cluster`);
    await out.step("pull", "Pulling base image v0.0.50 ...");
    await out.step("create", "Creating docker container (CPUs=2, Memory=4096MB) ...");
    const made = await machines.addNode();
    await out.step("package", `Preparing Kubernetes v${machines.version} on containerd 2.2.9 ...`);
    await out.step("verify", "Verifying Kubernetes components...");
    await out.step("ready", `Successfully added ${made.name.replace(/^minikube-/, "")} to minikube!`);
  },
});

const remove = defineCommand({
  name: "delete",
  usage: "NODE",
  summary: "Deletes a node from a cluster.",
  async run(context) {
    const { flags, out, machines, args } = context;
    await needProfile(context, flags.profile);
    const machine = await named(context, args[0], "delete");
    await out.step("delete", `Deleting node ${machine.name} from cluster minikube`);
    if (machine.role === "control-plane") {
      await out.fail("fatal", "Podyard does not simulate a cluster without its control plane");
      throw new Stopped(64);
    }
    await out.step("stop", `Stopping node ${JSON.stringify(machine.name)}  ...`);
    await out.step("shutdown", `Powering off ${JSON.stringify(machine.name)} via SSH ...`);
    await out.step("delete", `Deleting ${JSON.stringify(machine.name)} in docker ...`);
    await machines.removeNode(machine.name);
    await out.step("gone", `Node ${machine.name} was successfully deleted.`);
  },
});

const list = defineCommand({
  name: "list",
  usage: "[flags]",
  summary: "List nodes.",
  async run(context) {
    await needProfile(context, context.flags.profile);
    for (const { name, address } of context.machines.nodes()) context.out.line(`${name}\t${address}`);
  },
});

const start = defineCommand({
  name: "start",
  usage: "NODE",
  summary: "Starts a node.",
  flags: { "delete-on-failure": bool({ help: "Delete the node where its start fails, and try again." }) },
  async run(context) {
    const { flags, out, args } = context;
    await needRunning(context, flags.profile);
    const machine = await named(context, args[0], "start");
    if (machine.onSince() !== undefined) {
      await out.step("party", `${machine.name} is already running`);
      return;
    }
    await out.step("start", `Starting ${JSON.stringify(machine.name)} ${machine.role} node in "minikube" cluster`);
    await out.step("restart", `Restarting existing docker container for ${JSON.stringify(machine.name)} ...`);
    await machine.switchOn();
    await out.step("verify", "Verifying Kubernetes components...");
    await out.step("ready", `Successfully started node ${machine.name}!`);
  },
});

const stop = defineCommand({
  name: "stop",
  usage: "NODE",
  summary: "Stops a node in a cluster.",
  async run(context) {
    const { flags, out, args } = context;
    await needRunning(context, flags.profile);
    const machine = await named(context, args[0], "stop");
    await out.step("stop", `Stopping node ${JSON.stringify(machine.name)}  ...`);
    await out.step("shutdown", `Powering off ${JSON.stringify(machine.name)} via SSH ...`);
    await machine.switchOff();
    await out.step("shutdown", `Successfully stopped node ${machine.name}`);
  },
});

export const node = defineCommand({
  name: "node",
  group: "Advanced Commands:",
  summary: "Add, remove, or list additional nodes",
  commands: [add, remove, list, start, stop],
  async run({ args, out, help }) {
    if (args.length === 0) {
      out.print(help());
      return;
    }
    await out.fail("fatal", "Exiting due to MK_USAGE: Usage: minikube node [add|start|stop|delete|list]");
    throw new Stopped(14);
  },
});
