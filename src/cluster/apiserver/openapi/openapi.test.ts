import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { TimerQueue } from "#base/clock.ts";
import { bodyText } from "#base/http.ts";
import { Random } from "#base/random.ts";
import { Tasks } from "#base/tasks.ts";
import * as kinds from "#cluster/kinds/index.ts";
import { MemoryStore } from "#cluster/store/memory-store.ts";
import { admin } from "#machinery/user.ts";
import { noKubelets } from "../kubelets.ts";
import { apiServer } from "../server.ts";

const recorded = (name: string) =>
  JSON.parse(gunzipSync(readFileSync(new URL(`../../../../test/recorded/openapi/${name}.json.gz`, import.meta.url))).toString());

const tasks = new Tasks();
const clock = new TimerQueue(tasks, 0);
const server = apiServer({ store: new MemoryStore(), clock, random: new Random(1), tasks, kinds: Object.values(kinds), kubelets: noKubelets });
const get = async (url: string) => JSON.parse(await bodyText(await server.fetch({ method: "GET", url, headers: {} }, admin)));

interface Recorded {
  get?: { id: string; action?: string };
}

test("every operation that the real server describes is described", async () => {
  const paths: Record<string, Record<string, Record<string, Recorded["get"]>>> = recorded("paths");
  const missing: string[] = [];
  for (const [document, of] of Object.entries(paths)) {
    if (!/^apis?\/.*v\d/.test(document)) continue;
    const mine = await get(`/openapi/v3/${document}`);
    for (const [path, methods] of Object.entries(of))
      for (const [method, operation] of Object.entries(methods)) {
        // The old way to watch, and what proxies take beside the usual methods.
        if (path.includes("/watch/") || method === "head" || method === "options" || !operation?.action) continue;
        const { operationId, "x-kubernetes-action": action } = mine.paths[path]?.[method] ?? {};
        if (operationId !== operation.id || action !== operation.action) missing.push(`${method} ${path}`);
      }
  }
  expect(missing).toEqual([]);
});

test("types are described as the real server describes them", async () => {
  const { schemas } = recorded("one-document-apps-v1").components;
  const mine = (await get("/openapi/v3/apis/apps/v1")).components.schemas;
  const shape = ({ type, required, properties = {} }: { type?: string; required?: string[]; properties?: object }) => ({
    type,
    required: required?.toSorted(),
    properties: Object.keys(properties).sort(),
  });
  for (const name of Object.keys(mine)) expect([name, shape(mine[name])]).toEqual([name, shape(schemas[name] ?? {})]);
});

test("a document keeps its hash until something else is served", async () => {
  const { paths } = await get("/openapi/v3");
  expect(paths["apis/apps/v1"].serverRelativeURL).toMatch(/^\/openapi\/v3\/apis\/apps\/v1\?hash=[0-9A-F]{128}$/);
  expect((await get("/openapi/v3")).paths).toEqual(paths);
});
