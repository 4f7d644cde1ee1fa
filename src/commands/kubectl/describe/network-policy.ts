import { formatSelector } from "#machinery/selector.ts";
import { parseTime } from "#machinery/time.ts";
import type { NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort } from "#machinery/types.ts";
import type { Thing } from "../api/server.ts";
import { plainTime } from "../times.ts";
import { Report } from "./report.ts";

interface Traffic {
  ports: readonly NetworkPolicyPort[] | undefined;
  peers: readonly NetworkPolicyPeer[] | undefined;
}

export async function describeNetworkPolicy(object: Thing): Promise<string> {
  const { metadata, spec } = object as unknown as NetworkPolicy;
  const report = new Report();
  report.field(0, "Name", metadata.name).field(0, "Namespace", metadata.namespace);
  report.field(0, "Created on", plainTime(parseTime(metadata.creationTimestamp ?? "")));
  report.labels("Labels", metadata.labels).annotations("Annotations", metadata.annotations);
  const selector = formatSelector(spec?.podSelector ?? {});
  report.line(0, "Spec:");
  report.write(1, "PodSelector: ").line(2, selector === "<none>" ? "<none> (Allowing the specific traffic to all pods in this namespace)" : selector);
  const types = spec?.policyTypes ?? [];
  const rules = {
    ingress: (spec?.ingress ?? []).map(({ ports, from }): Traffic => ({ ports, peers: from })),
    egress: (spec?.egress ?? []).map(({ ports, to }): Traffic => ({ ports, peers: to })),
  };
  for (const [type, way] of [
    ["Ingress", "ingress"],
    ["Egress", "egress"],
  ] as const) {
    if (types.includes(type)) {
      report.line(1, `Allowing ${way} traffic:`);
      traffic(report, rules[way], way);
    } else report.line(1, `Not affecting ${way} traffic`);
  }
  report.line(1, `Policy Types: ${types.join(", ") || "<none>"}`);
  return report.text;
}

function traffic(report: Report, rules: readonly Traffic[], way: "ingress" | "egress"): void {
  if (rules.length === 0) report.line(2, `<none> (Selected pods are isolated for ${way} connectivity)`);
  const [word, side] = way === "ingress" ? ["From", "source"] : ["To", "destination"];
  rules.forEach(({ ports, peers }, i) => {
    if (!ports?.length) report.line(2, "To Port: <any> (traffic allowed to all ports)");
    for (const { port = "<nil>", endPort, protocol = "TCP" } of ports ?? [])
      report.line(2, endPort === undefined ? `To Port: ${port}/${protocol}` : `To Port Range: ${port}-${endPort}/${protocol}`);
    if (!peers?.length) report.line(2, `${word}: <any> (traffic not restricted by ${side})`);
    for (const { podSelector, namespaceSelector, ipBlock } of peers ?? []) {
      report.line(2, `${word}:`);
      if (namespaceSelector) report.line(3, `NamespaceSelector: ${formatSelector(namespaceSelector)}`);
      if (podSelector) report.line(3, `PodSelector: ${formatSelector(podSelector)}`);
      if (!ipBlock || podSelector || namespaceSelector) continue;
      report
        .line(3, "IPBlock:")
        .line(4, `CIDR: ${ipBlock.cidr}`)
        .line(4, `Except: ${(ipBlock.except ?? []).join(", ")}`);
    }
    if (i < rules.length - 1) report.line(2, "----------");
  });
}
