import type { Cluster } from "#cluster/cluster.ts";
import type { Api } from "#machinery/client.ts";
import type { Draft } from "#machinery/object.ts";
import { StatusError } from "#machinery/status.ts";
import type { Node } from "#machinery/types.ts";

const manifest = "/etc/kubernetes/manifests/static.json";
const settings = "/var/lib/kubelet/config.yaml";
const networks = "/etc/cni/net.d";

/** Does to the machines what was done by hand while a scenario was recorded. Whether it knows what that was. */
export class ByHand {
  readonly #cluster: Cluster;
  readonly #api: Api;
  /** Files that were changed, as they were. */
  readonly #kept = new Map<string, string | undefined>();

  constructor(cluster: Cluster, api: Api) {
    this.#cluster = cluster;
    this.#api = api;
  }

  async does(what: string): Promise<boolean> {
    const write = /^# write (\S+): (.*)$/s.exec(what);
    const service = /^# (?:.*?)\b(stop|start)\b/.exec(what)?.[1];
    if (write?.[1]) this.#disk("node-1").write(write[1], write[2] ?? "");
    else if (what.startsWith("# change image in the manifest")) this.#changeImage(/ to (\S+)$/.exec(what)?.[1] ?? "");
    else if (what === "# remove the manifest") this.#disk("node-1").remove(manifest);
    else if (what.startsWith("# config.yaml: evictionHard")) this.#change(settings, (text) => `${text}\nevictionHard:\n  memory.available: 99%\n`);
    else if (what === "# config.yaml restored") this.#putBack(settings);
    else if (what === "# move the CNI configuration away") this.#empty(networks);
    else if (what === "# put the CNI configuration back") this.#disk("node-2").write(`${networks}/10-bridge.conflist`, "{}");
    else if (what.startsWith("# create Node objects")) await this.#makeNodes(JSON.parse(what.slice(what.indexOf("[{"))));
    else if (service) await this.#serve(what.includes("containerd") ? "containerd" : "kubelet", service);
    else return false;
    return true;
  }

  #disk(node: string) {
    const shell = this.#cluster.nodeShell(node);
    if (!shell) throw new Error(`${node} is off`);
    return shell.fs;
  }

  async #serve(name: "kubelet" | "containerd", verb: string): Promise<void> {
    const machine = this.#cluster.machines.nodes().find((each) => each.name === "node-2");
    if (verb === "stop") await machine?.stopService(name);
    else await machine?.startService(name);
  }

  #changeImage(image: string): void {
    const pod = JSON.parse(this.#disk("node-1").readText(manifest));
    pod.spec.containers[0].image = image;
    this.#disk("node-1").write(manifest, JSON.stringify(pod));
  }

  #empty(directory: string): void {
    const disk = this.#disk("node-2");
    if (!disk.stat(directory)) disk.mkdir(directory, { recursive: true });
    // A directory that was never looked into is filled by the first who writes to it.
    disk.write(`${directory}/none`, "");
    for (const name of disk.list(directory)) disk.remove(`${directory}/${name}`);
  }

  #change(path: string, changed: (text: string) => string): void {
    const disk = this.#disk("node-2");
    const text = disk.stat(path) ? disk.readText(path) : undefined;
    this.#kept.set(path, text);
    disk.write(path, changed(text ?? ""));
  }

  #putBack(path: string): void {
    const text = this.#kept.get(path);
    if (text === undefined) this.#disk("node-2").remove(path);
    else this.#disk("node-2").write(path, text);
    this.#kept.delete(path);
  }

  async #makeNodes(nodes: readonly { name: string; labels: Record<string, string>; spec: Node["spec"]; allocatable: Record<string, string> }[]) {
    for (const { name, labels, spec, allocatable } of nodes) {
      await this.#api.create<Node>("nodes", { apiVersion: "v1", kind: "Node", metadata: { name, labels }, spec } as Draft<Node>);
      const conditions = [{ type: "Ready", status: "True", reason: "KubeletReady", message: "kubelet is posting ready status" }];
      // The controllers may write in between, as they may to anybody.
      for (let tries = 0; tries < 5; tries++)
        try {
          const made = this.#api.get<Node>("nodes", name);
          await this.#api.updateStatus("nodes", { ...made, status: { ...made?.status, capacity: allocatable, allocatable, conditions } } as Node);
          break;
        } catch (error) {
          if (!(error instanceof StatusError) || error.code !== 409) throw error;
        }
    }
  }
}
