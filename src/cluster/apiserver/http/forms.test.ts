import { expect, test } from "vitest";
import { TimerQueue } from "#base/clock.ts";
import { bodyOf, bodySource, bodyText } from "#base/http.ts";
import { Random } from "#base/random.ts";
import { bytesOf } from "#base/streams.ts";
import { Tasks } from "#base/tasks.ts";
import * as kinds from "#cluster/kinds/index.ts";
import { MemoryStore } from "#cluster/store/memory-store.ts";
import { protobufMediaType, readProtobuf } from "#machinery/protobuf.ts";
import { admin } from "#machinery/user.ts";
import { bootstrap } from "../bootstrap/bootstrap.ts";
import { noKubelets } from "../kubelets.ts";
import { apiServer } from "../server.ts";

const maps = "/api/v1/namespaces/default/configmaps";

async function fresh() {
  const tasks = new Tasks();
  const clock = new TimerQueue(tasks, Date.UTC(2026, 10, 23, 12));
  const server = apiServer({ store: new MemoryStore(), clock, random: new Random(1), tasks, kinds: Object.values(kinds), kubelets: noKubelets });
  await bootstrap(server, clock);
  const send = (method: string, url: string, headers: Record<string, string> = {}, body?: string) =>
    server.fetch({ method, url, headers, body: body === undefined ? undefined : bytesOf(body) }, admin);
  await send("POST", maps, {}, JSON.stringify({ metadata: { name: "a" }, data: { x: "y" } }));
  return { tasks, send };
}

test("objects, lists, watches and failures are given as protobuf", async () => {
  const { send, tasks } = await fresh();
  const accept = { accept: protobufMediaType };
  const read = async (url: string) => readProtobuf(await bodyOf(await send("GET", url, accept)));
  expect(await read(`${maps}/a`)).toMatchObject({ kind: "ConfigMap", metadata: { name: "a" }, data: { x: "y" } });
  expect(await read(maps)).toMatchObject({ kind: "ConfigMapList", items: [{ metadata: { name: "a" } }] });
  expect(await read(`${maps}/none`)).toMatchObject({ kind: "Status", code: 404 });
  expect(await read("/apis/apps")).toMatchObject({ kind: "APIGroup", name: "apps" });

  const response = await send("GET", `${maps}?watch=1`, accept);
  expect(response.headers["content-type"]).toBe("application/vnd.kubernetes.protobuf;stream=watch");
  const frame = await tasks.run(async () => (await bodySource(response).read()) ?? new Uint8Array());
  expect(new DataView(frame.buffer, frame.byteOffset).getUint32(0)).toBe(frame.length - 4);
});

// What the real server v1.36.3 answered.
test.for<[method: string, url: string, headers: Record<string, string>, body: string | undefined, status: number, text: string]>([
  ["GET", `${maps}/a/status/x`, {}, undefined, 404, "the server could not find the requested resource"],
  ["GET", `${maps}/a%2Fb`, {}, undefined, 404, "the server could not find the requested resource"],
  ["GET", `${maps}/a%zz`, {}, undefined, 400, "400 Bad Request"],
  ["GET", "/apis/batch/v1beta1/cronjobs", {}, undefined, 404, "the server could not find the requested resource"],
  ["POST", "/apis/apps", {}, undefined, 200, '"kind":"APIGroup"'],
  ["GET", `${maps}/none`, { accept: "application/yaml" }, undefined, 404, 'message: configmaps "none" not found'],
  ["GET", maps, { accept: "application/json;as=Table;v=v1beta1;g=meta.k8s.io" }, undefined, 200, '"apiVersion":"meta.k8s.io/v1beta1"'],
  [
    "POST",
    maps,
    { "content-type": protobufMediaType },
    "",
    400,
    "the object provided is unrecognized (must be of type ConfigMap): empty data (<empty>)",
  ],
  ["PATCH", `${maps}/a`, { "content-type": "application/merge-patch+json" }, "null", 400, "Invalid JSON Patch"],
  [
    "PATCH",
    `${maps}/a`,
    { "content-type": "application/merge-patch+json" },
    '{"kind":"Pod"}',
    422,
    "converting (v1.Pod) to (core.ConfigMap): unknown conversion",
  ],
  ["DELETE", `${maps}/a`, { "content-type": "text/plain" }, "{}", 415, "the body of the request was in an unknown format"],
  ["GET", `${maps}?limit=9223372036854775808`, {}, undefined, 400, "value out of range"],
])("%s %s", async ([method, url, headers, body, status, text]) => {
  const { send } = await fresh();
  const response = await send(method, url, headers, body);
  expect(response.status).toBe(status);
  expect(await bodyText(response)).toContain(text);
});

test("a delete that has a body takes nothing from its query", async () => {
  const { send } = await fresh();
  expect((await send("DELETE", `${maps}/a?dryRun=All`)).status).toBe(200);
  expect((await send("GET", `${maps}/a`)).status).toBe(200);
  expect((await send("DELETE", `${maps}/a?dryRun=All`, {}, "{}")).status).toBe(200);
  expect((await send("GET", `${maps}/a`)).status).toBe(404);
});
