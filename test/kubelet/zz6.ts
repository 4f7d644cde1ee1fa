import { Cluster } from "#cluster/cluster.ts";
import { admin } from "#machinery/user.ts";
import type { Pod, Event } from "#machinery/types.ts";
const c = await Cluster.boot({ profile: "minikube", seed: 2, now: Date.UTC(2026, 10, 23, 12) });
c.onFailure = (e) => console.error("FAILED", e);
const api = c.api(admin);
await c.tasks.run(async () => {
  await api.create("deployments.apps", { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "web", namespace: "default" }, spec: { replicas: 2, selector: { matchLabels: { app: "x" } }, template: { metadata: { labels: { app: "x" } }, spec: { containers: [{ name: "c", image: "busybox:1.36", command: ["sh", "-c", "i=0; while true; do i=$((i+1)); echo line $i; sleep 5; done"] }] } } } } as never);
});
await c.settle();
await c.clock.advance(c.clock.now() + 60_000);
const show = () => { for (const p of api.list<Pod>("pods")) console.log(p.metadata.name, p.status.phase, p.status.podIP, p.status.containerStatuses?.map(s => `${JSON.stringify(s.state)} rc=${s.restartCount} ${JSON.stringify(s.lastState)}`).join()); };
show();
const logs = () => { for (const k of c.records.keys("/node/")) if (k.endsWith("/log") && /line/.test(c.records.text(k))) { const t = c.records.text(k).trim().split("\n"); console.log(t.length, t[0], t.at(-1)); } };
logs();
const run = async (work: () => Promise<unknown>) => { let done = false; c.tasks.detach(async () => { await work(); done = true; }); await c.settle({ until: () => done }); };
if (process.argv[2] === "stop") {
  await run(() => c.machines.stop());
  console.log("stopped", c.machines.state()); for (const k of c.records.keys("/node/minikube/pods")) { const r = c.records.get(k) as never as { uid: string; name: string; containers: { state: string; attempt: number }[]; step: object; stage: string }; console.log(r.uid, r.name, r.stage, JSON.stringify(r.step), JSON.stringify(r.containers.map(x => [x.state, x.attempt]))); }; for (const p of api.list<Pod>("pods")) console.log(p.metadata.uid, p.metadata.name);
  await c.clock.advance(c.clock.now() + 60_000);
  await run(() => c.machines.start());
  await c.settle();
  show(); logs();
  console.log(api.list<Event>("events").filter(e => e.reason === "SandboxChanged").length);
} else {
  // restore
  let cl = c;
  for (let i = 0; i < 3; i++) {
    const cp = cl.journal.checkpoint();
    const t = performance.now();
    const d = await Cluster.restore({ checkpoint: cp, pieces: [], now: cl.clock.now(), seed: 5 });
    console.log("restore", (performance.now() - t).toFixed(0), "ms", cp.length);
    d.onFailure = (e) => console.error("FAILED", e);
    await d.clock.advance(d.clock.now() + 60_000);
    for (const k of d.records.keys("/node/")) if (k.endsWith("/log") && /line/.test(d.records.text(k))) { const t = d.records.text(k).trim().split("\n"); console.log(t.length, t[0], t.slice(-14).join(" | ")); }
    cl = d;
  }
}
