import { bool, int, string } from "../cli/flags.ts";
import { needRunning } from "./cluster.ts";
import { defineCommand, Stopped } from "./command.ts";

export const kubectl = defineCommand({
  name: "kubectl",
  group: "Advanced Commands:",
  usage: "-- [kubectl command]",
  summary: "Run a kubectl binary matching the cluster version",
  passFlags: true,
  run({ args, process }) {
    const [first, ...rest] = args;
    return process.run(["kubectl", "--context", "minikube", ...(first === "--" ? rest : args)]);
  },
});

export const logs = defineCommand({
  name: "logs",
  group: "Troubleshooting Commands:",
  usage: "[flags]",
  summary: "Returns logs to debug a local Kubernetes cluster",
  flags: {
    file: string({ help: "A file to write to." }),
    follow: bool({ short: "f", help: "Go on as lines come." }),
    length: int({ short: "n", default: 60, help: "How many lines of each log." }),
    problems: bool({ help: "Only lines that tell of problems." }),
  },
  async run(context) {
    const { flags, out, process, machines } = context;
    await needRunning(context, flags.profile);
    if (flags.follow || flags.problems) {
      await out.fail("fatal", `Podyard does not simulate minikube logs --${flags.follow ? "follow" : "problems"}`);
      throw new Stopped(64);
    }
    // Each static pod of the control plane and the node as the API tells of it.
    out.line("\n==> describe nodes <==");
    await out.flush();
    for (const { name } of machines.nodes()) await process.run(["kubectl", "--context", "minikube", "describe", "node", name]);
    for (const component of ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"]) {
      out.line(`\n\n==> ${component} <==`);
      await out.flush();
      await process.run(["kubectl", "--context", "minikube", "logs", "-n", "kube-system", `${component}-minikube`, `--tail=${flags.length}`]);
    }
  },
});

/** A command that minikube has and Podyard does not. */
export const absent = (name: string, group: string, summary: string) =>
  defineCommand({
    name,
    group,
    summary,
    passFlags: true,
    async run({ out }) {
      await out.fail("fatal", `Podyard does not simulate minikube ${name}`);
      throw new Stopped(64);
    },
  });
