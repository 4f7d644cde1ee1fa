import { stringify } from "yaml";
import { addCluster } from "#commands/minikube/kubeconfig.ts";
import { adminCertificate, adminKey, clusterAuthority } from "#machinery/certificate-authority.ts";
import type { Machines } from "#machinery/machines.ts";
import type { LayerFile } from "#shell/file-layer.ts";
import { MemoryFileSystem } from "#shell/memory-file-system.ts";

interface Place {
  home: string;
  /** Whose files they are. */
  owner: string;
  /** When the cluster was set up. */
  since: number;
}

/** The files that lead the learner's kubectl to a cluster that runs from the beginning, as whoever set it up has left them. */
export function kubeconfigFiles(machines: Machines, { home, owner, since }: Place): Record<string, LayerFile> {
  const path = `${home}/.kube/config`;
  const file = (content: string, mode = 0o644): LayerFile => ({ content, mode, owner });
  const [folder, client] = machines.profile === "minikube" ? [`${home}/.minikube`, "profiles/minikube/client"] : [`${home}/.kube/pki`, "admin"];
  const config = machines.profile === "minikube" ? asMinikube(path, home, machines.server, since) : asKubeadm(folder, machines.server);
  return {
    [path]: file(config, 0o600),
    [`${folder}/ca.crt`]: file(clusterAuthority),
    [`${folder}/${client}.crt`]: file(adminCertificate),
    [`${folder}/${client}.key`]: file(adminKey, 0o600),
  };
}

function asMinikube(path: string, home: string, server: string, since: number): string {
  const fs = new MemoryFileSystem({ now: () => since });
  fs.mkdir(`${home}/.kube`, { recursive: true });
  addCluster(fs, path, home, "minikube", server, since);
  return fs.readText(path);
}

/** As kubeadm names things, with its certificates as files. */
function asKubeadm(folder: string, server: string): string {
  const config = {
    apiVersion: "v1",
    clusters: [{ cluster: { "certificate-authority": `${folder}/ca.crt`, server }, name: "kubernetes" }],
    contexts: [{ context: { cluster: "kubernetes", user: "kubernetes-admin" }, name: "kubernetes-admin@kubernetes" }],
    "current-context": "kubernetes-admin@kubernetes",
    kind: "Config",
    users: [{ name: "kubernetes-admin", user: { "client-certificate": `${folder}/admin.crt`, "client-key": `${folder}/admin.key` } }],
  };
  return stringify(config, { lineWidth: 0 });
}
