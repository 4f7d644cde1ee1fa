import type { ContainerRuntime } from "#machinery/container-runtime.ts";
import type { Machine } from "#machinery/machines.ts";
import { kubeletCommand, processIdOf } from "#machinery/service-process.ts";
import type { ProcessInfo } from "#shell/process.ts";

const shim = "/usr/bin/containerd-shim-runc-v2";

/** What runs on a node beside what people start there: systemd and its services, and the programs of the containers. Names are all that there is to them. */
export function nodeProcesses(node: Machine, runtime: ContainerRuntime): ProcessInfo[] {
  const on = node.onSince() ?? 0;
  const made = (pid: number, parentPid: number, startedAt: number, user: string, args: readonly string[]): ProcessInfo => ({
    pid,
    parentPid,
    group: pid,
    session: pid,
    user,
    args,
    startedAt,
    state: "S",
    tty: undefined,
  });
  const service = (name: string, since: number, command: string) =>
    made(processIdOf(name, since), 1, Math.max(since, on), "root", command.split(" "));
  const processes = [
    made(1, 0, on, "root", ["/sbin/init"]),
    service("systemd-journald", 0, "/lib/systemd/systemd-journald"),
    service("cron", 0, "/usr/sbin/cron -f"),
  ];
  processes.push(service("ssh", 0, "sshd: /usr/sbin/sshd -D [listener] 0 of 10-100 startups"));
  const [containerd, kubelet] = [node.service("containerd"), node.service("kubelet")];
  if (containerd.active) processes.push(service("containerd", containerd.since, "/usr/bin/containerd"));
  if (kubelet.active) processes.push(service("kubelet", kubelet.since, kubeletCommand(flags)));
  for (const { id, args, startedAt, state, sandbox, user } of runtime.containers()) {
    if (state !== "running") continue;
    const parent = processIdOf(sandbox.id, sandbox.createdAt);
    if (!processes.some(({ pid }) => pid === parent))
      processes.push(
        made(parent, 1, sandbox.createdAt, "root", [shim, "-namespace", "k8s.io", "-id", sandbox.id, "-address", "/run/containerd/containerd.sock"]),
      );
    const name = user.split(":")[0] ?? "0";
    processes.push(made(processIdOf(id, startedAt), parent, startedAt, name === "0" || name === "" ? "root" : name, args));
  }
  return processes.sort((a, b) => a.pid - b.pid);
}

/** As kubeadm writes them. */
const flags = "--container-runtime-endpoint=unix:///run/containerd/containerd.sock --pod-infra-container-image=registry.k8s.io/pause:3.10.1";
