import { serve } from "../scripts/server.ts";
import { newSession } from "../test/kubectl/session.ts";
import { type Figure, ms, percentiles } from "./table.ts";

const goal = 100;
const objects = 20;
const runs = 15;

/** How long it takes to install a chart of twenty objects, from the line to its last byte. */
export async function helm(): Promise<Figure[]> {
  const server = await serve({ port: 0 });
  try {
    const session = await newSession(server.url);
    await session.exec(
      `mkdir -p big/templates && printf 'apiVersion: v2\\nname: big\\nversion: 0.1.0\\n' > big/Chart.yaml && for i in $(seq ${objects}); do printf 'apiVersion: v1\\nkind: ConfigMap\\nmetadata:\\n  name: {{ .Release.Name }}-%s\\ndata:\\n  a: {{ .Chart.Name | quote }}\\n' $i > big/templates/$i.yaml; done`,
    );
    const times: number[] = [];
    for (let i = 0; i < runs; i++) {
      const start = performance.now();
      const { stdout, stderr, exitCode } = await session.exec(`helm install big${i} ./big`);
      times.push(performance.now() - start);
      if (exitCode !== 0) throw new Error(stdout + stderr);
    }
    const { p50, p95 } = percentiles(times);
    return [
      {
        what: `helm install of a chart with ${objects} objects, over HTTP`,
        goal: `p50 ≤ ${ms(goal)}`,
        measured: `p50 ${ms(p50)}, p95 ${ms(p95)}`,
        reached: p50 <= goal,
      },
    ];
  } finally {
    await server.stop();
  }
}
