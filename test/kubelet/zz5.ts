import { Cluster } from "#cluster/cluster.ts";
import { admin } from "#machinery/user.ts";
import { machine } from "#shell/machine.ts";
import { runCommand } from "#shell/run-command.ts";
import type { Pod, Event, Node } from "#machinery/types.ts";
const c = await Cluster.boot({ profile: "minikube", seed: 2, now: Date.UTC(2026, 10, 23, 12) });
c.onFailure = (e) => console.error("FAILED", e);
const api = c.api(admin);
await c.tasks.run(async () => {
  await api.create("deployments.apps", { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "web", namespace: "default" }, spec: { replicas: 3, selector: { matchLabels: { app: "x" } }, template: { metadata: { labels: { app: "x" } }, spec: { containers: [{ name: "c", image: "gcr.io/google-samples/kubernetes-bootcamp:v1" }] } } } } as never);
  await api.create("services", { apiVersion: "v1", kind: "Service", metadata: { name: "web", namespace: "default" }, spec: { type: "NodePort", selector: { app: "x" }, ports: [{ port: 8080, nodePort: 30080 }] } } as never);
});
await c.settle();
const m = machine({ hostname: "podyard", tasks: c.tasks, clock: c.clock, random: c.random, net: c.hostNet, base: "full" });
for (const command of process.argv.slice(2)) {
  const p = runCommand({ machine: m, user: "root", command, limitBytes: 1e6 } as never);
  let done = false; void p.then(() => { done = true; });
  await c.settle({ until: () => done });
  const r = await p as { stdout: string; stderr: string; exitCode: number };
  console.log("$", command, "->", r.exitCode, "\n" + r.stdout + r.stderr);
}
const pod = api.list<Pod>("pods", { namespace: "default" })[0]!;
for (const cmd of [["env"], ["cat", "/etc/hosts"], ["cat", "/etc/resolv.conf"], ["curl", "-s", "localhost:8080"], ["curl", "-s", "web:8080"], ["curl", "-sk", "https://kubernetes/version"], ["sh", "-c", "curl -sk -H \"Authorization: Bearer $(cat /var/run/secrets/kubernetes.io/serviceaccount/token)\" https://kubernetes.default/api/v1/namespaces/default/pods"], ["ls", "-la", "/var/run/secrets/kubernetes.io/serviceaccount"], ["ps"], ["nope"]]) {
  let out = "";
  let done = false;
  c.tasks.detach(async () => {
    const q = cmd.map((w) => "command=" + encodeURIComponent(w)).join("&");
    const r = await c.connect({ method: "POST", url: `/api/v1/namespaces/default/pods/${pod.metadata.name}/exec?${q}&stdout=true&stderr=true`, headers: {} }, admin);
    if ("status" in r) { out = String(r.status) + new TextDecoder().decode(r.body as Uint8Array); done = true; return; }
    for (let b = await r.stdout.read(); b; b = await r.stdout.read()) out += new TextDecoder().decode(b);
    for (let b = await r.stderr.read(); b; b = await r.stderr.read()) out += "ERR " + new TextDecoder().decode(b);
    done = true;
    void r.result.then((s) => console.log("STATUS", JSON.stringify(s).slice(0, 300)));
  });
  await c.settle({ until: () => done });
  await new Promise((r) => setTimeout(r, 5));
  console.log("exec", cmd.join(" "), "\n" + out.slice(0, 1500));
}
