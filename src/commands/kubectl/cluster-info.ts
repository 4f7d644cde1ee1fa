import type { Service } from "#machinery/types.ts";
import { pathOf } from "./api/discovery.ts";
import { clusterInfoDump } from "./cluster-info-dump.ts";
import { defineCommand } from "./command.ts";

export const clusterInfo = defineCommand({
  name: "cluster-info",
  group: "Cluster Management Commands:",
  usage: "[flags]",
  summary: "Display cluster information",
  description:
    "Display addresses of the control plane and services with label kubernetes.io/cluster-service=true. To further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.",
  commands: [clusterInfoDump],

  async run({ kube, out, process }) {
    const color = (code: number, text: string) => (process.isTerminal(1) ? `\x1b[0;${code}m${text}\x1b[0m` : text);
    const { url } = kube.server;
    const services = await kube.server.get<{ items: Service[] }>(
      pathOf({ group: "", version: "v1", plural: "services", namespaced: true }, "kube-system"),
      {
        query: { labelSelector: "kubernetes.io/cluster-service=true" },
      },
    );
    out.line(`${color(32, "Kubernetes control plane")} is running at ${color(33, url)}`);
    for (const { metadata, spec, status } of services.items) {
      const ingress = status?.loadBalancer?.ingress?.[0];
      const [port] = spec.ports ?? [];
      const scheme = port?.name === "https" || port?.port === 443 ? "https:" : "";
      const proxied = `${url}/api/v1/namespaces/${metadata.namespace}/services/${scheme}${metadata.name}${port?.name ? `:${port.name}` : scheme ? ":" : ""}/proxy`;
      const link = ingress ? (spec.ports ?? []).map(({ port: number }) => `http://${ingress.ip || ingress.hostname}:${number} `).join("") : proxied;
      out.line(`${color(32, metadata.labels?.["kubernetes.io/name"] || metadata.name || "")} is running at ${color(33, link)}`);
    }
    out.line("\nTo further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.");
  },
});
