import { serve } from "../scripts/server.ts";
import { newSession, type TestSession } from "../test/kubectl/session.ts";
import { type Figure, ms, percentiles } from "./table.ts";

/** What a client waits for, through npm start's own server. */
export async function requests(): Promise<Figure[]> {
  const server = await serve({ port: 0 });
  try {
    // The first session of an isolate makes the template that all others start from.
    const warm = await newSession(server.url);
    await firstGet(warm);

    // As for exec below, the first ones are those of the compiler.
    const creation: number[] = [];
    for (let i = 0; i < 100; i++) {
      const started = performance.now();
      const session = await newSession(server.url);
      await firstGet(session);
      if (i >= 40) creation.push(performance.now() - started);
      await session.end();
    }

    for (let i = 0; i < 50; i++) await warm.exec("kubectl get pods");
    const exec: number[] = [];
    for (let i = 0; i < 300; i++) {
      const started = performance.now();
      const { exitCode } = await warm.exec("kubectl get pods");
      exec.push(performance.now() - started);
      if (exitCode !== 0) throw new Error("kubectl get pods failed");
    }
    await warm.end();

    const [made, ran] = [percentiles(creation), percentiles(exec)];
    return [
      {
        what: "create a session + first `get nodes`",
        goal: "≤ 15 ms p50",
        measured: `${ms(made.p50)} p50, ${ms(made.p95)} p95`,
        reached: made.p50 <= 15,
      },
      { what: "exec of `kubectl get pods`", goal: "≤ 5 ms p50", measured: `${ms(ran.p50)} p50, ${ms(ran.p95)} p95`, reached: ran.p50 <= 5 },
    ];
  } finally {
    await server.stop();
  }
}

async function firstGet(session: TestSession): Promise<void> {
  const nodes = await fetch(`${session.kubernetes}/api/v1/nodes`);
  const { items } = (await nodes.json()) as { items: unknown[] };
  if (items.length === 0) throw new Error("the session has no nodes");
}
