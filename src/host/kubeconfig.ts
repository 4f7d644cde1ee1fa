import { stringify } from "yaml";
import type { Machines } from "#machinery/machines.ts";
import type { LayerFile } from "#shell/file-layer.ts";

/** The files that lead the learner's kubectl to a cluster that runs from the beginning, as whoever set it up has left them. */
export function kubeconfigFiles(machines: Machines, home: string, owner: string): Record<string, LayerFile> {
  if (machines.state() === "absent") return {};
  const isMinikube = machines.profile === "minikube";
  const name = isMinikube ? "minikube" : "kubernetes";
  const user = isMinikube ? "minikube" : "kubernetes-admin";
  const context = isMinikube ? "minikube" : "kubernetes-admin@kubernetes";
  const folder = isMinikube ? `${home}/.minikube` : `${home}/.kube/pki`;
  const [authority, certificate, key] = isMinikube
    ? [`${folder}/ca.crt`, `${folder}/profiles/minikube/client.crt`, `${folder}/profiles/minikube/client.key`]
    : [`${folder}/ca.crt`, `${folder}/admin.crt`, `${folder}/admin.key`];
  const config = {
    apiVersion: "v1",
    clusters: [{ cluster: { "certificate-authority": authority, server: machines.server }, name }],
    contexts: [{ context: { cluster: name, namespace: "default", user }, name: context }],
    "current-context": context,
    kind: "Config",
    users: [{ name: user, user: { "client-certificate": certificate, "client-key": key } }],
  };
  const file = (content: string, mode = 0o644): LayerFile => ({ content, mode, owner });
  return {
    [`${home}/.kube/config`]: file(stringify(config, { lineWidth: 0 }), 0o600),
    [authority]: file(pem("CERTIFICATE", "the authority of this cluster")),
    [certificate]: file(pem("CERTIFICATE", "the administrator of this cluster")),
    [key]: file(pem("PRIVATE KEY", "the key of the administrator"), 0o600),
  };
}

/** Nothing here is encrypted, so that a certificate only has to say whose it is. */
function pem(label: string, whose: string): string {
  return `-----BEGIN ${label}-----\n${btoa(`Podyard: ${whose}`)}\n-----END ${label}-----\n`;
}
