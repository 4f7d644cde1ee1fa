import type { Client } from "#machinery/client.ts";
import { admin } from "#machinery/user.ts";
import { fieldDocs } from "../../scripts/field-docs.ts";
import { Cluster } from "#cluster/cluster.ts";
import { programs } from "#commands/programs.ts";
import { machine } from "#shell/machine.ts";
import { NetError, type Machine } from "#shell/process.ts";
import { runCommand } from "#shell/run-command.ts";

export const start = Date.UTC(2026, 10, 23, 12, 0, 0);

/** A learner's machine beside a cluster in this process, on the instant clock. */
export class Learner {
  readonly cluster: Cluster;
  readonly machine: Machine;

  private constructor(cluster: Cluster, server: string) {
    this.cluster = cluster;
    const client = (url: string): Client => {
      const refused = () => {
        throw new NetError("ECONNREFUSED", `connect ECONNREFUSED ${url}`);
      };
      if (!url.startsWith(server)) return { fetch: async () => refused(), connect: async () => refused() };
      return { fetch: (request) => cluster.fetch(request, admin), connect: (request) => cluster.connect(request, admin) };
    };
    this.machine = machine({
      hostname: "podyard",
      tasks: cluster.tasks,
      clock: cluster.clock,
      random: cluster.random,
      net: cluster.hostNet,
      base: "full",
      programs: programs({
        connect: ({ url }) => client(url),
        admin: cluster.client(admin),
        machines: cluster.machines,
        etcd: cluster.etcd,
        engine: () => cluster.engine,
        workshop: (image) => cluster.workshop(image),
        shellOf: (node) => cluster.nodeShell(node),
      }),
      users: { learner: { uid: 1000, home: "/home/learner", shell: "/bin/bash" } },
      files: {
        "/home/learner/.kube/config": {
          content: `apiVersion: v1\nkind: Config\nclusters:\n- name: minikube\n  cluster:\n    server: ${server}\ncontexts:\n- name: minikube\n  context:\n    cluster: minikube\n    user: minikube\n    namespace: default\nusers:\n- name: minikube\n  user: {}\ncurrent-context: minikube\n`,
          owner: "learner",
        },
        "/home/learner/.bashrc": { content: "PS1='$ '\n", owner: "learner" },
      },
    });
  }

  static async boot(profile: "minikube" | "empty" | "kubeadm-2node" = "minikube", seed = 1): Promise<Learner> {
    const cluster = await Cluster.boot({ profile: profile as never, seed, now: start });
    cluster.docs = async () => fieldDocs();
    await cluster.settle();
    return new Learner(cluster, cluster.machines.server);
  }

  /** Runs a command line and lets just as much time pass as it needs. */
  async run(command: string, { stdin, timeoutSeconds = 600 }: { stdin?: string; timeoutSeconds?: number } = {}) {
    const { cluster } = this;
    let done = false;
    const running = runCommand({
      machine: this.machine,
      user: "learner",
      command,
      cwd: "/home/learner",
      timeoutMilliseconds: timeoutSeconds * 1000,
      ...(stdin === undefined ? {} : { stdin }),
    }).finally(() => {
      done = true;
    });
    await cluster.settle({ until: () => done, within: timeoutSeconds * 2000 });
    return running;
  }

  /** Lets time pass. */
  async pass(seconds: number): Promise<void> {
    await this.cluster.clock.advance(this.cluster.clock.now() + seconds * 1000);
  }
}
