import { adminCertificate, adminKey, clusterAuthority } from "#machinery/certificate-authority.ts";
import type { FileSystem } from "#shell/file-system.ts";
import { emptyConfig, type KubeConfig, readConfig, writeConfig } from "../kubectl/config/kubeconfig.ts";
import { longTime } from "../kubectl/times.ts";
import { release } from "./cluster.ts";

/** Where the kubeconfig of a person is. */
export const kubeconfigPath = (env: ReadonlyMap<string, string>, home: string): string =>
  (env.get("KUBECONFIG") ?? "").split(":").find(Boolean) ?? `${env.get("HOME") ?? home}/.kube/config`;

/** Adds the cluster `name` at `server` to a kubeconfig, makes it the current one, and leaves the certificates where it says that they are. */
export function addCluster(fs: FileSystem, path: string, home: string, name: string, server: string, now: number): void {
  const config = readConfig(fs, path) ?? emptyConfig();
  const about = { "last-update": longTime(now).replace("+0000", "UTC"), provider: "minikube.sigs.k8s.io", version: release };
  const client = `${home}/.minikube/profiles/${name}/client`;
  fs.mkdir(`${home}/.minikube/profiles/${name}`, { recursive: true });
  fs.write(`${home}/.minikube/ca.crt`, clusterAuthority);
  fs.write(`${client}.crt`, adminCertificate);
  fs.write(`${client}.key`, adminKey, { mode: 0o600 });
  config.clusters.set(name, {
    "certificate-authority": `${home}/.minikube/ca.crt`,
    extensions: [{ extension: about, name: "cluster_info" }],
    server,
  });
  config.contexts.set(name, { cluster: name, extensions: [{ extension: about, name: "context_info" }], namespace: "default", user: name });
  config.users.set(name, {
    "client-certificate": `${client}.crt`,
    "client-key": `${client}.key`,
  });
  config.currentContext = name;
  writeConfig(fs, path, config);
}

/** Takes a cluster out of a kubeconfig. */
export function removeCluster(fs: FileSystem, path: string, name: string): void {
  change(fs, path, (config) => {
    config.clusters.delete(name);
    config.contexts.delete(name);
    config.users.delete(name);
    if (config.currentContext === name) config.currentContext = "";
  });
}

/** No context is current any more, where this one was. */
export function unsetCurrent(fs: FileSystem, path: string, name: string): void {
  change(fs, path, (config) => {
    if (config.currentContext === name) config.currentContext = "";
  });
}

export function currentContext(fs: FileSystem, path: string): string {
  return readConfig(fs, path)?.currentContext ?? "";
}

/** Whether the kubeconfig leads to the cluster. */
export const isConfigured = (fs: FileSystem, path: string, name: string): boolean => readConfig(fs, path)?.clusters.has(name) ?? false;

function change(fs: FileSystem, path: string, work: (config: KubeConfig) => void): void {
  const config = readConfig(fs, path);
  if (!config) return;
  work(config);
  writeConfig(fs, path, config);
}
