import { beforeAll, expect, test } from "vitest";
import type { NetworkPolicy, Pod } from "#machinery/types.ts";
import { type Playground, playground } from "../../../test/kit/cluster.ts";

let play: Playground;

const pod = (name: string, namespace: string, labels: Record<string, string>) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, namespace, labels },
  spec: { containers: [{ name: "main", image: "nginx:1.27", ports: [{ name: "web", containerPort: 80 }] }] },
});

beforeAll(async () => {
  play = await playground({ profile: "minikube" });
  await play.make(
    { apiVersion: "v1", kind: "Namespace", metadata: { name: "other", labels: { team: "blue" } } },
    pod("db", "default", { app: "db" }),
    pod("web", "default", { app: "web" }),
    pod("stranger", "default", { app: "stranger" }),
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "db", namespace: "default" },
      spec: { selector: { app: "db" }, ports: [{ port: 80 }] },
    } as never,
  );
  await play.rest(20_000);
  await play.make(pod("web", "other", { app: "web" }));
  await play.rest(20_000);
});

/** Whether a pod gets an answer from another, by its address or its name. */
async function reaches(from: string, target: string): Promise<boolean> {
  const [namespace = "", name = ""] = from.split("/");
  const found = play.api.get<Pod>("pods", target, "default")?.status.podIP ?? target;
  const runtime = play.cluster.machines.nodes()[0]?.runtime();
  const container = runtime?.containers().find(({ sandbox }) => sandbox.name === name && sandbox.namespace === namespace);
  const command = runtime?.exec(container?.id ?? "", {
    command: ["sh", "-c", `curl -s -m 2 -o /dev/null http://${found}/`],
    stdin: false,
    stdout: true,
    stderr: true,
    tty: false,
  });
  let ended: unknown;
  command?.result.then((status) => {
    ended = status;
  });
  await play.rest(3_000);
  return (ended as { status?: string } | undefined)?.status === "Success";
}

const policy = (spec: NetworkPolicy["spec"]): NetworkPolicy => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { name: "rule", namespace: "default" },
  spec,
});

const toDb = { podSelector: { matchLabels: { app: "db" } }, policyTypes: ["Ingress" as const] };
const fromWeb = { podSelector: { matchLabels: { app: "web" } }, policyTypes: ["Egress" as const] };
const web = { podSelector: { matchLabels: { app: "web" } } };

test.for([
  ["without policies everybody is reached", undefined, { "default/web": true, "default/stranger": true, "other/web": true }],
  ["nobody is let in", toDb, { "default/web": false, "default/stranger": false, "other/web": false }],
  ["a rule without peers lets everybody in", { ...toDb, ingress: [{}] }, { "default/web": true, "default/stranger": true, "other/web": true }],
  ["pods of the same namespace", { ...toDb, ingress: [{ from: [web] }] }, { "default/web": true, "default/stranger": false, "other/web": false }],
  [
    "pods of other namespaces",
    { ...toDb, ingress: [{ from: [{ ...web, namespaceSelector: { matchLabels: { team: "blue" } } }] }] },
    { "default/web": false, "default/stranger": false, "other/web": true },
  ],
  ["a named port", { ...toDb, ingress: [{ from: [web], ports: [{ port: "web" }] }] }, { "default/web": true, "default/stranger": false }],
  ["another port", { ...toDb, ingress: [{ from: [web], ports: [{ port: 5432 }] }] }, { "default/web": false }],
  ["a range of ports", { ...toDb, ingress: [{ ports: [{ port: 79, endPort: 81 }] }] }, { "default/stranger": true }],
  ["all addresses of pods", { ...toDb, ingress: [{ from: [{ ipBlock: { cidr: "10.244.0.0/16" } }] }] }, { "default/web": true }],
  [
    "addresses with an exception",
    { ...toDb, ingress: [{ from: [{ ipBlock: { cidr: "10.244.0.0/16", except: ["10.244.0.0/24"] } }] }] },
    { "default/web": false },
  ],
  ["nothing is let out", fromWeb, { "default/web": false, "default/stranger": true, "other/web": true }],
  ["only what is said is let out", { ...fromWeb, egress: [{ to: [{ podSelector: { matchLabels: { app: "db" } } }] }] }, { "default/web": true }],
] as const)("%s", async ([, spec, expected]) => {
  if (spec)
    await play.cluster.tasks.run(() => play.api.create("networkpolicies.networking.k8s.io", policy(spec as unknown as NetworkPolicy["spec"])));
  try {
    for (const [from, wanted] of Object.entries(expected)) expect(await reaches(from, "db"), from).toBe(wanted);
  } finally {
    if (spec) await play.cluster.tasks.run(() => play.api.delete("networkpolicies.networking.k8s.io", "rule", "default"));
  }
});

test("who may not ask the name servers finds no names", async () => {
  expect(await reaches("default/web", "db.default.svc.cluster.local")).toBe(true);
  const egress = [{ to: [{ podSelector: { matchLabels: { app: "db" } } }] }];
  await play.cluster.tasks.run(() => play.api.create("networkpolicies.networking.k8s.io", policy({ ...fromWeb, egress })));
  expect(await reaches("default/web", "db.default.svc.cluster.local")).toBe(false);
  const allowed = { ...fromWeb, egress: [...egress, { ports: [{ port: 53, protocol: "UDP" as const }] }] };
  await play.cluster.tasks.run(async () => {
    const known = play.api.get<NetworkPolicy>("networkpolicies.networking.k8s.io", "rule", "default");
    if (known) await play.api.update<NetworkPolicy>("networkpolicies.networking.k8s.io", { ...known, spec: allowed });
  });
  expect(await reaches("default/web", "db.default.svc.cluster.local")).toBe(true);
});
