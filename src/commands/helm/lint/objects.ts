import { parseYaml } from "#machinery/yaml.ts";
import { type Dict, isDict } from "../chart/chart.ts";

interface ObjectFinding {
  severity: "WARNING" | "ERROR";
  message: string;
}

const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const label = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const oldLabel = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;

const rules = {
  subdomain: `a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '${subdomain.source.slice(1, -1)}')`,
  label: `a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '${label.source.slice(1, -1)}')`,
  oldLabel: `a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '${oldLabel.source.slice(1, -1)}')`,
};

/** Why a name does not do for a kind. */
function nameProblems(kind: string, name: string): string[] {
  switch (kind.toLowerCase()) {
    case "service":
      return [...(name.length > 63 ? ["must be no more than 63 bytes"] : []), ...(oldLabel.test(name) ? [] : [rules.oldLabel])];
    case "namespace":
      return [...(name.length > 63 ? ["must be no more than 63 bytes"] : []), ...(label.test(name) ? [] : [rules.label])];
    case "certificatesigningrequest":
      return [];
    case "role":
    case "clusterrole":
    case "rolebinding":
    case "clusterrolebinding":
      if (name === "." || name === "..") return [`may not be '${name}'`];
      return ["/", "%"].filter((c) => name.includes(c)).map((c) => `may not contain '${c}'`);
    default:
      return [...(name.length > 253 ? ["must be no more than 253 bytes"] : []), ...(subdomain.test(name) ? [] : [rules.subdomain])];
  }
}

/** API versions that are gone, and what took their place. */
const gone: Readonly<Record<string, string>> = {
  "policy/v1beta1 PodSecurityPolicy": "policy/v1beta1 PodSecurityPolicy is deprecated in v1.21+, unavailable in v1.25+",
  "policy/v1beta1 PodDisruptionBudget":
    "policy/v1beta1 PodDisruptionBudget is deprecated in v1.21+, unavailable in v1.25+; use policy/v1 PodDisruptionBudget",
  "batch/v1beta1 CronJob": "batch/v1beta1 CronJob is deprecated in v1.21+, unavailable in v1.25+; use batch/v1 CronJob",
  "extensions/v1beta1 Ingress": "extensions/v1beta1 Ingress is deprecated in v1.14+, unavailable in v1.22+; use networking.k8s.io/v1 Ingress",
  "networking.k8s.io/v1beta1 Ingress":
    "networking.k8s.io/v1beta1 Ingress is deprecated in v1.19+, unavailable in v1.22+; use networking.k8s.io/v1 Ingress",
  "networking.k8s.io/v1beta1 IngressClass":
    "networking.k8s.io/v1beta1 IngressClass is deprecated in v1.19+, unavailable in v1.22+; use networking.k8s.io/v1 IngressClassList",
  "extensions/v1beta1 Deployment": "extensions/v1beta1 Deployment is deprecated in v1.1+, unavailable in v1.16+; use apps/v1 Deployment",
  "extensions/v1beta1 DaemonSet": "extensions/v1beta1 DaemonSet is deprecated in v1.1+, unavailable in v1.16+; use apps/v1 DaemonSet",
  "extensions/v1beta1 ReplicaSet": "extensions/v1beta1 ReplicaSet is deprecated in v1.2+, unavailable in v1.16+; use apps/v1 ReplicaSet",
  "extensions/v1beta1 NetworkPolicy":
    "extensions/v1beta1 NetworkPolicy is deprecated in v1.3+, unavailable in v1.16+; use networking.k8s.io/v1 NetworkPolicy",
  "apps/v1beta1 Deployment": "apps/v1beta1 Deployment is deprecated in v1.6+, unavailable in v1.16+; use apps/v1 Deployment",
  "apps/v1beta1 StatefulSet": "apps/v1beta1 StatefulSet is deprecated in v1.5+, unavailable in v1.16+; use apps/v1 StatefulSet",
  "apps/v1beta2 Deployment": "apps/v1beta2 Deployment is deprecated in v1.8+, unavailable in v1.16+; use apps/v1 Deployment",
  "apps/v1beta2 DaemonSet": "apps/v1beta2 DaemonSet is deprecated in v1.8+, unavailable in v1.16+; use apps/v1 DaemonSet",
  "apps/v1beta2 ReplicaSet": "apps/v1beta2 ReplicaSet is deprecated in v1.8+, unavailable in v1.16+; use apps/v1 ReplicaSet",
  "apps/v1beta2 StatefulSet": "apps/v1beta2 StatefulSet is deprecated in v1.8+, unavailable in v1.16+; use apps/v1 StatefulSet",
};

/** What is to be said of one object that a template made; `manifest` is all that it made. */
export function objectFindings(object: Dict, manifest: string): ObjectFinding[] {
  const findings: ObjectFinding[] = [];
  const metadata = isDict(object["metadata"]) ? object["metadata"] : {};
  const [kind, apiVersion, name] = [object["kind"], object["apiVersion"], metadata["name"]].map((value) =>
    typeof value === "object" || value === undefined ? "" : String(value),
  );
  const problems = nameProblems(kind ?? "", name ?? "");
  const [first] = problems;
  if (first !== undefined) {
    const told = problems.map((problem) => `metadata.name: Invalid value: ${JSON.stringify(name)}: ${problem}`);
    const all = told.length === 1 ? told[0] : `[${told.join(", ")}]`;
    findings.push({
      severity: "WARNING",
      message: `object name does not conform to Kubernetes naming requirements: ${JSON.stringify(name)}: ${all}`,
    });
  }
  const deprecated = gone[`${apiVersion} ${kind}`];
  if (deprecated) findings.push({ severity: "WARNING", message: deprecated });
  if (["Deployment", "ReplicaSet", "DaemonSet", "StatefulSet"].includes(kind ?? "") && !/matchLabels|matchExpressions/.test(manifest))
    findings.push({ severity: "ERROR", message: `a ${kind} must contain matchLabels or matchExpressions, and ${JSON.stringify(name)} does not` });
  if (kind === "List") {
    const items = ((parseYaml(manifest).value as Dict)["items"] ?? []) as Dict[];
    const keeps = (item: Dict) =>
      isDict(item["metadata"]) && isDict(item["metadata"]["annotations"]) && "helm.sh/resource-policy" in item["metadata"]["annotations"];
    if (items.some(keeps)) findings.push({ severity: "ERROR", message: "annotation 'helm.sh/resource-policy' within List objects are ignored" });
  }
  return findings;
}
