import { createServer } from "node:http";
import { TimerQueue } from "#base/clock.ts";
import { bodySource } from "#base/http.ts";
import { Random } from "#base/random.ts";
import { Tasks } from "#base/tasks.ts";
import { bootstrap } from "#cluster/apiserver/bootstrap/bootstrap.ts";
import { noKubelets } from "#cluster/apiserver/kubelets.ts";
import { apiServer } from "#cluster/apiserver/server.ts";
import * as kinds from "#cluster/kinds/index.ts";
import { MemoryStore } from "#cluster/store/memory-store.ts";
import { admin } from "#machinery/user.ts";

const tasks = new Tasks((e) => console.error(e));
const clock = new TimerQueue(tasks, Date.now());
const server = apiServer({ store: new MemoryStore(), clock, random: new Random(1), tasks, kinds: Object.values(kinds), kubelets: noKubelets });
await bootstrap(server, clock);
await server
  .api(admin)
  .create("serviceaccounts", { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default", namespace: "default" } } as never);
setInterval(() => clock.advance(Date.now()), 100);
createServer(async (req, res) => {
  const chunks: Buffer[] = [];
  for await (const c of req) chunks.push(c as Buffer);
  const ac = new AbortController();
  res.on("close", () => ac.abort());
  const headers = Object.fromEntries(Object.entries(req.headers).map(([k, v]) => [k, String(v)]));
  const r = await tasks.run(() =>
    server.fetch(
      { method: req.method ?? "GET", url: req.url ?? "/", headers, body: new Uint8Array(Buffer.concat(chunks)), signal: ac.signal },
      admin,
    ),
  );
  if (process.env.V) console.log(req.method, req.url, headers.accept?.slice(0, 60), r.status);
  res.writeHead(r.status, r.headers as never);
  res.flushHeaders();
  await tasks.run(async () => {
    const s = bodySource(r);
    for (let c = await s.read(); c; c = await s.read()) res.write(c);
  });
  res.end();
}).listen(7799);
