// What the platform can do on this machine without us: the bounds of what the load can reach.
import { Miniflare } from "miniflare";
import { root } from "../scripts/build.ts";
import { rateOf, sendTo } from "./api-load.ts";
import type { Figure } from "./table.ts";

/** A Worker that does nothing: each path one thing more of what a request to a session needs. */
const worker = `
import { DurableObject } from "cloudflare:workers";
const bytes = new TextEncoder().encode(JSON.stringify({ text: "x".repeat(1800) }));
const answer = () => new Response(bytes, { headers: { "content-type": "application/json" } });
export class Thing extends DurableObject {
  #next;
  constructor(state, env) {
    super(state, env);
    state.storage.sql.exec("CREATE TABLE IF NOT EXISTS rows (id INTEGER PRIMARY KEY, body BLOB NOT NULL)");
  }
  #write() { this.ctx.storage.sql.exec("INSERT INTO rows (body) VALUES (?)", bytes); }
  #share() {
    return (this.#next ??= new Promise((resolve) => setTimeout(() => { this.#next = undefined; this.#write(); resolve(); }, 2)));
  }
  async fetch(request) {
    const path = new URL(request.url).pathname;
    if (path === "/chunks") for await (const _ of request.body);
    else if (request.method === "POST") await request.arrayBuffer();
    if (path === "/row") this.#write();
    if (path === "/shared") await this.#share();
    return answer();
  }
}
export default {
  fetch(request, env) {
    if (request.url.endsWith("/worker")) return answer();
    return env.THINGS.get(env.THINGS.idFromName("one")).fetch(request);
  },
};
`;

const body = { text: "y".repeat(400) };
const cases: Record<string, ["GET" | "POST", string]> = {
  "a Worker's own answer": ["GET", "/worker"],
  "an answer of an object": ["GET", "/object"],
  "with a body, read at once": ["POST", "/body"],
  "with a body, read by chunks": ["POST", "/chunks"],
  "with a row each": ["POST", "/row"],
  "with a row that is shared": ["POST", "/shared"],
};

/** How often a second 16 clients are answered by a Worker that does nothing, as far as each of our requests must go. */
export async function ceiling(): Promise<Figure[]> {
  const miniflare = new Miniflare({
    host: "127.0.0.1",
    port: 0,
    cf: false,
    logRequests: false,
    workers: [
      {
        config: {
          name: "ceiling",
          compatibilityDate: "2026-10-01",
          compatibilityFlags: ["enable_request_signal"],
          manifest: { mainModule: "worker.js", modulesRoot: "/", modules: { "worker.js": { type: "esm", contents: worker } } },
          env: { THINGS: { type: "durable-object", worker: "ceiling", exportName: "Thing" } },
          exports: { Thing: { type: "durable-object", storage: "sqlite" } },
        },
        dev: { rootPath: root, unsafeDirectSockets: [{ host: "127.0.0.1", port: 0 }] },
      },
    ],
  });
  await miniflare.ready;
  const { port } = await miniflare.unsafeGetDirectURL();
  const { send, close } = sendTo({ url: `http://127.0.0.1:${port}` });
  const best = new Map<string, number>();
  try {
    // The machine has other things to do at times: the best of several rounds is what it can do.
    for (let round = 0; round < 4; round++)
      for (const [what, [method, path]] of Object.entries(cases)) {
        const rate = await rateOf(1000, 16, () => send(method, path, method === "POST" ? body : undefined));
        best.set(what, Math.max(best.get(what) ?? 0, rate));
      }
  } finally {
    close();
    await miniflare.dispose();
  }
  return [...best].map(([what, rate]) => ({
    what: `ceiling: ${what}`,
    goal: "",
    measured: `${Math.round(rate).toLocaleString("en")}/s`,
    reached: true,
  }));
}
