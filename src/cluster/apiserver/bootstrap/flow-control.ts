import type { Api } from "#machinery/client.ts";
import type { FlowSchema, FlowSchemaSpec, PriorityLevelConfiguration, PriorityLevelConfigurationSpec } from "#machinery/types.ts";

const group = "flowcontrol.apiserver.k8s.io";
const apiVersion = `${group}/v1`;
const metadata = (name: string) => ({ name, annotations: { "apf.kubernetes.io/autoupdate-spec": "true" } });

type Rules = NonNullable<FlowSchemaSpec["rules"]>[number];
type FlowSubject = Rules["subjects"][number];

const user = (name: string): FlowSubject => ({ kind: "User", user: { name } });
const groupOf = (name: string): FlowSubject => ({ kind: "Group", group: { name } });
const systemAccounts: FlowSubject = { kind: "ServiceAccount", serviceAccount: { name: "*", namespace: "kube-system" } };
const everybody = [groupOf("system:unauthenticated"), groupOf("system:authenticated")];

const everything = (...subjects: FlowSubject[]): Rules => ({
  subjects,
  nonResourceRules: [{ nonResourceURLs: ["*"], verbs: ["*"] }],
  resourceRules: [{ apiGroups: ["*"], clusterScope: true, namespaces: ["*"], resources: ["*"], verbs: ["*"] }],
});

const leases = (verbs: string[]) => ({ apiGroups: ["coordination.k8s.io"], namespaces: ["*"], resources: ["leases"], verbs });

interface Flow {
  name: string;
  precedence: number;
  level: string;
  by?: "ByUser" | "ByNamespace";
  rules: Rules;
}

const flows: readonly Flow[] = [
  { name: "catch-all", precedence: 10000, level: "catch-all", by: "ByUser", rules: everything(...everybody) },
  { name: "exempt", precedence: 1, level: "exempt", rules: everything(groupOf("system:masters")) },
  { name: "global-default", precedence: 9900, level: "global-default", by: "ByUser", rules: everything(...everybody) },
  {
    name: "kube-controller-manager",
    precedence: 800,
    level: "workload-high",
    by: "ByNamespace",
    rules: everything(user("system:kube-controller-manager")),
  },
  { name: "kube-scheduler", precedence: 800, level: "workload-high", by: "ByNamespace", rules: everything(user("system:kube-scheduler")) },
  { name: "kube-system-service-accounts", precedence: 900, level: "workload-high", by: "ByNamespace", rules: everything(systemAccounts) },
  {
    name: "probes",
    precedence: 2,
    level: "exempt",
    rules: { subjects: everybody, nonResourceRules: [{ nonResourceURLs: ["/healthz", "/readyz", "/livez"], verbs: ["get"] }] },
  },
  { name: "service-accounts", precedence: 9000, level: "workload-low", by: "ByUser", rules: everything(groupOf("system:serviceaccounts")) },
  {
    name: "system-leader-election",
    precedence: 100,
    level: "leader-election",
    by: "ByUser",
    rules: {
      subjects: [user("system:kube-controller-manager"), user("system:kube-scheduler"), systemAccounts],
      resourceRules: [leases(["get", "create", "update"])],
    },
  },
  {
    name: "system-node-high",
    precedence: 400,
    level: "node-high",
    by: "ByUser",
    rules: {
      subjects: [groupOf("system:nodes")],
      resourceRules: [{ apiGroups: [""], clusterScope: true, namespaces: ["*"], resources: ["nodes", "nodes/status"], verbs: ["*"] }, leases(["*"])],
    },
  },
  { name: "system-nodes", precedence: 500, level: "system", by: "ByUser", rules: everything(groupOf("system:nodes")) },
];

const queued = (shares: number, lendablePercent: number, queues: number, handSize: number): PriorityLevelConfigurationSpec => ({
  type: "Limited",
  limited: {
    lendablePercent,
    limitResponse: { type: "Queue", queuing: { handSize, queueLengthLimit: 50, queues } },
    nominalConcurrencyShares: shares,
  },
});

const levels: Readonly<Record<string, PriorityLevelConfigurationSpec>> = {
  "catch-all": { type: "Limited", limited: { lendablePercent: 0, limitResponse: { type: "Reject" }, nominalConcurrencyShares: 5 } },
  exempt: { type: "Exempt", exempt: { lendablePercent: 0, nominalConcurrencyShares: 0 } },
  "global-default": queued(20, 50, 128, 6),
  "leader-election": queued(10, 0, 16, 4),
  "node-high": queued(40, 25, 64, 6),
  system: queued(30, 33, 64, 6),
  "workload-high": queued(40, 50, 128, 6),
  "workload-low": queued(100, 90, 128, 6),
};

/** Makes the priority levels and flows that every API server starts with. */
export async function makeFlowControl(api: Api): Promise<void> {
  for (const [name, spec] of Object.entries(levels))
    await api.create<PriorityLevelConfiguration>(`prioritylevelconfigurations.${group}`, {
      apiVersion,
      kind: "PriorityLevelConfiguration",
      metadata: metadata(name),
      spec,
    });
  for (const flow of flows)
    await api.create<FlowSchema>(`flowschemas.${group}`, { apiVersion, kind: "FlowSchema", metadata: metadata(flow.name), spec: specOf(flow) });
}

const specOf = ({ precedence, level, by, rules }: Flow): FlowSchemaSpec => ({
  ...(by ? { distinguisherMethod: { type: by } } : {}),
  matchingPrecedence: precedence,
  priorityLevelConfiguration: { name: level },
  rules: [rules],
});

/** Flows and levels that nobody may change. */
const mandatory = ["catch-all", "exempt"];

export function fixedFlow(name: string): FlowSchemaSpec | undefined {
  const flow = mandatory.includes(name) ? flows.find((each) => each.name === name) : undefined;
  return flow && specOf(flow);
}

export const fixedLevel = (name: string): PriorityLevelConfigurationSpec | undefined => (mandatory.includes(name) ? levels[name] : undefined);
