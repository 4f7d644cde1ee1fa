import type { Program } from "#shell/process.ts";
import { crictl } from "./crictl/crictl.ts";
import { docker } from "./docker/docker.ts";
import { etcdctl, etcdutl } from "./etcdctl/etcdctl.ts";
import { git } from "./git/git.ts";
import { helm } from "./helm/helm.ts";
import type { CommandHost } from "./host.ts";
import { journalctl } from "./journalctl/journalctl.ts";
import { kubeadm } from "./kubeadm/kubeadm.ts";
import { kubectl } from "./kubectl/kubectl.ts";
import { minikube } from "./minikube/minikube.ts";
import { nodeServices } from "./node-services.ts";
import { openssl } from "./openssl/openssl.ts";
import { scp } from "./ssh/scp.ts";
import { ssh } from "./ssh/ssh.ts";
import { service, systemctl } from "./systemctl/systemctl.ts";

/** What a machine of one's own has that is no part of the cluster, by the names that the commands are typed by. */
export const programs = (host: CommandHost): Map<string, Program> =>
  new Map([
    ["kubectl", kubectl(host.connect)],
    ["git", git],
    ["helm", helm(host.connect)],
    ["minikube", minikube(host)],
    ["openssl", openssl],
    ["scp", scp(host)],
    ["ssh", ssh(host)],
    ...["docker", "podman", "nerdctl"].map((name): [string, Program] => [name, docker(host, name)]),
  ]);

/** What is installed on a node. `withClients` are those who sit at the node itself: on such a one is all that people work with. */
export const nodePrograms = (host: CommandHost, withClients: boolean): Map<string, Program> =>
  new Map([
    ...(withClients
      ? [...programs(host)].filter(([name]) => name !== "minikube")
      : [[`/var/lib/minikube/binaries/v${host.machines.version}/kubectl`, kubectl(host.connect)] as const]),
    ["openssl", openssl],
    ["scp", scp(host)],
    ["ssh", ssh(host)],
    ["systemctl", systemctl(host)],
    ["service", service(host)],
    ["journalctl", journalctl(host)],
    ["crictl", crictl(host)],
    ["etcdctl", etcdctl(host)],
    ["etcdutl", etcdutl(host)],
    ["kubeadm", kubeadm(host)],
    ...nodeServices(host),
  ]);
