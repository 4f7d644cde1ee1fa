import { searchOf } from "#cluster/network/dns.ts";
import type { Pod } from "#machinery/types.ts";

/** How a pod resolves names: its /etc/resolv.conf, and what follows from it. */
export interface PodDns {
  readonly resolvConf: string;
  readonly search: readonly string[];
  /** Whether the cluster's own DNS is asked. */
  readonly cluster: boolean;
}

/** https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/#pod-s-dns-policy */
export function dnsOf(pod: Pod, clusterServer: string, nodeServer: string): PodDns {
  const { dnsPolicy = "ClusterFirst", dnsConfig, hostNetwork } = pod.spec;
  const asksCluster = dnsPolicy === "ClusterFirstWithHostNet" || (dnsPolicy === "ClusterFirst" && !hostNetwork);
  const own = dnsPolicy === "None" ? [] : [asksCluster ? clusterServer : nodeServer];
  const servers = [...own, ...(dnsConfig?.nameservers ?? [])];
  const search = [...(asksCluster ? searchOf(pod.metadata.namespace ?? "") : []), ...(dnsConfig?.searches ?? [])];

  const options = new Map<string, string | undefined>(asksCluster ? [["ndots", "5"]] : []);
  for (const { name, value } of dnsConfig?.options ?? []) if (name) options.set(name, value);
  const optionTexts = [...options].map(([name, value]) => (value === undefined ? name : `${name}:${value}`));
  const lines = [
    ...(search.length > 0 ? [`search ${search.join(" ")}`] : []),
    ...servers.map((server) => `nameserver ${server}`),
    ...(optionTexts.length > 0 ? [`options ${optionTexts.join(" ")}`] : []),
  ];
  return { resolvConf: `${lines.join("\n")}\n`, search, cluster: servers.includes(clusterServer) };
}

/** Names that a pod's own /etc/hosts knows. */
export function hostAliasesOf({ spec }: Pod): ReadonlyMap<string, string> {
  const hosts = new Map<string, string>();
  for (const { ip, hostnames } of spec.hostAliases ?? []) for (const name of hostnames ?? []) hosts.set(name, ip);
  return hosts;
}

/** What a pod calls itself. https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/#pod-hostname-and-subdomain-field */
export function hostnameOf(pod: Pod, node: string): string {
  if (pod.spec.hostNetwork) return node;
  return (pod.spec.hostnameOverride ?? pod.spec.hostname ?? pod.metadata.name ?? "").slice(0, 63).replace(/[-.]+$/, "");
}

/** A pod's /etc/hosts, as its kubelet writes it. */
export function hostsFile(pod: Pod, address: string, hostname: string): string {
  const { subdomain, hostAliases = [] } = pod.spec;
  const full = subdomain ? `${hostname}.${subdomain}.${pod.metadata.namespace}.svc.cluster.local\t` : "";
  const aliases = hostAliases.map(({ ip, hostnames = [] }) => `${ip}\t${hostnames.join("\t")}\n`).join("");
  return `# Kubernetes-managed hosts file.
127.0.0.1\tlocalhost
::1\tlocalhost ip6-localhost ip6-loopback
fe00::0\tip6-localnet
fe00::0\tip6-mcastprefix
fe00::1\tip6-allnodes
fe00::2\tip6-allrouters
${address}\t${full}${hostname}
${aliases && `\n# Entries added by HostAliases.\n${aliases}`}`;
}
