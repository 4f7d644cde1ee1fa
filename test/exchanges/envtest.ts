import { TimerQueue } from "#base/clock.ts";
import { bodyText } from "#base/http.ts";
import { Random } from "#base/random.ts";
import { bytesOf } from "#base/streams.ts";
import { Tasks } from "#base/tasks.ts";
import { bootstrap } from "#cluster/apiserver/bootstrap/bootstrap.ts";
import { noKubelets } from "#cluster/apiserver/kubelets.ts";
import { apiServer } from "#cluster/apiserver/server.ts";
import * as kinds from "#cluster/kinds/index.ts";
import { MemoryStore } from "#cluster/store/memory-store.ts";
import { admin, anonymous } from "#machinery/user.ts";
import type { Send } from "./replay.ts";

/** An API server and its store alone, as the recordings were made on. */
export async function envtest(): Promise<Send> {
  const tasks = new Tasks((error) => console.error(error));
  const clock = new TimerQueue(tasks, Date.UTC(2026, 10, 23, 12));
  const server = apiServer({
    store: new MemoryStore(),
    clock,
    random: new Random(1),
    tasks,
    kinds: Object.values(kinds),
    kubelets: noKubelets,
    address: "127.0.0.1:7701",
  });
  await bootstrap(server, clock, 7701);

  return async ({ method, path, headers, body }) => {
    const { authorization, ...rest } = headers;
    const bearer = /^Bearer (.+)$/.exec(authorization ?? "")?.[1];
    const user = authorization === undefined ? admin : bearer ? server.tokens.authenticate(bearer) : anonymous;
    if (!user) return { status: 401, headers: { "content-type": "application/json" }, text: unauthorized };
    const answered = tasks.run(async () => {
      const response = await server.fetch({ method, url: path, headers: rest, body: body === undefined ? undefined : bytesOf(body) }, user);
      return { status: response.status, headers: response.headers, text: await bodyText(response) };
    });
    // A watch lasts until its time is over.
    const seconds = Number(new URL(path, "http://server").searchParams.get("timeoutSeconds") ?? 0);
    await clock.advance(clock.now() + (seconds > 0 ? seconds * 1000 : 10));
    return await answered;
  };
}

const unauthorized = JSON.stringify({
  kind: "Status",
  apiVersion: "v1",
  metadata: {},
  status: "Failure",
  message: "Unauthorized",
  reason: "Unauthorized",
  code: 401,
});
