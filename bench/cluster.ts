import { Cluster } from "../src/cluster/cluster.ts";
import type { Deployment, Pod } from "../src/machinery/types.ts";
import { admin } from "../src/machinery/user.ts";
import { type Figure, ms } from "./table.ts";

/** How much computing it takes until so many replicas are Ready, on the instant clock. */
export async function scaling(): Promise<Figure[]> {
  // What an isolate that has served for a while needs: the first runs are those of the compiler.
  for (let i = 0; i < 8; i++) await replicas(1000, 10);
  const small = median([await replicas(1000, 10), await replicas(1000, 10), await replicas(1000, 10)]);
  const large = await replicas(4000, 40);
  return [
    { what: "1,000 replicas on 10 nodes until all are Ready", goal: "≤ 1 s of CPU", measured: `${ms(small)} of CPU`, reached: small <= 1000 },
    { what: "4,000 on 40 nodes", goal: "≤ 5× that", measured: `${ms(large)} of CPU, ${(large / small).toFixed(1)}×`, reached: large <= 5 * small },
  ];
}

const median = (figures: readonly number[]) => figures.toSorted((a, b) => a - b)[Math.floor(figures.length / 2)] ?? Number.NaN;

async function replicas(count: number, nodes: number): Promise<number> {
  const now = Date.UTC(2026, 10, 24);
  const cluster = await Cluster.boot({
    profile: "bare",
    nodes: Array.from({ length: nodes }, (_, i) => ({ name: `node-${i + 1}`, cpu: "16", memory: "64Gi" })),
    seed: 7,
    now,
  });
  const api = cluster.api(admin);
  const labels = { app: "web" };
  await cluster.tasks.run(() =>
    api.create<Deployment>("deployments.apps", {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "web", namespace: "default" },
      spec: {
        replicas: 0,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [{ name: "web", image: "nginx:1.29" }] } },
      },
    }),
  );
  await cluster.clock.advance(now + 10_000);
  const before = process.cpuUsage();
  await cluster.tasks.run(async () => {
    const deployment = api.get<Deployment>("deployments.apps", "web", "default");
    if (deployment) await api.update<Deployment>("deployments.apps", { ...deployment, spec: { ...deployment.spec, replicas: count } } as Deployment);
  });
  for (let seconds = 20; ready() < count; seconds += 10) {
    if (seconds > 3600) throw new Error(`only ${ready()} of ${count} pods became Ready within an hour`);
    await cluster.clock.advance(now + seconds * 1000);
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;

  function ready(): number {
    return api
      .list<Pod>("pods", { namespace: "default" })
      .filter((pod) => pod.status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True")).length;
  }
}
